import { annotations } from '../../api/group.ts';
import type { Resource } from '../../api/kinds.ts';
import type { MtlsGatewaySpec } from '../../api/mtls-gateway.ts';
import { revokedByAnnotation } from '../../api/revocation.ts';
import type { Secret } from '../../model/kube-object.ts';
import { matches, openCertificate } from '../../pki/x509/inspect.ts';
import { toCertificatePem } from '../../pki/x509/pem.ts';
import type { Certificates } from '../certificates/certificates.ts';
import { decodeSecret, isFinding, readCertificate, secretKeys } from '../certificates/held.ts';
import type { CertificateRequest, CertificateRequests, RevokedRequest } from '../certificates/request.ts';
import { gatewayCertificates } from '../certificates/requests.ts';
import { certificateSecret, holds, isControlledBy } from '../children/secret.ts';
import type { Observed } from '../observed.ts';
import type { Course } from '../plan.ts';
import type { TlsClient } from '../proof/tls-checks.ts';
import type { Step } from '../steps.ts';

/**
 * The resource with those clients revoked, too, whose own Secret says so by an annotation, the shortcut for who has no time
 * to edit the spec. It stays there when the key goes out of the Secret.
 */
export function withRevokedSecrets(
  resource: Resource<MtlsGatewaySpec>,
  { material }: Observed,
): Resource<MtlsGatewaySpec> {
  const { leaves } = gatewayCertificates(resource);
  const isRevoked = ({ secretName }: CertificateRequest) => {
    const secret = material.secrets.get(secretName);
    const isMarked = secret?.metadata.annotations?.[annotations.revoke] !== undefined;
    return isMarked && isControlledBy(secret, resource);
  };
  const names = leaves.filter(isRevoked).map(({ name }) => name);
  const clients = resource.spec.clients.map((client) =>
    names.includes(`client/${client.name}`) ? { ...client, revoked: revokedByAnnotation } : client,
  );
  return names.length === 0 ? resource : { ...resource, spec: { ...resource.spec, clients } };
}

export interface RevokedClient extends TlsClient {
  /** As status names it. */
  readonly name: string;
}

/** Clients that are revoked and whose key is still here: with it the gateway is asked whether it refuses them. */
export function revokedClients(
  { revokedClients: revoked = [] }: CertificateRequests,
  { issuer }: Certificates,
  { material, resource }: Observed,
): readonly RevokedClient[] {
  return revoked.flatMap(({ name, secretName }) => {
    const secret = material.secrets.get(secretName);
    if (secret === undefined || !isControlledBy(secret, resource)) return [];
    const held = readCertificate(secret, true);
    if (isFinding(held) || !matches(held.keyPem, held.chainPem)) return [];
    // Whatever else somebody has written behind it.
    const leafPem = toCertificatePem(openCertificate(held.chainPem).x509.raw);
    const pair = { chainPem: leafPem + (issuer?.intermediatesPem ?? ''), keyPem: held.keyPem };
    return [{ name, who: `a request with the revoked certificate of ${name}`, pair, mustPass: false }];
  });
}

/** Those whose certificate the data plane was seen to refuse in this reconcile; the key may be out of the Secret since. */
export function provenClients(
  revoked: readonly RevokedClient[],
  { dataPlane, done }: Pick<Observed, 'dataPlane' | 'done'>,
): readonly string[] {
  if (dataPlane === undefined) return [];
  const emptied = done.flatMap(({ part }) => (part.startsWith(partPrefix) ? [part.slice(partPrefix.length)] : []));
  return [...revoked.map(({ name }) => name), ...emptied];
}

const partPrefix = 'revoked/';

/**
 * Has the keys of revoked clients taken out of their Secrets, or the Secrets deleted. Last of all: until then the key
 * proves that the gateway refuses it, also after a crash in between. The certificate stays in the Secret, where it tells
 * what to refuse should the status be lost. Gives whether something is needed.
 */
export function emptySecrets(
  resource: Resource<MtlsGatewaySpec>,
  { revokedClients: revoked = [] }: CertificateRequests,
  { draft, observed }: Course,
): boolean {
  const steps = revoked.flatMap((request) => stepFor(request, resource, observed) ?? []);
  const failure = steps.map(({ part }) => observed.failed.get(part)).find((one) => one !== undefined);
  if (failure !== undefined) throw failure;
  if (steps.length > 0) draft.need({ steps });
  return steps.length > 0;
}

function stepFor(request: RevokedRequest, resource: Resource<unknown>, observed: Observed): Step | undefined {
  const seen = observed.material.secrets.get(request.secretName);
  const part = `${partPrefix}${request.name}`;
  if (seen === undefined || !isControlledBy(seen, resource) || seen.metadata.deletionTimestamp !== undefined) {
    return undefined;
  }
  if (request.secret === 'Delete' && !observed.neighbours.isReferredTo(seen)) {
    const isDone = observed.done.some((step) => step.part === part);
    return isDone ? undefined : { part, do: 'removeUnused', children: [seen] };
  }
  const desired = emptied(seen, request, resource);
  return holds(seen, desired) ? undefined : { part, do: 'write', desired, seen };
}

/** Its type wants a key, which may be empty. */
function emptied(seen: Secret, request: RevokedRequest, resource: Resource<unknown>): Secret {
  const [chainPem, trustPem] = [decodeSecret(seen, secretKeys.chain), decodeSecret(seen, secretKeys.trust)];
  return certificateSecret(resource, request, { chainPem, keyPem: '', trustPem });
}
