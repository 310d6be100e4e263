import type { Resource } from '../api/kinds.ts';
import { openCertificate } from '../pki/inspect.ts';
import { type Authority, type Issuer, readBroughtCa } from '../plan/brought.ts';
import type { BroughtCaRequest, CertificateRequest, CertificateRequests } from '../plan/certificate-request.ts';
import { broughtStatus } from '../plan/status.ts';
import { permanent } from '../std/failure.ts';
import { inSlices } from '../std/steps.ts';
import { holdCertificate } from './hold-certificate.ts';
import type { Progress } from './progress.ts';
import { accept, requireSecret } from './references.ts';
import type { Run } from './world.ts';

/** The CA of the resource: made and kept by us, or brought along. */
export async function holdAuthority(
  resource: Resource<unknown>,
  { ca, leaves }: CertificateRequests,
  progress: Progress,
  run: Run,
): Promise<Authority> {
  if ('issue' in ca) return await generated(ca.issue, resource, progress, run);
  const authority = await brought(ca.brought, resource, progress, run);
  const [leaf] = leaves;
  if (authority.issuer === undefined && leaf !== undefined) throw cannotIssue(ca.brought, leaf);
  return authority;
}

/** That leaves are asked for says that there is a key: `holdAuthority` saw to it. */
export function requireIssuer(authority: Authority): Issuer {
  const { issuer } = authority;
  if (issuer === undefined) throw new Error('a leaf was asked of a CA without its key');
  return { ...authority, issuer };
}

async function generated(
  request: CertificateRequest,
  resource: Resource<unknown>,
  progress: Progress,
  run: Run,
): Promise<Authority> {
  const issuer = await holdCertificate(request, { resource, progress }, run);
  const { x509, facts } = openCertificate(issuer.chainPem);
  return { issuer, intermediatesPem: '', anchors: [{ x509, der: x509.raw, notAfter: facts.notAfter }] };
}

async function brought(request: BroughtCaRequest, resource: Resource<unknown>, progress: Progress, run: Run) {
  const reference = { field: request.field, name: request.secretName };
  const secret = await requireSecret(reference, resource, run);
  const judged = await inSlices(readBroughtCa(secret, run.clock.now()), run.signal);
  const authority = accept(judged, reference, progress);
  const { issuer } = authority;
  if (issuer === undefined) return authority;
  progress.addCertificate(broughtStatus(request, issuer));
  progress.lookAgainAfter(issuer.facts.notAfter);
  return authority;
}

function cannotIssue({ field, secretName }: BroughtCaRequest, leaf: CertificateRequest) {
  const wanted = leaf.field.replace(/\.secretName$/, '');
  return permanent(
    'CaCannotIssue',
    `${wanted}: it cannot be issued, since the Secret ${secretName} of ${field} has a CA certificate but no tls.key: provide this certificate yourself, or add the key of the CA`,
  );
}
