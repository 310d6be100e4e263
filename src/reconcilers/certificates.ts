import type { Resource } from '../api/kinds.ts';
import type { TrustAnchor } from '../model/gateway-state.ts';
import type { TrustedCertificate } from '../pki/path/certificate.ts';
import { endWarningTime, type Issuer, pemOf, readBroughtLeaf } from '../plan/brought.ts';
import {
  type BroughtLeafRequest,
  type CertificateRequest,
  type CertificateRequests,
  findSharedSecret,
} from '../plan/certificate-request.ts';
import type { HeldCertificate } from '../plan/held-certificate.ts';
import { certificateSecret } from '../plan/secret.ts';
import { broughtStatus } from '../plan/status.ts';
import { Failure, permanent } from '../std/failure.ts';
import { inSlices, nextTurn } from '../std/steps.ts';
import { holdAuthority, requireIssuer } from './authority.ts';
import { ownChild, writeChild } from './children.ts';
import { holdCertificate } from './hold-certificate.ts';
import { toTrustAnchors } from './material.ts';
import type { PartResult, Progress } from './progress.ts';
import { accept, readTrust, requireSecret } from './references.ts';
import type { Run } from './world.ts';

export interface Certificates {
  /** Absent where the CA was brought along without its key. */
  readonly issuer: Issuer | undefined;
  /** By the name of the request: `server`, `client`, `client/<name>`. */
  readonly leaves: ReadonlyMap<string, HeldCertificate>;
  /** Whose clients are let in. */
  readonly clientTrust: readonly TrustAnchor[];
  /** Who may vouch for the server. */
  readonly serverTrust: readonly TrustAnchor[];
}

/** Every certificate of the resource, brought along or held in its Secret, and whom both sides trust. */
export async function issueCertificates(
  resource: Resource<unknown>,
  requests: CertificateRequests,
  progress: Progress,
  run: Run,
): Promise<PartResult<Certificates>> {
  const shared = findSharedSecret(requests);
  if (shared !== undefined) throw permanent(shared.reason, shared.message);
  const authority = await holdAuthority(resource, requests, progress, run);
  const trusted = await readTrust(requests, resource, progress, run);
  const clientTrust = [...authority.anchors, ...trusted.clientTrust];
  const serverTrust = [...authority.anchors, ...trusted.serverTrust];
  for (const { notAfter } of [...clientTrust, ...serverTrust]) progress.lookAgainAfter(notAfter);
  const leaves = new Map<string, HeldCertificate>();
  for (const request of requests.brought) {
    const trust = request.role === 'server' ? serverTrust : clientTrust;
    const { held, anchors } = await bring(request, trust, resource, progress, run);
    leaves.set(request.name, held);
    // Only of a server, which is known by its name: every client of a CA that is trusted is let in.
    if (request.role === 'server') serverTrust.push(...anchors);
  }
  const bundles = { server: pemOf(distinct(clientTrust)), client: pemOf(distinct(serverTrust)) };
  for (const request of requests.brought)
    await copy(request, leaves.get(request.name), bundles[request.role], resource, run);
  const failure = await holdLeaves(requests.leaves, leaves, async (request) => {
    await nextTurn();
    const trustPem = bundles[request.role === 'server' ? 'server' : 'client'];
    return await holdCertificate(request, { resource, progress, authority: requireIssuer(authority), trustPem }, run);
  });
  const value: Certificates = {
    issuer: authority.issuer === undefined ? undefined : requireIssuer(authority),
    leaves,
    clientTrust: toTrustAnchors(distinct(clientTrust)),
    serverTrust: toTrustAnchors(distinct(serverTrust)),
  };
  if (failure !== undefined)
    return { value, status: 'False', reason: failure.reason, message: failure.message, failure };
  return {
    value,
    reason: 'Issued',
    message: 'Every certificate is issued, matches the spec and is not due for renewal',
  };
}

async function holdLeaves(
  requests: readonly CertificateRequest[],
  leaves: Map<string, HeldCertificate>,
  hold: (request: CertificateRequest) => Promise<HeldCertificate>,
): Promise<Failure | undefined> {
  let failure: Failure | undefined;
  for (const request of requests) {
    try {
      leaves.set(request.name, await hold(request));
    } catch (error) {
      if (!stopsAlone(error, request)) throw error;
      failure ??= error;
    }
  }
  return failure;
}

/** The gateway and the other clients go on without the certificate of one client. */
function stopsAlone(error: unknown, { standalone }: CertificateRequest): error is Failure {
  return standalone === true && error instanceof Failure && error.reason !== 'Conflict';
}

/** The leaf of that name; every kind asks for those that it uses. */
export function requireLeaf({ leaves }: Certificates, name: string): HeldCertificate {
  const leaf = leaves.get(name);
  if (leaf === undefined) throw new Error(`no certificate was requested as ${name}`);
  return leaf;
}

async function bring(
  request: BroughtLeafRequest,
  trust: readonly TrustedCertificate[],
  resource: Resource<unknown>,
  progress: Progress,
  run: Run,
) {
  const reference = { field: request.field, name: request.secretName };
  const secret = await requireSecret(reference, resource, run);
  const trusted = request.mustBeTrusted ? trust : [];
  const judged = await inSlices(readBroughtLeaf(secret, { ...request, trusted }, run.clock.now()), run.signal);
  const brought = accept(judged, reference, progress);
  progress.addCertificate(broughtStatus(request, brought.held));
  progress.lookAgainAfter(brought.held.facts.notAfter);
  progress.lookAgainAfter(endWarningTime(brought.held.facts));
  return brought;
}

/** NGINX mounts a Secret of ours, whoever issued what is in it: its `ca.crt` says whom it lets in. */
async function copy(
  { copy: place }: BroughtLeafRequest,
  held: HeldCertificate | undefined,
  trustPem: string,
  resource: Resource<unknown>,
  run: Run,
): Promise<void> {
  if (place === undefined || held === undefined) return;
  const { chainPem, keyPem } = held;
  const desired = certificateSecret(resource, place, { chainPem, keyPem, trustPem });
  await writeChild(ownChild(run.secrets, resource, place.secretName), desired, resource, run);
}

function distinct(anchors: readonly TrustedCertificate[]): readonly TrustedCertificate[] {
  return [...new Map(anchors.map((anchor) => [anchor.x509.fingerprint256, anchor])).values()];
}
