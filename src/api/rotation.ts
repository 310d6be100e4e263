import * as z from 'zod';
import { timestamp } from './fields.ts';
import { setOf } from './rules.ts';

/** How far a CA is that follows another one; `plan/rotation` says what leads from one to the next. */
const state = z.enum(['Prepared', 'Trusted', 'Switched', 'Drained', 'Retired']);
export type RotationState = z.output<typeof state>;

/** At most as many parties are named; the rest is counted. */
export const longestWait = 16;

const evidence = z.object({
  gate: z.string().describe('The state that could end by it.'),
  at: timestamp().describe('When it was seen.'),
  endpoints: setOf(z.string())
    .max(64)
    .describe('Where it was seen, as host:port; empty where no address is configured, and the Admin API alone tells.'),
});

/** `status.rotation` of both kinds; there only while a CA is rotated. */
export const rotation = z.object({
  state: state.describe(
    'Prepared: the next CA exists. Trusted: gateway and NGINX accept both. Switched: the next one signs. Drained: only clients still use the previous one. Retired: the previous one is trusted no more.',
  ),
  since: timestamp().describe('Since when it is in this state.'),
  signing: z.string().describe('SHA-256 of the CA that signs, lower-case hexadecimal.'),
  other: z.string().describe('SHA-256 of the CA that comes or goes, lower-case hexadecimal.'),
  waitsFor: setOf(z.string())
    .max(longestWait + 1)
    .describe('What it waits for; the condition Rotating says the same in one sentence.'),
  evidence: z
    .array(evidence)
    .max(8)
    .meta({ 'x-kubernetes-list-type': 'atomic' })
    .describe('What was seen before each state that has ended.'),
  retiredWithout: z
    .string()
    .optional()
    .describe('Clients that a person no longer waited for, and the reason that was given.'),
});

export type RotationStatus = z.output<typeof rotation>;
