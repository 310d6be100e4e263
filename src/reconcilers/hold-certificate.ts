import { annotations } from '../api/group.ts';
import type { Resource } from '../api/kinds.ts';
import type { Secret } from '../model/kube-object.ts';
import { openCertificate } from '../pki/inspect.ts';
import { toCertificatePem } from '../pki/pem.ts';
import { type Issuer, pemOf } from '../plan/brought.ts';
import type { CertificateRequest } from '../plan/certificate-request.ts';
import {
  describeReplacedCa,
  type HeldCertificate,
  isFinding,
  readCertificate,
  secretKeys,
} from '../plan/held-certificate.ts';
import { findIssueReason } from '../plan/issue-reason.ts';
import { certificateSecret, renewalMark } from '../plan/secret.ts';
import { certificateStatus } from '../plan/status.ts';
import { transient } from '../std/failure.ts';
import type { Finding } from '../std/finding.ts';
import { ownChild, writeChild } from './children.ts';
import { ownerOf } from './gateway-decision.ts';
import { type IssueInputs, issue } from './issue.ts';
import { keystoreOf } from './keystore.ts';
import { makeKey } from './make-key.ts';
import { isStaying } from './presence.ts';
import type { Progress } from './progress.ts';
import { tell } from './tell.ts';
import type { Run } from './world.ts';

export interface Holding {
  readonly resource: Resource<unknown>;
  readonly progress: Progress;
  /** Absent: a CA that signs itself, and is its own trust bundle. */
  readonly authority?: Issuer;
  /** `ca.crt`: whom the holder trusts. */
  readonly trustPem?: string;
}

/** The certificate in its Secret, kept where it may stay and issued where it must be. */
export async function holdCertificate(
  request: CertificateRequest,
  holding: Holding,
  run: Run,
): Promise<HeldCertificate> {
  const { resource, progress, authority } = holding;
  const secret = ownChild(run.secrets, resource, request.secretName);
  const before = resource.status.certificates?.find(({ name }) => name === request.name);
  // What a person brought along under this name was not in a Secret of ours.
  const stored = readCertificate(secret, before !== undefined && before.external !== true);
  const reason = findIssueReason(stored, {
    request,
    issuer: authority?.issuer,
    now: run.clock.now(),
    renewalAsked: request.role !== 'ca' && isRenewalAsked(secret, resource),
  });
  if (secret === undefined) await confirmLoss(request, resource, run);
  const kept = isFinding(stored) ? undefined : stored;
  const held =
    reason === undefined && kept !== undefined
      ? withChain(kept, authority)
      : await issue(request, { ...authority, ...keyFor(request, kept, holding, run) }, run);
  await store(secret, request, held, holding, run);
  if (reason !== undefined) {
    logIssue(request, held, reason, run);
    progress.addWritten(request.name, reason.reason);
    tellReplacedCa(request, reason, resource, run);
  }
  progress.addCertificate(certificateStatus(request, held, reason?.reason, resource.status.certificates));
  return held;
}

function keyFor({ keepsKey }: CertificateRequest, kept: HeldCertificate | undefined, { resource }: Holding, run: Run) {
  const make: IssueInputs['makeKey'] = (algorithm) => makeKey(algorithm, resource.metadata.namespace, run);
  return { makeKey: make, ...(keepsKey && kept && { keyPem: kept.keyPem }) };
}

/**
 * Where a Secret was before there is none: was it deleted, or does the garbage collector take it from a resource that is
 * gone or going, of which the watch has yet to tell? Throws a transient `Conflict` then: nobody is to have a second CA.
 */
async function confirmLoss({ name }: CertificateRequest, resource: Resource<unknown>, run: Run): Promise<void> {
  const wasThere = resource.status.certificates?.some((certificate) => certificate.name === name) ?? false;
  if (!wasThere || (await isStaying(ownerOf(resource, run), run))) return;
  throw transient(
    'Conflict',
    `${resource.kind} ${resource.metadata.name} is deleted, and so is its certificate ${name}`,
  );
}

/** Key and certificate in one write: nobody ever reads one without the other. */
async function store(
  secret: Secret | undefined,
  request: CertificateRequest,
  held: HeldCertificate,
  { resource, progress, authority, trustPem = held.chainPem }: Holding,
  run: Run,
): Promise<void> {
  const issuersPem = authority === undefined ? '' : pemOf(authority.anchors);
  const keystore = request.keystore && (await keystoreOf(request, { ...held, trustPem: issuersPem }, resource, run));
  const content = { chainPem: held.chainPem, keyPem: held.keyPem, trustPem, ...(keystore && { keystore }) };
  const desired = certificateSecret(resource, request, content);
  const wrote = await writeChild(secret, desired, resource, run, (handed) => lossOfAuthority(handed, request, run));
  if (wrote && secret?.data?.[secretKeys.chain] === desired.data?.[secretKeys.chain]) {
    const because = secret?.data?.[secretKeys.trust] === desired.data?.[secretKeys.trust] ? 'Repaired' : 'TrustChanged';
    run.log.info({ certificate: request.name, secretName: request.secretName, because }, 'updated certificate Secret');
    progress.addWritten(request.name, because);
  }
}

/** A CA that would be replaced at once: whoever trusts it, or has a certificate of it, would be shut out. */
function lossOfAuthority(handed: Secret, request: CertificateRequest, { clock }: Run): Finding | undefined {
  if (request.role !== 'ca') return undefined;
  const reason = findIssueReason(readCertificate(handed, false), { request, now: clock.now() });
  if (reason === undefined) return undefined;
  const advice = `its CA would be replaced; to keep it, name it in ${request.field.replace(/\.generated.*$/, '')}.secretRef`;
  return { reason: reason.reason, message: `${reason.message}, and ${advice}` };
}

/** Intermediates may be reissued under the same key: what was signed stays, and what goes behind it changes. */
function withChain(held: HeldCertificate, authority: Issuer | undefined): HeldCertificate {
  if (authority === undefined) return held;
  // Read and written anew: whoever edited the text may have left it without its last line end, or with others.
  const leafPem = toCertificatePem(openCertificate(held.chainPem).x509.raw);
  return { ...held, chainPem: leafPem + authority.intermediatesPem };
}

function isRenewalAsked(secret: Secret | undefined, resource: Resource<unknown>): boolean {
  const mark = renewalMark(resource);
  return mark !== undefined && secret?.metadata.annotations?.[annotations.renew] !== mark;
}

/** At once, not with the report at the end: what fails on the way there must not keep this from anybody. */
function tellReplacedCa(request: CertificateRequest, why: Finding, resource: Resource<unknown>, run: Run): void {
  const note = describeReplacedCa(request, why);
  if (note === undefined) return;
  run.log.warn({ secretName: request.secretName, because: why.reason }, 'replaced the CA');
  tell(resource, { type: 'Warning', reason: 'CaReplaced', action: 'Issue', note }, run);
}

function logIssue({ name, secretName }: CertificateRequest, { facts }: HeldCertificate, why: Finding, run: Run): void {
  const { serialNumber, notAfter } = facts;
  const fields = { certificate: name, secretName, serialNumber, notAfter: notAfter.toString(), because: why.reason };
  run.log.info(fields, 'issued certificate');
}
