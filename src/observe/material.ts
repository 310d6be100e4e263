import type { Resource } from '../api/kinds.ts';
import type { TrustSource } from '../api/references.ts';
import type { ConfigMap, ObjectKey, Secret } from '../model/kube-object.ts';
import { TrustBudget } from '../pki/path/trust-budget.ts';
import { decode, requireKey } from '../plan/certificates/references.ts';
import { type CertificateRequests, placesOf } from '../plan/certificates/request.ts';
import { childrenKey } from '../plan/children/owner.ts';
import type { Material, Reference, TrustText } from '../plan/observed.ts';
import { Failure, permanent, transient } from '../std/failure.ts';
import type { Observing } from './context.ts';

/** What the spec asks for and refers to. */
export interface Asked {
  readonly requests: CertificateRequests;
  /** Names. */
  readonly configMaps: readonly string[];
}

/** What the API server holds for the resource; `before` keeps what this reconcile has made already. */
export async function observeMaterial(
  resource: Resource<unknown>,
  { requests, configMaps }: Asked,
  observing: Observing,
  before?: Material,
): Promise<Material> {
  const { namespace } = resource.metadata;
  const named = <Kind>(names: readonly string[], get: (name: string) => Kind | undefined) =>
    new Map(names.flatMap((name) => pairOf(name, get(name))));
  const secretNames = placesOf(requests).map(({ secretName }) => secretName);
  const { secrets: ownSecrets, configMaps: ownConfigMaps } = observing;
  return {
    secrets: named(secretNames, (name) => ownSecrets.get({ namespace, name })),
    configMaps: named(configMaps, (name) => ownConfigMaps.get({ namespace, name })),
    children: childrenOf({ kind: resource.kind, ...resource.metadata }, observing),
    references: await readReferences(requests, namespace, observing),
    trust: await orFailure(readTrust(requests, namespace, observing)),
    keystores: before?.keystores ?? new Map(),
    crls: before?.crls ?? new Map(),
  };
}

/** Where the spec asks for nothing. */
export function childrenOnly(resource: Resource<unknown>, observing: Observing): Material {
  return {
    ...{ secrets: new Map(), configMaps: new Map(), references: new Map(), keystores: new Map(), crls: new Map() },
    children: childrenOf({ kind: resource.kind, ...resource.metadata }, observing),
    trust: { clientTrust: [], serverTrust: [] },
  };
}

/** Of every resource that had the name. */
export function childrenOf(
  key: ObjectKey,
  { secrets, configMaps }: Pick<Observing, 'secrets' | 'configMaps'>,
): readonly (Secret | ConfigMap)[] {
  const index = childrenKey(key);
  return [...secrets.byIndex('owner', index), ...configMaps.byIndex('owner', index)];
}

function pairOf<Value>(name: string, value: Value | undefined): readonly (readonly [string, Value])[] {
  return value === undefined ? [] : [[name, value]];
}

async function readReferences({ ca, external, leaves }: CertificateRequests, namespace: string, observing: Observing) {
  const names = [
    ...('external' in ca ? [ca.external.secretName] : []),
    ...external.map(({ secretName }) => secretName),
    ...leaves.flatMap(({ keystore }) => keystore?.passwordSecret.name ?? []),
  ];
  const found = new Map<string, Secret | Failure | undefined>();
  for (const name of new Set(names)) found.set(name, await orFailure(readSecret({ namespace, name }, observing)));
  return found;
}

/** Of others, or one of ours, such as the CA of another resource. */
async function readSecret(key: Key, { secrets, references, signal }: Observing): Promise<Secret | undefined> {
  return secrets.get(key) ?? (await references.secrets.read(key, signal));
}

async function readConfigMap(key: Key, { configMaps, references, signal }: Observing): Promise<ConfigMap | undefined> {
  return configMaps.get(key) ?? (await references.configMaps.read(key, signal));
}

interface Key {
  readonly namespace: string;
  readonly name: string;
}

/** The texts of all sources, in their order; none is read after it is known that they are too many. */
async function readTrust({ clientTrust, serverTrust }: CertificateRequests, namespace: string, observing: Observing) {
  const budget = new TrustBudget();
  const read = (sources: readonly TrustSource[], field: string) =>
    readTexts(sources, { field, budget, namespace }, observing);
  return {
    clientTrust: await read(clientTrust, 'spec.clientTrust'),
    serverTrust: await read(serverTrust, 'spec.serverTrust'),
  };
}

async function readTexts(
  sources: readonly TrustSource[],
  { field, budget, namespace }: { readonly field: string; readonly budget: TrustBudget; readonly namespace: string },
  observing: Observing,
): Promise<readonly TrustText[]> {
  const texts: TrustText[] = [];
  for (const [index, source] of sources.entries()) {
    const found = await readSource(source, `${field}[${index}]`, namespace, observing);
    const tooMuch = budget.add(found.text);
    const { reference } = found;
    if (tooMuch !== undefined)
      throw permanent(tooMuch.reason, `${reference.field}, ${reference.name}: ${tooMuch.message}`);
    texts.push(found);
  }
  return texts;
}

async function readSource(
  source: TrustSource,
  field: string,
  namespace: string,
  observing: Observing,
): Promise<TrustText> {
  if (source.secretRef !== undefined) {
    const reference = { field: `${field}.secretRef`, name: source.secretRef.name };
    const secret = await readSecret({ namespace, name: reference.name }, observing);
    const { data } = there('Secret', secret, reference);
    return { reference, text: decode(requireKey(data, source.secretRef.key, reference)) };
  }
  // The schema wants one of the two.
  const { name = '', key = '' } = source.configMapRef ?? {};
  const reference = { field: `${field}.configMapRef`, name };
  const { data } = there('ConfigMap', await readConfigMap({ namespace, name }, observing), reference);
  return { reference, text: requireKey(data, key, reference) };
}

/** Transient: it may come at any time, and its event wakes the resource. */
function there<Kind>(kind: string, object: Kind | undefined, { field, name }: Reference): Kind {
  if (object !== undefined) return object;
  throw transient('ReferenceMissing', `${field}: the ${kind} ${name} does not exist in this namespace yet`);
}

/** What could not be had is a fact too: the plan says what it means. */
async function orFailure<Value>(reading: Promise<Value>): Promise<Value | Failure> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}
