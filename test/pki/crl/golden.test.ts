import { parse } from 'yaml';
import { type CrlReason, draftCrl } from '../../../src/pki/crl/draft.ts';
import { describeGolden } from '../../harness/golden.ts';
import { requireFacts } from '../given.ts';
import { requireLintedCrl } from './given.ts';

interface Input {
  readonly number: string;
  readonly thisUpdate: string;
  readonly nextUpdate: string;
  readonly entries: Readonly<Record<string, { readonly revokedAt: string; readonly reason: CrlReason }>>;
  readonly issuer: string;
}

/** The bytes that would be signed; each case states its clock and number. */
describeGolden({ directory: 'crl', input: '.in.yaml', output: '.out.txt' }, (text) => {
  const input: Input = parse(text);
  const entries = Object.entries(input.entries).map(
    ([serial, { revokedAt, reason }]) => [serial, { revokedAt: Temporal.Instant.from(revokedAt), reason }] as const,
  );
  const draft = draftCrl({
    issuer: requireFacts(input.issuer),
    number: BigInt(input.number),
    thisUpdate: Temporal.Instant.from(input.thisUpdate),
    nextUpdate: Temporal.Instant.from(input.nextUpdate),
    entries: new Map(entries),
  });
  const hex = Buffer.from(requireLintedCrl(draft).tbsDer).toString('hex');
  return `${(hex.match(/.{1,64}/g) ?? []).join('\n')}\n`;
});
