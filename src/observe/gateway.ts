import { type AdoptedRef, isObjectId } from '../api/adoption.ts';
import type { DenyList } from '../model/denial.ts';
import { isJsonObject, type ObservedObject } from '../model/remote-object.ts';
import type { Named } from '../plan/gateway/adoption.ts';
import { gatewayRefOf } from '../plan/gateway/claims.ts';
import { namedKey, type Observed, type Reading } from '../plan/observed.ts';
import type { Look } from '../plan/steps.ts';
import type { Gateway } from '../ports/gateway.ts';
import { untilAborted } from '../std/until-aborted.ts';
import type { Observing } from './context.ts';

/** One of many pages takes long, and others may want it too: whose time is up leaves it to them. */
export async function readGateway(
  { only, age }: Extract<Look, { at: 'gateway' }>,
  { resource, reading }: Observed,
  { gateways, signal }: Observing,
): Promise<Reading> {
  const { gateway } = gateways.resolve(gatewayRefOf(resource), resource.metadata.namespace);
  if (only === 'traits') return await untilAborted(gateway.describe(), signal);
  const { dialect, groupId, inventory } = await untilAborted(gateway.observe(age), signal);
  return { dialect, groupId, inventory, age: age ?? reading?.age };
}

export async function readDenyList({ resource }: Observed, { gateways, signal }: Observing): Promise<DenyList> {
  const { gateway } = gateways.resolve(gatewayRefOf(resource), resource.metadata.namespace);
  return await untilAborted(gateway.denyList(), signal);
}

/** The objects as they are now, one after another: what a tenant has named is not worth more connections than one. */
export async function lookAtNamed(
  refs: readonly AdoptedRef[],
  { resource, neighbours, named }: Observed,
  { gateways }: Observing,
): Promise<ReadonlyMap<string, Named>> {
  const { gateway } = gateways.resolve(gatewayRefOf(resource), resource.metadata.namespace);
  const found = new Map(named);
  for (const ref of refs) found.set(namedKey(ref), await lookAtOne(ref, gateway, neighbours.mayAdopt));
  return found;
}

async function lookAtOne(ref: AdoptedRef, gateway: Gateway, may: (object: ObservedObject) => boolean): Promise<Named> {
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
