import { parse } from 'yaml';
import { findStandingProof } from '../../src/plan/proof/standing-proof.ts';
import { transient } from '../../src/std/failure.ts';
import { describeGolden, goldenCases } from '../harness/golden.ts';
import { Rehearsal } from './rehearse.ts';

/**
 * Plans as text: what is looked at and done, in which order, and what is said at the end. Where `after` is given, all of
 * it has settled before, and the text tells of what comes then.
 */
const suite = { directory: 'plan', input: '.in.yaml', output: '.out.txt' };

interface Input {
  readonly what: string;
  readonly kind: string;
  readonly spec: unknown;
  readonly after?: {
    readonly spec?: unknown;
    readonly deleteSecrets?: readonly string[];
    /** A new process goes on with what an earlier one has proven. */
    readonly standing?: boolean;
    /** The Admin API does not answer. */
    readonly outage?: boolean;
    readonly deleted?: boolean;
  };
}

async function textOf({ what, kind, spec, after }: Input): Promise<string> {
  const rehearsal = new Rehearsal(kind, spec);
  const first = await rehearsal.run();
  if (after === undefined) return `# ${what}\n\n${first}`;
  if (after.spec !== undefined) rehearsal.edit({ spec: after.spec });
  if (after.deleted) rehearsal.edit({ metadata: { deletionTimestamp: '2026-11-22T10:00:00Z' } });
  for (const name of after.deleteSecrets ?? []) rehearsal.secrets.delete(name);
  const standing = after.standing
    ? findStandingProof(rehearsal.resource, { parts: ['Enforced'], dataPlane: [{ host: '10.0.0.1', port: 9443 }] })
    : undefined;
  const outage = after.outage ? { admin: transient('GatewayUnreachable', 'It gives no answer') } : undefined;
  const deletion = after.deleted ? { deadline: Temporal.Duration.from({ hours: 1 }) } : undefined;
  return `# ${what}\n\n${await rehearsal.run({ standing, outage, deletion })}`;
}

const texts = new Map(
  await Promise.all(goldenCases(suite).map(async ({ input }) => [input, await textOf(parse(input))] as const)),
);

describeGolden(suite, (input) => texts.get(input) ?? '');
