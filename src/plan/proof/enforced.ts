import type { ConditionType } from '../../api/conditions.ts';
import type { Endpoint } from '../../api/operator-config.ts';
import type { Steps } from '../../std/steps.ts';
import { type Found, notReached, type PartPlan } from '../draft.ts';
import type { Observed } from '../observed.ts';
import type { DataPlaneQuestion } from '../steps.ts';
import { addressesOf, type StandingProof } from './standing-proof.ts';

/** The part as the proof that stands has found it; undefined: it has to be probed. */
export function asProven<Value>(
  { standing }: Pick<Observed, 'standing'>,
  part: ConditionType,
  take: (proof: StandingProof) => Value,
): Found<Value> | undefined {
  const found = standing?.parts.find(({ type }) => type === part);
  if (standing === undefined || found === undefined) return undefined;
  return { value: take(standing), reason: found.reason, message: found.message };
}

/** What is to be asked of the data plane, and what to say where nothing was found wrong; or why nothing can be asked. */
export type Proof =
  | {
      readonly ask: DataPlaneQuestion;
      readonly at: readonly Endpoint[];
      readonly found: Omit<Found<undefined>, 'value'>;
    }
  | { readonly unasked: string };

/**
 * Whether the gateway enforces what it was told. Gives the addresses at which that was seen. Nothing is proven while an
 * address gives no answer, nor of what nobody could compare with the gateway.
 */
export function* planEnforced(observed: Observed, prove: () => Proof): Steps<PartPlan<readonly string[]>> {
  const { outage, failed, dataPlane } = observed;
  if (outage?.dataPlane !== undefined) throw outage.dataPlane;
  const proven = asProven(observed, 'Enforced', (standing) => standing.dataPlane);
  if (proven !== undefined) return proven;
  if (outage !== undefined) return { value: [], ...notReached };
  const proof = prove();
  if ('unasked' in proof) return { value: [], status: 'Unknown', reason: 'NotProbed', message: proof.unasked };
  const failure = failed.get(part) ?? dataPlane?.wrong;
  if (failure !== undefined) throw failure;
  if (dataPlane === undefined) return { looks: [{ part, at: 'dataPlane', ...proof.ask }] };
  return { value: addressesOf(proof.at), ...proof.found };
}

const part = 'dataPlane';
