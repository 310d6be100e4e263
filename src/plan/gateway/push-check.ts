/**
 * The last look before something is sent to a gateway, which itself stores nearly everything (measured with APISIX: a
 * key among the certificates, a trust bundle without a root, an expired leaf). It asks nothing of where the material
 * came from: issued, brought along or edited by somebody, the same rules hold. Only what has yet to begin is not held
 * back: brought material was refused where it came in, and what was issued here is ahead of a clock that was set back,
 * by which nothing may be judged. Pure.
 */
import type { ClientFacingTls, GatewayState, TlsPair, TrustAnchor, UpstreamTls } from '../../model/gateway-state.ts';
import { limits } from '../../pki/limits.ts';
import { judgeLeaf } from '../../pki/path/judge.ts';
import { readPemCertificates } from '../../pki/path/pem-blocks.ts';
import { readTrustBundle } from '../../pki/path/trust-bundle.ts';
import type { Verdict } from '../../pki/path/verdict.ts';
import type { Finding } from '../../std/finding.ts';
import type { Steps } from '../../std/steps.ts';

/** What a gateway accepts by itself: a client's own certificate and one intermediate (measured). */
const defaultDepth = 1;

const notBegun = 'CertificateNotYetValid';

/** Why the state must not be sent; undefined where it may. */
export function* findUnsound(state: GatewayState, at: Temporal.Instant): Steps<Finding | undefined> {
  return yield* state.kind === 'client-facing' ? findInClientFacing(state, at) : findInUpstream(state, at);
}

function* findInClientFacing({ hosts, server, clientTrust }: ClientFacingTls, at: Temporal.Instant) {
  return (
    findInPair(server, { purpose: 'server', hosts, what: 'The server certificate of the gateway' }, at) ??
    (yield* findInTrust(clientTrust, 'The CA bundle for clients', at))
  );
}

function* findInUpstream({ client, serverTrust }: UpstreamTls, at: Temporal.Instant) {
  return (
    findInPair(client, { purpose: 'client', hosts: [], what: 'The client certificate of the gateway' }, at) ??
    (yield* findInTrust(serverTrust, 'The CA bundle for NGINX', at))
  );
}

interface Use {
  readonly purpose: 'server' | 'client';
  readonly hosts: readonly string[];
  readonly what: string;
}

function findInPair({ chainPem, keyPem }: TlsPair, { purpose, hosts, what }: Use, at: Temporal.Instant) {
  return tell(judgeLeaf({ chainPem, privateKeyPem: keyPem, anchors: [], at, purpose, hosts }), what);
}

/** A verifier goes up to a self-signed certificate: with intermediates alone it refuses everybody (measured). */
function* findInTrust(anchors: readonly TrustAnchor[], what: string, at: Temporal.Instant): Steps<Finding | undefined> {
  const { verdicts } = yield* readTrustBundle(anchors.map(({ pem }) => pem).join(''), at);
  return tell(verdicts, what);
}

function tell(verdicts: readonly Verdict[], what: string): Finding | undefined {
  const worst = verdicts.find(({ severity, reason }) => severity === 'hard' && reason !== notBegun);
  if (worst === undefined) return undefined;
  return { reason: worst.reason, message: `${what} is not sent to the gateway: ${worst.message}` };
}

/**
 * Why clients below the CA would be refused for the length of their chain. `intermediatesPem` is what stands behind each
 * of their certificates.
 */
export function findTooDeep(intermediatesPem: string, depth: number = defaultDepth): Finding | undefined {
  const { certificates } = readPemCertificates(intermediatesPem, limits.intermediates);
  if (certificates.length <= depth) return undefined;
  const message = `Clients send ${certificates.length} intermediate certificates, but the gateway accepts ${depth}: set spec.clientVerification.depth to ${certificates.length}, or use a CA closer to its root`;
  return { reason: 'ChainTooDeep', message };
}
