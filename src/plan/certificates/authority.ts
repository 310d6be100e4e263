import type { Resource } from '../../api/kinds.ts';
import type { CertificateStatus } from '../../api/status.ts';
import type { Certificate } from '../../pki/x509/certificate.ts';
import { permanent } from '../../std/failure.ts';
import type { Finding } from '../../std/finding.ts';
import type { Steps } from '../../std/steps.ts';
import type { Needed } from '../draft.ts';
import type { Observed } from '../observed.ts';
import { planAuthority } from '../rotation/authority.ts';
import { canBeFollowed, planBrought } from '../rotation/brought.ts';
import type { BroughtCa } from '../rotation/followed.ts';
import type { KeptCa, Rotation } from '../rotation/kept-ca.ts';
import { namedIn } from '../rotation/sharers.ts';
import { externalStatus } from '../status/status.ts';
import { type Authority, readExternalCa } from './external.ts';
import { accept, requireSecret } from './references.ts';
import type { CertificateRequest, CertificateRequests, ExternalCaRequest } from './request.ts';

/** The CA of a resource, and what is to be told of it. */
export interface FoundAuthority {
  readonly authority: Authority;
  /** Left out: it is there to trust alone. */
  readonly certificate?: CertificateStatus;
  readonly rotation?: Rotation | undefined;
  readonly kept?: KeptCa | undefined;
  readonly warnings: readonly Finding[];
  /** When it is to be looked at again. */
  readonly ends: readonly Temporal.Instant[];
}

type Asked = Pick<CertificateRequests, 'ca' | 'leaves'>;

/** When a CA that waits for its turn is looked at again. */
const turnInterval = Temporal.Duration.from({ seconds: 30 });

/** Made and kept by us, or brought along. Throws why the CA cannot be had, or cannot issue what is asked of it. */
export function* findAuthority(
  { ca, leaves }: Asked,
  resource: Resource<unknown>,
  observed: Observed,
  now: Temporal.Instant,
): Steps<Needed | FoundAuthority> {
  if ('issue' in ca) return generated({ request: ca.issue, leaves }, resource, observed, now);
  const { external: request } = ca;
  const reference = { field: request.field, name: request.secretName };
  const secret = requireSecret(observed.material, reference);
  const { value: authority, warnings } = accept(yield* readExternalCa(secret, now), reference);
  const { issuer } = authority;
  const [leaf] = leaves;
  if (issuer === undefined && leaf !== undefined) throw cannotIssue(request, leaf);
  if (issuer === undefined) return { authority, warnings, ends: [] };
  const { copy } = request;
  if (copy === undefined || !canBeFollowed(authority)) {
    const certificate = externalStatus(request, issuer);
    return { authority, certificate, warnings, ends: [issuer.facts.notAfter] };
  }
  const brought = { request: { ...request, copy }, authority: { ...authority, issuer }, leaves };
  const found = followed(brought, resource, observed, now);
  return 'authority' in found ? { ...found, warnings: [...warnings, ...found.warnings] } : found;
}

function generated(
  asked: { readonly request: CertificateRequest; readonly leaves: readonly CertificateRequest[] },
  resource: Resource<unknown>,
  observed: Observed,
  now: Temporal.Instant,
): Needed | FoundAuthority {
  const found = planAuthority(asked, resource, observed, now);
  if (found.needed !== undefined) return found.needed;
  const { authority, status: certificate, rotation, kept, isQueued } = found;
  const ends = [...endsOf(rotation), ...(isQueued === true ? [now.add(turnInterval)] : [])];
  return { authority, certificate, rotation, kept, warnings: [], ends };
}

function followed(
  brought: BroughtCa,
  resource: Resource<unknown>,
  observed: Observed,
  now: Temporal.Instant,
): Needed | FoundAuthority {
  const found = planBrought(brought, resource, observed, now);
  if (found.needed !== undefined) return found.needed;
  const { authority, kept, held, beside, isQueued } = found;
  const { request } = brought;
  const rotation = whileNamed(found.rotation, namedIn(request.secretName), beside);
  const own = [brought.authority.issuer, kept.signing].map(({ facts }) => facts.notAfter);
  const turn = isQueued === true ? [now.add(turnInterval)] : [];
  const warnings = held === undefined ? [] : [held];
  const certificate = externalStatus(request, kept.signing);
  return { authority, certificate, rotation, kept, warnings, ends: [...own, ...endsOf(rotation), ...turn] };
}

function endsOf(rotation: Rotation | undefined): readonly Temporal.Instant[] {
  return rotation === undefined ? [] : [rotation.other.held.facts.notAfter];
}

/** The other generation is trusted for as long as something names it, whatever becomes of its rotation; `wait`: what for. */
export function whileNamed(
  rotation: Rotation | undefined,
  wait: string,
  anchors: readonly Certificate[],
): Rotation | undefined {
  const other = rotation?.other.held.facts.sha256Fingerprint;
  if (rotation === undefined || !anchors.some(({ sha256Fingerprint }) => sha256Fingerprint === other)) return rotation;
  return { ...rotation, namedBy: [...rotation.namedBy, wait] };
}

function cannotIssue({ field, secretName }: ExternalCaRequest, leaf: CertificateRequest) {
  const wanted = leaf.field.replace(/\.secretName$/, '');
  return permanent(
    'CaCannotIssue',
    `${wanted}: it cannot be issued, since the Secret ${secretName} of ${field} has a CA certificate but no tls.key: provide this certificate yourself, or add the key of the CA`,
  );
}
