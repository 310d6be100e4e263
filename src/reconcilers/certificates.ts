import type { Resource } from '../api/kinds.ts';
import type { CertificateRequest, CertificateRequests } from '../plan/certificate-requests.ts';
import { findSharedSecret } from '../plan/certificate-requests.ts';
import { type HeldCertificate, isFinding, readCertificate } from '../plan/held-certificate.ts';
import { findIssueReason } from '../plan/issue-reason.ts';
import { certificateSecret } from '../plan/secret.ts';
import { certificateStatus } from '../plan/status.ts';
import { Failure, permanent } from '../std/failure.ts';
import { ownChild, writeChild } from './children.ts';
import { issue } from './issue.ts';
import type { PartResult, Progress } from './progress.ts';
import type { Run } from './world.ts';

export interface Certificates {
  readonly ca: HeldCertificate;
  /** By the name of the request: `server`, `client`, `client/<name>`. */
  readonly leaves: ReadonlyMap<string, HeldCertificate>;
}

/** Every certificate of the resource, kept where it may stay and issued where it must be, each in its Secret. */
export async function issueCertificates(
  resource: Resource<unknown>,
  requests: CertificateRequests,
  progress: Progress,
  run: Run,
): Promise<PartResult<Certificates>> {
  const shared = findSharedSecret(requests);
  if (shared !== undefined) throw permanent(shared.reason, shared.message);
  const hold = async (request: CertificateRequest, issuer?: HeldCertificate) => {
    const held = await holdCertificate(request, issuer, resource, run);
    progress.addCertificate(certificateStatus(request, held));
    return held;
  };
  const ca = await hold(requests.ca);
  const leaves = new Map<string, HeldCertificate>();
  let failure: Failure | undefined;
  for (const request of requests.leaves) {
    try {
      leaves.set(request.name, await hold(request, ca));
    } catch (error) {
      if (!stopsAlone(error, request)) throw error;
      failure ??= error;
    }
  }
  const value = { ca, leaves };
  if (failure !== undefined)
    return { value, status: 'False', reason: failure.reason, message: failure.message, failure };
  return { value, reason: 'Issued', message: 'Every certificate is issued, matches the spec and is not due' };
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

async function holdCertificate(
  request: CertificateRequest,
  issuer: HeldCertificate | undefined,
  resource: Resource<unknown>,
  run: Run,
): Promise<HeldCertificate> {
  const secret = ownChild(run.secrets, resource, request.secretName);
  const stored = readCertificate(secret);
  const reason = findIssueReason(stored, { request, issuer, now: run.clock.now() });
  const held = reason === undefined && !isFinding(stored) ? stored : await issue(request, issuer, run);
  const { chainPem, keyPem } = held;
  const content = { chainPem, keyPem, trustPem: (issuer ?? held).chainPem };
  // Key and certificate in one write: nobody ever reads one without the other.
  await writeChild(secret, certificateSecret(resource, request, content), resource, run);
  if (reason !== undefined) logIssue(request, held, reason.reason, run);
  return held;
}

function logIssue(
  { name, secretName }: CertificateRequest,
  { facts }: HeldCertificate,
  because: string,
  run: Run,
): void {
  const { serialNumber, notAfter } = facts;
  run.log.info(
    { certificate: name, secretName, serialNumber, notAfter: notAfter.toString(), because },
    'issued certificate',
  );
}
