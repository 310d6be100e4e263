import type { MtlsGatewaySpec } from '../../api/mtls-gateway.ts';
import type { Endpoint } from '../../api/operator-config.ts';
import { denialText } from '../../model/denial.ts';
import type { TlsPair } from '../../model/gateway-state.ts';
import type { Again, Answered, ProbeResult, ServedLeaf, Unreachable } from '../../model/probe-result.ts';
import { type Failure, transient } from '../../std/failure.ts';
import type { Issuer } from '../certificates/external.ts';
import type { HeldCertificate } from '../certificates/held.ts';
import { concreteHost } from '../gateway/hosts.ts';

/** One client that connects, and whether the gateway must let it pass. */
export interface TlsClient {
  readonly who: string;
  /** Which client certificate it shows: of the CA, of one that nobody trusts, or of one that comes or goes; left out, none. */
  readonly shows?: 'own' | 'foreign' | 'other';
  /** Of one that is revoked, while its key is here, in place of these. */
  readonly pair?: Pick<TlsPair, 'chainPem' | 'keyPem'>;
  /** It may not pass by a session either that it began while its CA was trusted. */
  readonly resumes?: true;
  readonly mustPass: boolean;
}

/** A generation of a CA that does not sign at present, and whether its clients are accepted. */
export interface OtherCa {
  readonly issuer: HeldCertificate;
  readonly mustPass: boolean;
  /** The gateway refuses the sessions that they have. */
  readonly areSessionsCut?: boolean;
}

const nobody: TlsClient = { who: 'a request without a client certificate', mustPass: false };

/** Of a CA that was brought along without its key nobody here has a client certificate. */
export function tlsClients(issuer: Issuer | undefined, other?: OtherCa): readonly TlsClient[] {
  const own: TlsClient = { who: 'a request with a client certificate of the CA', shows: 'own', mustPass: true };
  const foreign: TlsClient = {
    who: 'a request with a client certificate of another CA',
    shows: 'foreign',
    mustPass: false,
  };
  return [
    ...(issuer === undefined ? [] : [own]),
    ...(other === undefined ? [] : [otherClient(other)]),
    nobody,
    foreign,
  ];
}

function otherClient({ mustPass, areSessionsCut }: OtherCa): TlsClient {
  const which = mustPass ? 'the CA that comes or goes' : 'the CA that was retired';
  const resumes = !mustPass && areSessionsCut === true;
  return {
    who: `a request with a client certificate of ${which}`,
    shows: 'other',
    ...(resumes && { resumes }),
    mustPass,
  };
}

/** Every client at every address for every host, and one without a certificate at the paths that ask for no certificate. */
export function tlsChecks(
  { clientVerification: { exemptPaths }, verification }: MtlsGatewaySpec,
  hosts: readonly string[],
  endpoints: readonly Endpoint[],
  all: readonly TlsClient[],
): readonly TlsCheck[] {
  const refusedByStatus = exemptPaths.length > 0;
  const places = endpoints.flatMap((endpoint) => hosts.map((host) => ({ endpoint, host: concreteHost(host) })));
  const exempt = exemptPaths.map((path) => ({ ...nobody, mustPass: true, path: path.replace(/\*$/, '') }));
  const protect = all.map((client) => ({ ...client, path: verification.path }));
  return places.flatMap((place) => [...protect, ...exempt].map((one) => ({ ...one, ...place, refusedByStatus })));
}

/** At one host: all of them are guarded by one condition of one rule. */
export function revokedChecks(
  { verification: { path }, clientVerification: { exemptPaths } }: MtlsGatewaySpec,
  hosts: readonly string[],
  endpoints: readonly Endpoint[],
  revoked: readonly TlsClient[],
): readonly TlsCheck[] {
  const refusedByStatus = exemptPaths.length > 0;
  const [host] = hosts.map(concreteHost).sort();
  if (host === undefined) return [];
  return endpoints.flatMap((endpoint) => revoked.map((one) => ({ ...one, endpoint, host, path, refusedByStatus })));
}

export interface TlsCheck extends TlsClient {
  readonly endpoint: Endpoint;
  readonly host: string;
  readonly path: string;
  /** With exempt paths the handshake refuses nobody: HTTP 400 does (measured with APISIX 3.18). */
  readonly refusedByStatus: boolean;
}

/**
 * What a gateway answers, with OpenSSL's internal_error (RFC 8446 6.2), to a name that it does not know, has not loaded
 * or has a broken pair for (measured): it refused nobody there, as it did not come to ask for a certificate.
 */
const notServedAlert = 80;

/** What a client is to be shown, and when. */
export interface Expected {
  /** Lower-case hexadecimal, of the leaf. */
  readonly sha256Fingerprint: string;
  readonly now: Temporal.Instant;
}

/** What is wrong with the answer that the client got; pure. */
export function judgeTlsCheck(result: ProbeResult, check: TlsCheck, expected: Expected): Failure | undefined {
  const { who, mustPass, host, path, endpoint, refusedByStatus } = check;
  const where = `${host}${refusedByStatus ? path : ''} at ${endpoint.host}:${endpoint.port}`;
  if (result.kind === 'unreachable') return notReached(result, where);
  if (result.kind === 'refused' && result.alert === notServedAlert) {
    const message = `The data plane does not serve ${where}: it does not know the host, or cannot load its certificate`;
    return transient('HostNotServed', message);
  }
  const letIn = isLetIn(result, refusedByStatus);
  if (letIn !== mustPass) {
    return transient('NotEnforced', `The gateway ${letIn ? 'accepted' : 'rejected'} ${who} for ${where}`);
  }
  if (result.kind !== 'answered') return judgeResumed(result, check, where);
  if (letIn) return judgeShown(result.leaf, expected, where);
  return judgeAgain(result.again, check, where) ?? judgeResumed(result, check, where);
}

function notReached({ code }: Unreachable, where: string): Failure {
  return transient('DataPlaneUnreachable', `The data plane for ${where} could not be reached (${code})`);
}

/** Any other answer is the application's, to whom it was passed on. */
function isLetIn(result: ProbeResult | Again['kept'], refusedByStatus: boolean): boolean {
  return result.kind === 'answered' && !(refusedByStatus && isMissingCertificate(result)) && !isDenied(result);
}

/** Of who is not to pass: neither may what follows on that connection, or by its session. */
function judgeAgain(again: Again | undefined, { who, refusedByStatus }: TlsCheck, where: string): Failure | undefined {
  if (again === undefined) return undefined;
  if (again.resumed?.kind === 'unreachable') return notReached(again.resumed, where);
  const passed = [
    ...(isLetIn(again.kept, refusedByStatus) ? ['a kept connection'] : []),
    ...(again.resumed && isLetIn(again.resumed, refusedByStatus) ? ['a resumed TLS session'] : []),
  ];
  if (passed.length === 0) return undefined;
  return transient('NotEnforced', `The gateway accepted ${who} on ${passed.join(' and on ')} for ${where}`);
}

/** Of who had a session from before: neither may that pass. */
function judgeResumed(result: ProbeResult, check: TlsCheck, where: string): Failure | undefined {
  if (!('resumed' in result) || result.resumed === undefined) return undefined;
  if (result.resumed.kind === 'unreachable') return notReached(result.resumed, where);
  if (!isLetIn(result.resumed, check.refusedByStatus)) return undefined;
  return transient('NotEnforced', `The gateway accepted ${check.who} on a TLS session from before for ${where}`);
}

function judgeShown(leaf: ServedLeaf, { sha256Fingerprint, now }: Expected, where: string): Failure | undefined {
  if (leaf.sha256Fingerprint !== sha256Fingerprint) {
    return transient(
      'OtherCertificateServed',
      `The gateway presents another certificate for ${where} than the one issued`,
    );
  }
  const { notBefore, notAfter } = leaf.chain;
  const { compare } = Temporal.Instant;
  if (compare(notBefore, now) <= 0 && compare(now, notAfter) <= 0) return undefined;
  const when = `valid from ${notBefore} to ${notAfter}`;
  return transient('ServedChainNotValid', `The chain that the gateway presents for ${where} is ${when}, and not now`);
}

/** By the rule for revoked certificates, whose text no application has. */
function isDenied({ status, body }: Answered): boolean {
  return status === 403 && body === denialText;
}

/** The page of the gateway itself; an application that answers 400 does not look like it. */
function isMissingCertificate({ status, body }: Answered): boolean {
  return status === 400 && body.includes('<title>400 Bad Request</title>');
}
