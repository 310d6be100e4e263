import type { AuthorizationEntry } from '../../api/authorization.ts';
import { mtlsGateway, parseSpec, type Resource } from '../../api/kinds.ts';
import type { MtlsGatewaySpec } from '../../api/mtls-gateway.ts';
import type { Allowance } from '../../model/allowance.ts';
import { Failure, permanent, transient } from '../../std/failure.ts';
import { subjectOf } from '../certificates/leaf-names.ts';
import { gatewayCertificates } from '../certificates/requests.ts';
import { gatewayRefOf } from '../gateway/claims.ts';
import type { Neighbours } from '../observed.ts';

/** The certificates that an entry names, wherever and however they may be used. */
export type Identity = Pick<Allowance, 'issuers' | 'subjects' | 'hosts'>;

export interface Behind {
  readonly identities: readonly Identity[];
  /** What of the entry allows nobody; the rest of it does. */
  readonly problems: readonly Failure[];
  /** Of clients of the MtlsGateway that it names, whichever of them it names. */
  readonly issuers: readonly string[];
  /** Revoked clients that it names: they are not allowed, as is to be expected. */
  readonly revoked: readonly string[];
}

/** What is asked for, and by whom. */
export interface Asking {
  readonly resource: Resource<unknown>;
  readonly neighbours: Pick<Neighbours, 'mtlsGateway'>;
}

/** Who stands behind an entry; `field` names it. */
export function behind(entry: AuthorizationEntry, field: string, asking: Asking): Behind {
  const { clients, uris, subjects = [] } = entry;
  if (clients !== undefined) return ofGateway(`${field}.clients`, clients, (client) => [client.name], asking);
  if (uris !== undefined) return ofGateway(`${field}.uris`, uris, (client) => client.uris ?? [], asking);
  const byIssuer = Map.groupBy(subjects, ({ issuer }) => issuer);
  const identities = [...byIssuer].map(([issuer, its]) => ({
    issuers: [issuer],
    subjects: distinct(its.map(({ subject }) => subject)),
  }));
  return { identities, ...none };
}

const none = { problems: [], issuers: [], revoked: [] };

type Client = MtlsGatewaySpec['clients'][number];
type Named = NonNullable<AuthorizationEntry['clients']>;
/** By what an entry may name the client. */
type NamesOf = (client: Client) => readonly string[];

function ofGateway(field: string, { mtlsGatewayRef, names }: Named, namesOf: NamesOf, asking: Asking): Behind {
  const found = accepting(field, mtlsGatewayRef.name, asking);
  if (found instanceof Failure) return { ...none, identities: [], problems: [found] };
  const { gateway, accepts } = found;
  const { clients } = gateway.spec;
  const isNamed = (client: Client) => namesOf(client).some((name) => names.includes(name));
  const chosen = clients.filter((client) => isNamed(client) && client.revoked === undefined);
  const missing = names.filter((name) => !clients.some((client) => namesOf(client).includes(name)));
  const subjects = subjectsOf(gateway);
  const others = clients.filter((client) => !chosen.includes(client));
  const twin = (client: Client) => others.find(({ name }) => subjects.get(name) === subjects.get(client.name));
  const alone = chosen.filter((client) => twin(client) === undefined);
  const allowed = distinct(alone.flatMap(({ name }) => subjects.get(name) ?? []));
  const { hosts, issuers } = accepts;
  return {
    identities: allowed.length === 0 ? [] : [{ issuers: distinct(issuers), subjects: allowed, hosts: distinct(hosts) }],
    problems: [
      ...missing.map((name) => unknown(`${field}: the MtlsGateway ${gateway.metadata.name} has no client ${name} yet`)),
      ...chosen.flatMap((client) => ambiguous(field, client, twin(client)) ?? []),
    ],
    issuers,
    revoked: clients.filter((client) => isNamed(client) && client.revoked !== undefined).map(({ name }) => name),
  };
}

/** The MtlsGateway, and what its status says of whom its hosts let in; or why nobody can be allowed by it. */
function accepting(field: string, name: string, { resource, neighbours }: Asking) {
  const found = neighbours.mtlsGateway(name);
  if (found === undefined) return unknown(`${field}: the MtlsGateway ${name} does not exist in this namespace yet`);
  const [here, there] = [gatewayRefOf(resource), gatewayRefOf(found)];
  if (here.name !== there.name || here.group !== there.group) {
    const message = `${field}: the MtlsGateway ${name} uses the gateway ${there.name}/${there.group}, and this resource ${here.name}/${here.group}, at which its clients do not arrive`;
    return permanent('ClientElsewhere', message);
  }
  const parsed = parseSpec(mtlsGateway, found.spec);
  const { accepts } = found.status;
  if (!parsed.ok || accepts === undefined) {
    return unknown(`${field}: the MtlsGateway ${name} does not say yet at which hosts it accepts its clients`);
  }
  return { gateway: { ...found, spec: parsed.value }, accepts };
}

/** By the names of clients. */
function subjectsOf(gateway: Resource<MtlsGatewaySpec>): ReadonlyMap<string, string> {
  // Of those that are revoked as well: who shares a name with one cannot be told from it.
  const clients = gateway.spec.clients.map(({ revoked: _, ...client }) => client);
  const { leaves } = gatewayCertificates({ ...gateway, spec: { ...gateway.spec, clients } });
  const ofClients = leaves.filter(({ role }) => role === 'client');
  return new Map(ofClients.map((request) => [request.name.replace(/^client\//, ''), subjectOf(request)]));
}

function ambiguous(field: string, { name }: Client, twin: Client | undefined): Failure | undefined {
  if (twin === undefined) return undefined;
  const message = `${field}: the client ${name} has the same subject as ${twin.name}, which is not allowed, so neither is: give them different subjects`;
  return permanent('ClientAmbiguous', message);
}

function unknown(message: string): Failure {
  return transient('ClientUnknown', message);
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}
