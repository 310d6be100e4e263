import type { Resource } from '../api/kinds.ts';
import { recordEvent } from '../events/about.ts';
import { issue } from '../issuing/issue.ts';
import { makeKey } from '../issuing/make-key.ts';
import type { Secret } from '../model/kube-object.ts';
import type { KeyAlgorithm } from '../pki/keys/algorithm.ts';
import { keystoreOf } from '../pki/pkcs12.ts';
import { describeReplacedCa, type HeldCertificate } from '../plan/certificates/held.ts';
import { contentOf, lossOfAuthority } from '../plan/certificates/issued.ts';
import { certificateSecret } from '../plan/children/secret.ts';
import type { IssueStep } from '../plan/steps.ts';
import { transient } from '../std/failure.ts';
import { writeChild } from './children.ts';
import type { Applying } from './context.ts';
import { isStaying } from './presence.ts';

/** Key and certificate in one write: nobody ever reads one without the other. */
export async function issueInto(
  step: IssueStep,
  resource: Resource<unknown>,
  applying: Applying,
): Promise<HeldCertificate> {
  const { request, issuer, keyPem, seen } = step;
  if (seen === undefined && step.wasThere) await confirmLoss(step, resource, applying);
  const make = (algorithm: KeyAlgorithm) => makeKey(algorithm, resource.metadata.namespace, applying);
  const held = await issue(request, { ...issuer, keyPem, makeKey: make }, applying);
  const { trustPem = held.chainPem, crlPem, replaced } = step;
  const keystore = step.keystore && (await keystoreOf({ ...step.keystore, ...contentOf(held, issuer) }));
  const pair = { chainPem: held.chainPem, keyPem: held.keyPem };
  const content = { ...pair, trustPem, crlPem, replaced, ...(keystore && { keystore }) };
  const objection = (handed: Secret) => lossOfAuthority(handed, request, applying.clock.now());
  await writeChild(seen, certificateSecret(resource, request, content), resource, applying, objection);
  logIssued(step, held, applying);
  tellReplacedCa(step, resource, applying);
  return held;
}

/**
 * Where a Secret was before there is none: was it deleted, or does the garbage collector take it from a resource that is
 * gone or going, of which the watch has yet to tell? Throws a transient `Conflict` then: nobody is to have a second CA.
 */
async function confirmLoss({ request }: IssueStep, resource: Resource<unknown>, applying: Applying): Promise<void> {
  if (await isStaying({ kind: resource.kind, ...resource.metadata }, applying)) return;
  throw transient(
    'Conflict',
    `${resource.kind} ${resource.metadata.name} is deleted, and so is its certificate ${request.name}`,
  );
}

/** At once, not with the report at the end: what fails on the way there must not keep this from anybody. */
function tellReplacedCa({ request, because }: IssueStep, resource: Resource<unknown>, applying: Applying): void {
  const note = describeReplacedCa(request, because);
  if (note === undefined) return;
  applying.log.warn({ secretName: request.secretName, because: because.reason }, 'replaced the CA');
  recordEvent(resource, { type: 'Warning', reason: 'CaReplaced', action: 'Issue', note }, applying);
}

function logIssued({ request, because }: IssueStep, { facts }: HeldCertificate, { log }: Applying): void {
  const { name, secretName } = request;
  const { serialNumber, notAfter } = facts;
  const fields = {
    certificate: name,
    secretName,
    serialNumber,
    notAfter: notAfter.toString(),
    because: because.reason,
  };
  log.info(fields, 'issued certificate');
}
