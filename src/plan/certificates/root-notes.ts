import { toRfc2253 } from '../../pki/names/rfc2253.ts';
import type { RootNote } from '../steps.ts';
import { isKept, type KeptRoot, type RememberedRoot, type TrustList } from './remembered-roots.ts';

/** What decides that one is kept no more, without any evidence. */
interface Said {
  readonly isAsked: (list: TrustList) => boolean;
  /** By a person, as SHA-256. */
  readonly retired: readonly string[];
  readonly now: Temporal.Instant;
}

/** What a write says that remembers these in place of those before. One that a bundle has again is not told of. */
export function notesOf(
  before: readonly RememberedRoot[],
  after: readonly RememberedRoot[],
  said: Said,
): readonly RootNote[] {
  const wasKept = new Set(before.filter(isKept).map(keyOf));
  const stays = new Set(after.map(keyOf));
  const taken = after.filter(isKept).filter((one) => !wasKept.has(keyOf(one)));
  const gone = before.filter(isKept).filter((one) => !stays.has(keyOf(one)));
  const byReason = Map.groupBy(gone, (one) => whyGone(one, said));
  return [
    ...(taken.length === 0 ? [] : [keptNote(taken)]),
    ...[...byReason].flatMap(([why, roots]) => (why === undefined ? [] : [retiredNote(roots, why)])),
  ];
}

function keyOf({ list, certificate }: RememberedRoot): string {
  return `${list} ${certificate.sha256Fingerprint}`;
}

function whyGone({ list, certificate }: KeptRoot, { isAsked, retired, now }: Said): string | undefined {
  if (!isAsked(list)) return `keepRemoved is set nowhere in spec.${list} any more`;
  if (retired.includes(certificate.sha256Fingerprint)) return 'the annotation mtls-operator.dev/retire-root names it';
  return Temporal.Instant.compare(now, certificate.notAfter) > 0 ? 'it has ended' : undefined;
}

function keptNote(roots: readonly KeptRoot[]): RootNote {
  const note = `${namesOf(roots)}: in no bundle any more, and trusted until it was seen that nobody needs it`;
  return { reason: 'RootKept', note };
}

export function retiredNote(roots: readonly KeptRoot[], why: string): RootNote {
  return { reason: 'RootRetired', note: `${namesOf(roots)}: trusted no more, since ${why}` };
}

const longestList = 3;

function namesOf(roots: readonly KeptRoot[]): string {
  const names = roots.map(
    ({ list, certificate: { subject, sha256Fingerprint } }) =>
      `${toRfc2253(subject.der)} of spec.${list} (SHA-256 ${sha256Fingerprint})`,
  );
  const more = names.length - longestList;
  return names.slice(0, longestList).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
