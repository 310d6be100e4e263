import { type AdoptedRef, isAdoptable, parseAdoption } from '../../api/adoption.ts';
import { annotations } from '../../api/group.ts';
import { objectsAt } from '../../api/status.ts';
import type { Dialect } from '../../model/dialect.ts';
import type { Reading } from '../../model/gateway-reading.ts';
import type { GatewayState } from '../../model/gateway-state.ts';
import type { Inventory } from '../../model/inventory.ts';
import { boundLabel } from '../../model/ownership.ts';
import type { DesiredObject } from '../../model/remote-object.ts';
import { type Failure, permanent } from '../../std/failure.ts';
import type { Observed } from '../observed.ts';
import { namedKey } from '../observed.ts';
import type { Look } from '../steps.ts';
import { type Adoption, planAdoption } from './adoption.ts';

export interface Adoptions {
  readonly adoptions: readonly Adoption[];
  /** Why something that was named is not to be had. */
  readonly refusal?: Failure;
}

/**
 * The objects that the annotation of the resource has taken over now. Nothing is asked of the gateway where there is no
 * annotation, or all of it was done before. Throws where one is not to be had and the resource lacks an object: a second
 * service beside the one that was named is not what anybody asked for. Where it lacks none, its renewals go on.
 *
 * `state`: what the resource may claim, whoever has it now. `outdone`: an older resource has claims of this one.
 */
export function planAdoptions(
  state: GatewayState,
  outdone: boolean,
  reading: Reading,
  observed: Observed,
): Adoptions | { readonly looks: readonly Look[] } {
  const text = observed.resource.metadata.annotations?.[annotations.adopt];
  if (text === undefined) return { adoptions: [] };
  const { dialect, inventory } = reading;
  const desired = dialect.compile(state, observed.owner);
  const refs = entries(text, dialect);
  const open = typeof refs === 'string' ? [] : openEntries(refs, desired, inventory);
  const missing = open.filter((ref) => observed.named?.has(namedKey(ref)) !== true);
  if (missing.length > 0) return { looks: [{ at: 'named', part: 'gateway', refs: missing }] };
  const situation = { state, outdone, reading, observed };
  const { adoptions, refusals } =
    typeof refs === 'string' ? { adoptions: [], refusals: [refs] } : judged(open, desired, situation);
  if (refusals.length === 0) return { adoptions };
  const sentences = refusals.slice(0, 3).join('; ');
  const refusal = permanent('AdoptionRefused', `The annotation ${annotations.adopt}: ${sentences}`);
  const isWhole = desired.every((object) => !isAdoptable(object) || inventory.find(object) !== undefined);
  if (!isWhole) throw refusal;
  return { adoptions: [], refusal };
}

interface Situation {
  readonly state: GatewayState;
  readonly outdone: boolean;
  readonly reading: Reading;
  readonly observed: Observed;
}

function judged(
  open: readonly AdoptedRef[],
  desired: readonly DesiredObject[],
  { state, outdone, reading: { inventory }, observed }: Situation,
) {
  const { owner, neighbours, named } = observed;
  return planAdoption(
    open.flatMap((ref) => named?.get(namedKey(ref)) ?? []),
    {
      ...{ desired, owner, outdone, may: neighbours.mayAdopt, inventory },
      trust: state.kind === 'client-facing' ? state.clientTrust.map(({ pem }) => pem) : [],
      served:
        'label' in observed.gateway && objectsAt(observed.gateway.label, observed.resource.status.gateway).length > 0,
    },
  );
}

function entries(text: string, { kinds, product }: Dialect): readonly AdoptedRef[] | string {
  const refs = parseAdoption(text);
  if (typeof refs === 'string') return refs;
  const foreign = refs.find(({ kind }) => !kinds.includes(kind));
  return foreign === undefined ? refs : `${product} has no ${foreign.kind} for this kind of resource`;
}

/** What was taken over says so in a label. */
function openEntries(refs: readonly AdoptedRef[], desired: readonly DesiredObject[], inventory: Inventory) {
  const done = new Set(desired.map((object) => `${object.kind}/${inventory.find(object)?.labels[boundLabel] ?? ''}`));
  return refs.filter(({ kind, id }) => !done.has(`${kind}/${id}`));
}
