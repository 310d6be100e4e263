import { type AdoptedRef, isAdoptable, isObjectId, parseAdoption } from '../api/adoption.ts';
import { annotations } from '../api/group.ts';
import type { Resource } from '../api/kinds.ts';
import { objectsAt } from '../api/status.ts';
import type { Dialect } from '../gateway/dialect.ts';
import type { Gateway, Reading } from '../gateway/gateway.ts';
import type { GatewayState, Owner } from '../model/gateway-state.ts';
import { boundLabel } from '../model/ownership.ts';
import { type DesiredObject, isJsonObject, type ObservedObject } from '../model/remote-object.ts';
import { type Adoption, type AdoptionPlan, type Named, planAdoption } from '../plan/adoption.ts';
import { gatewayRefOf } from '../plan/claims.ts';
import { type Failure, permanent } from '../std/failure.ts';
import type { Run } from './world.ts';

export interface AdoptionInputs {
  readonly gateway: Gateway;
  readonly reading: Reading;
  /** What the resource may claim, whoever has it now. */
  readonly state: GatewayState;
  /** An older resource has claims of this one. */
  readonly outdone: boolean;
  readonly owner: Owner;
}

export interface Adoptions {
  readonly adoptions: readonly Adoption[];
  /** Why something that was named is not to be had. */
  readonly refusal?: Failure;
}

/**
 * The objects that the annotation of the resource has taken over now. Nothing is asked of the gateway where there is no
 * annotation, or all of it was done before. Throws where one is not to be had and the resource lacks an object: a second
 * service beside the one that was named is not what anybody asked for. Where it lacks none, its renewals go on.
 */
export async function findAdoptions(inputs: AdoptionInputs, resource: Resource<unknown>, run: Run): Promise<Adoptions> {
  const text = resource.metadata.annotations?.[annotations.adopt];
  if (text === undefined) return { adoptions: [] };
  const { dialect, inventory } = inputs.reading;
  const desired = dialect.compile(inputs.state, inputs.owner);
  const { adoptions, refusals } = await plan(text, desired, inputs, resource, run);
  if (refusals.length === 0) return { adoptions };
  const sentences = refusals.slice(0, 3).join('; ');
  const refusal = permanent('AdoptionRefused', `The annotation ${annotations.adopt}: ${sentences}`);
  const isWhole = desired.every((object) => !isAdoptable(object) || inventory.find(object) !== undefined);
  if (!isWhole) throw refusal;
  return { adoptions: [], refusal };
}

async function plan(
  text: string,
  desired: readonly DesiredObject[],
  { gateway, reading, state, owner, outdone }: AdoptionInputs,
  resource: Resource<unknown>,
  run: Run,
): Promise<AdoptionPlan> {
  const refs = entries(text, reading.dialect);
  if (typeof refs === 'string') return { adoptions: [], refusals: [refs] };
  const may = (object: ObservedObject) => mayAdopt(object, resource, run);
  const named: Named[] = [];
  // One after another: what a tenant has named is not worth more connections than one.
  for (const ref of openEntries(refs, desired, reading)) named.push(await look(ref, gateway, may));
  return planAdoption(named, {
    ...{ desired, owner, outdone, may, inventory: reading.inventory },
    trust: state.kind === 'client-facing' ? state.clientTrust.map(({ pem }) => pem) : [],
    served: objectsAt(gateway.label, resource.status.gateway).length > 0,
  });
}

function entries(text: string, { kinds, product }: Dialect): readonly AdoptedRef[] | string {
  const refs = parseAdoption(text);
  if (typeof refs === 'string') return refs;
  const foreign = refs.find(({ kind }) => !kinds.includes(kind));
  return foreign === undefined ? refs : `${product} has no ${foreign.kind} for this kind of resource`;
}

/** What was taken over says so in a label. */
function openEntries(refs: readonly AdoptedRef[], desired: readonly DesiredObject[], { inventory }: Reading) {
  const done = new Set(desired.map((object) => `${object.kind}/${inventory.find(object)?.labels[boundLabel] ?? ''}`));
  return refs.filter(({ kind, id }) => !done.has(`${kind}/${id}`));
}

/** Whether the configuration lets the namespace of the resource take the object over. */
export function mayAdopt(
  { kind, id, claims = [], body }: ObservedObject,
  resource: Resource<unknown>,
  run: Run,
): boolean {
  const { service_id: service } = body;
  const route = kind === 'routes' && typeof service === 'string' ? { service } : {};
  return run.gateways.mayAdopt(gatewayRefOf(resource), resource.metadata.namespace, { kind, id, claims, ...route });
}

async function look(ref: AdoptedRef, gateway: Gateway, may: (object: ObservedObject) => boolean): Promise<Named> {
  const found = await gateway.read(ref);
  const [object] = found;
  return { ref, found, trusts: object !== undefined && may(object) ? await trustsOf(object, gateway) : [] };
}

/** More than a gateway has for one host. */
const authoritiesAtMost = 100;

/** An `ssls` holds the CAs of its clients, an SNI refers to them. To pass over one would be to shut out its clients. */
async function trustsOf({ body }: ObservedObject, gateway: Gateway): Promise<readonly string[] | undefined> {
  const { client, mtls } = body;
  if (isJsonObject(client)) return typeof client['ca'] === 'string' ? [client['ca']] : [];
  if (!isJsonObject(mtls) || mtls['enabled'] !== true || !Array.isArray(mtls['ca_certificates'])) return [];
  const ids = mtls['ca_certificates'];
  if (!ids.every(isObjectId) || ids.length > authoritiesAtMost) return undefined;
  const certificates: string[] = [];
  for (const id of ids) {
    const [authority] = await gateway.read({ kind: 'ca_certificates', id });
    const cert = authority?.body['cert'];
    if (typeof cert === 'string') certificates.push(cert);
  }
  return certificates;
}
