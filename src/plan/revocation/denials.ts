import type { Resource } from '../../api/kinds.ts';
import type { MtlsGatewaySpec } from '../../api/mtls-gateway.ts';
import type { FormerCertificate } from '../../api/status.ts';
import type { CertificateDenial, Denial, UnverifiedDenial } from '../../model/denial.ts';
import type { WithdrawnIssuer } from '../rotation/withdrawn.ts';
import { toTimestamp } from '../status/status.ts';

/** A client certificate of the resource, current or former, as the record has it. */
export type KnownCertificate = Omit<FormerCertificate, 'revoked'> & { readonly revoked?: boolean | undefined };

/** What is to be refused at the gateway for one resource. */
export interface Denials {
  /** In one order, whatever that of the spec and the record. */
  readonly denials: readonly Denial[];
  /** Clients and withdrawn CAs of which something is refused, as status names them. */
  readonly parties: readonly string[];
  /** Fields of the spec that name a certificate by a SHA-256 that nobody here knows: a gateway knows only SHA-1. */
  readonly unknown: readonly string[];
}

/** One certificate, or all of one subject. */
interface Entry {
  readonly issuer: string;
  readonly by: CertificateDenial['by'];
  readonly value: string;
  /** Left out: it is not known when it ends. */
  readonly notAfter?: string | undefined;
}

/** Whose connections and TLS sessions from before are to end. */
export interface SessionsBefore {
  /** CAs whose clients are not accepted any more. */
  readonly withdrawn: readonly WithdrawnIssuer[];
  /** Clients without a certificate, where one is demanded since. */
  readonly unverified: readonly UnverifiedDenial[];
}

/**
 * All certificates of clients that are revoked, those that were revoked with their client before, and those that the spec
 * names, each until its end where that is known; and sessions from before. `hosts` are those that the gateway serves for
 * this resource: whoever writes a spec may name the issuer and the subject of anybody, and so refuses nobody at the hosts
 * of others.
 */
export function denialsOf(
  { spec }: Pick<Resource<MtlsGatewaySpec>, 'spec'>,
  hosts: readonly string[],
  known: readonly KnownCertificate[],
  now: Temporal.Instant,
  { withdrawn, unverified }: SessionsBefore = { withdrawn: [], unverified: [] },
): Denials {
  if (hosts.length === 0) return { denials: [], parties: [], unknown: [] };
  const ofClients = known.filter(({ name, revoked }) => revoked === true || revokedNames(spec).includes(name));
  const named = spec.revoked.map((entry) => namedBy(entry, known));
  const unknown = named.flatMap((entry, index) =>
    entry === undefined ? [`spec.revoked[${index}].sha256Fingerprint`] : [],
  );
  const all = [...ofClients.map(entryOf), ...named.filter((entry) => entry !== undefined)];
  const sorted = [...hosts].sort();
  const ofIssuers = withdrawn.map((issuer) => ofIssuer(issuer, sorted));
  const clients = ofClients.filter(isAlive(now)).map(({ name }) => name);
  const parties = [...new Set([...clients.sort(), ...withdrawn.map(({ name }) => `issuer/${name}`)])];
  const denials = [...grouped(all.filter(isAlive(now)), sorted), ...ofIssuers, ...unverified];
  return { denials, parties, unknown };
}

function ofIssuer({ name, until }: WithdrawnIssuer, hosts: readonly string[]): CertificateDenial {
  return { issuer: name, by: 'issuer', values: [], hosts, ...(until && { until: toTimestamp(until) }) };
}

/** Of clients that are revoked: names as status has them. */
export function revokedNames({ clients }: Pick<MtlsGatewaySpec, 'clients'>): readonly string[] {
  return clients.flatMap(({ name, revoked }) => (revoked === undefined ? [] : [`client/${name}`]));
}

function entryOf({ issuer, serialNumber, notAfter }: KnownCertificate): Entry {
  return { issuer, by: 'serialNumber', value: serialNumber, notAfter };
}

/** Undefined: nobody knows which certificate that is. */
function namedBy(
  { serialNumber, subject, sha256Fingerprint, issuer = '' }: MtlsGatewaySpec['revoked'][number],
  known: readonly KnownCertificate[],
): Entry | undefined {
  if (serialNumber !== undefined) return { issuer, by: 'serialNumber', value: serialNumber };
  if (subject !== undefined) return { issuer, by: 'subject', value: subject };
  const found = known.find((one) => one.sha256Fingerprint === sha256Fingerprint);
  return found && entryOf(found);
}

const isAlive =
  (now: Temporal.Instant) =>
  ({ notAfter }: Pick<Entry, 'notAfter'>) =>
    notAfter === undefined || Temporal.Instant.compare(Temporal.Instant.from(notAfter), now) >= 0;

/** By issuer and sort; what ends by itself apart from what does not. */
function grouped(entries: readonly Entry[], hosts: readonly string[]): readonly CertificateDenial[] {
  const groups = Map.groupBy(entries, ({ issuer, by, notAfter }) =>
    JSON.stringify([issuer, by, notAfter !== undefined]),
  );
  return [...groups]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, group]) => denialOf(group, hosts));
}

function denialOf(group: readonly Entry[], hosts: readonly string[]): readonly CertificateDenial[] {
  const [first] = group;
  if (first === undefined) return [];
  const values = [...new Set(group.map(({ value }) => value))].sort();
  const until = group
    .flatMap(({ notAfter }) => notAfter ?? [])
    .sort()
    .at(-1);
  return [{ issuer: first.issuer, by: first.by, values, hosts, ...(until !== undefined && { until }) }];
}
