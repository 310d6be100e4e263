import type { Secret } from '../../model/kube-object.ts';
import { inspectCertificate, isIssuedBy, matches } from '../../pki/x509/inspect.ts';
import { decodeSecret, generationKeys, type HeldCertificate, isFinding, rotationKeys } from '../certificates/held.ts';

/**
 * The rotation room: how one CA follows another. All that is known of a rotation stands in the Secret of the CA and is
 * written there by one write, so that a crash between any two steps loses nothing. Pure.
 *
 * While a CA is rotated its Secret holds a second generation beside the one that signs. What that one is says under which
 * keys it lies: `next` is trusted and signs nothing yet, `previous` signed before and is still trusted, `retired` is
 * trusted no more, and stays until it was seen that its clients are rejected.
 */
export type Phase = keyof typeof generationKeys;

const phases = Object.keys(generationKeys) as readonly Phase[];

export interface OtherGeneration {
  readonly phase: Phase;
  /** Its key is empty where somebody took it away: then it signs no more, not even for a probe. */
  readonly held: HeldCertificate;
  /** The key of the CA that comes, certified by the one that goes; empty where there is none. */
  readonly crossPem: string;
  /** The key of the one that goes, certified by the one that comes: for the way back. */
  readonly crossBackPem: string;
  /** Leaves of the previous CA that are out there and that nobody sees replaced; undefined: nobody knows them any more. */
  readonly leaves: readonly FormerLeaf[] | undefined;
}

/** A leaf of the previous CA, as it was when the next one began to sign. */
export interface FormerLeaf {
  /** Of its certificate, as status shows it: `client/<name>`. */
  readonly name: string;
  readonly notAfter: Temporal.Instant;
}

/** The second generation, where there is one that can be used: what is damaged is as if it were not there. */
export function readOther(secret: Secret, signing: HeldCertificate): OtherGeneration | undefined {
  const phase = phases.find((one) => decodeSecret(secret, generationKeys[one].chain) !== '');
  if (phase === undefined) return undefined;
  const chainPem = decodeSecret(secret, generationKeys[phase].chain);
  const keyPem = decodeSecret(secret, generationKeys[phase].key);
  const facts = inspectCertificate(chainPem);
  if (isFinding(facts) || !facts.isCa || !isIssuedBy(chainPem, chainPem)) return undefined;
  const hasKey = matches(keyPem, chainPem);
  // Nobody has a leaf of it yet. Of a CA that has signed the certificate counts, whoever took its key away.
  if (phase === 'next' && !hasKey) return undefined;
  const held = { chainPem, keyPem: hasKey ? keyPem : '', facts };
  const [comes, goes] = phase === 'next' ? [held, signing] : [signing, held];
  return {
    ...{ phase, held },
    crossPem: crossOf(decodeSecret(secret, rotationKeys.cross), comes, goes),
    crossBackPem: crossOf(decodeSecret(secret, rotationKeys.crossBack), goes, comes),
    leaves: readLeaves(decodeSecret(secret, rotationKeys.leaves)),
  };
}

/** The text, if it certifies the key of the one by the other; an edited one would break every chain. */
function crossOf(pem: string, ca: HeldCertificate, issuer: HeldCertificate): string {
  if (pem === '' || !isIssuedBy(pem, issuer.chainPem) || !matches(ca.keyPem, pem)) return '';
  return pem;
}

/** Texts by key, for the Secret of the CA. */
export function rotationTexts(other: OtherGeneration | undefined): Readonly<Record<string, string>> {
  if (other === undefined) return {};
  const { phase, held, crossPem, crossBackPem, leaves } = other;
  return {
    [generationKeys[phase].chain]: held.chainPem,
    ...(held.keyPem !== '' && { [generationKeys[phase].key]: held.keyPem }),
    ...(crossPem !== '' && { [rotationKeys.cross]: crossPem }),
    ...(crossBackPem !== '' && { [rotationKeys.crossBack]: crossBackPem }),
    ...(phase === 'previous' && leaves && { [rotationKeys.leaves]: printLeaves(leaves) }),
  };
}

function printLeaves(leaves: readonly FormerLeaf[]): string {
  return JSON.stringify(leaves.map((leaf) => ({ ...leaf, notAfter: leaf.notAfter.toString() })));
}

/** Undefined: somebody has edited it. */
function readLeaves(text: string): readonly FormerLeaf[] | undefined {
  try {
    const found = JSON.parse(text) as readonly Record<keyof FormerLeaf, string>[];
    return found.map(({ name, notAfter }) => ({ name: `${name}`, notAfter: Temporal.Instant.from(notAfter) }));
  } catch {
    return undefined;
  }
}

/** Whether it can still vouch for anybody. */
export function isOver({ facts }: HeldCertificate, now: Temporal.Instant): boolean {
  return Temporal.Instant.compare(now, facts.notAfter) > 0;
}

/** Whom peers trust: the CA that signs first, and the other one unless it is retired or over. */
export function anchorsOf(signing: HeldCertificate, other: OtherGeneration | undefined, now: Temporal.Instant) {
  const isTrusted = other !== undefined && other.phase !== 'retired' && !isOver(other.held, now);
  return isTrusted ? [signing.facts, other.held.facts] : [signing.facts];
}

/**
 * What goes behind each leaf: since the next CA signs, the cross certificate, for those who trust the previous one alone. It
 * ends with that one, and no gateway is to show what has ended.
 */
export function intermediatesOf(other: OtherGeneration | undefined, now: Temporal.Instant): string {
  return other?.phase === 'previous' && !isOver(other.held, now) ? other.crossPem : '';
}
