import { mtlsGateway, type Resource } from '../../api/kinds.ts';
import type { Secret } from '../../model/kube-object.ts';
import { toRfc2253 } from '../../pki/names/rfc2253.ts';
import type { Certificate } from '../../pki/x509/certificate.ts';
import { inspectCertificate } from '../../pki/x509/inspect.ts';
import { decodeSecret, generationKeys, isFinding, rotationKeys, secretKeys } from '../certificates/held.ts';

/**
 * CAs whose clients are accepted no more. What those began before goes on at a gateway: a session is resumed for ten
 * minutes, a kept connection lasts up to an hour (measured with Apache APISIX 3.18). So the gateway is told their issuers
 * until the longest of these has ended. Which they are stands in the Secret of the CA, as all of a rotation does.
 */
export interface WithdrawnIssuer {
  /** By RFC 2253. */
  readonly name: string;
  /** Left out: it was not seen yet that the gateway rejects its clients. */
  readonly until?: Temporal.Instant | undefined;
}

const longestSession = Temporal.Duration.from({ hours: 1 });

/** When all has ended that clients of these CAs began, whom the gateway was seen to reject just now. */
export function sessionEnd(now: Temporal.Instant): Temporal.Instant {
  return now.add(longestSession);
}

/** A CA that is replaced again and again within an hour: those withdrawn last count. */
const mostIssuers = 32;

/** As the Secret of the CA has them, but for those whose sessions have ended. What somebody has edited is as if it were not there. */
export function readWithdrawn(secret: Secret | undefined, now: Temporal.Instant): readonly WithdrawnIssuer[] {
  if (secret === undefined) return [];
  try {
    const found = JSON.parse(decodeSecret(secret, rotationKeys.withdrawn) || '[]') as readonly Partial<Printed>[];
    return found.map(toIssuer).filter(({ until }) => until === undefined || Temporal.Instant.compare(now, until) <= 0);
  } catch {
    return [];
  }
}

type Printed = Readonly<Record<keyof WithdrawnIssuer, string>>;

function toIssuer({ name, until }: Partial<Printed>): WithdrawnIssuer {
  if (typeof name !== 'string') throw new TypeError('an issuer without a name');
  return { name, ...(until !== undefined && { until: Temporal.Instant.from(until) }) };
}

/** By key, for the Secret of the CA. */
export function withdrawnTexts(issuers: readonly WithdrawnIssuer[]): Readonly<Record<string, string>> {
  if (issuers.length === 0) return {};
  const printed = issuers.map(({ name, until }) => ({ name, ...(until && { until: until.toString() }) }));
  return { [rotationKeys.withdrawn]: JSON.stringify(printed) };
}

/** With these CAs, too. Of an MtlsUpstream there is nothing to tell: the gateway itself is the client there. */
export function withdraw(
  issuers: readonly WithdrawnIssuer[],
  cas: readonly Pick<Certificate, 'subject'>[],
  { kind }: Pick<Resource<unknown>, 'kind'>,
  until?: Temporal.Instant,
): readonly WithdrawnIssuer[] {
  if (kind !== mtlsGateway.kind) return [];
  const names = cas.map(({ subject }) => toRfc2253(subject.der));
  const others = issuers.filter(({ name }) => !names.includes(name));
  return [...others, ...names.map((name) => ({ name, ...(until && { until }) }))].slice(-mostIssuers);
}

/** Every CA that the Secret holds, with its key or without: those that go where another one takes its place at once. */
export function casIn(secret: Secret | undefined): readonly Certificate[] {
  if (secret === undefined) return [];
  const keys = [secretKeys.chain, ...Object.values(generationKeys).map(({ chain }) => chain)];
  return keys.flatMap((key) => {
    const facts = inspectCertificate(decodeSecret(secret, key));
    return isFinding(facts) || !facts.isCa ? [] : [facts];
  });
}
