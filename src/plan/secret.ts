import { apiVersion, labels, managedByValue } from '../api/group.ts';
import type { Resource } from '../api/kinds.ts';
import type { MtlsUpstreamSpec } from '../api/mtls-upstream.ts';
import type { ConfigMap, KubeObject, ObjectMeta, OwnerReference, Secret } from '../model/kube-object.ts';
import type { CertificateRequest } from './certificate-requests.ts';
import { secretKeys } from './held-certificate.ts';

/** What a certificate Secret shall hold. */
export interface SecretContent {
  readonly chainPem: string;
  readonly keyPem: string;
  /** Trust anchors for verifying the peer. */
  readonly trustPem: string;
}

/** Of a CA only `ca.crt` is in the Secret of a leaf: CA keys stay put. */
export function certificateSecret(
  owner: Resource<unknown>,
  request: CertificateRequest,
  content: SecretContent,
): Secret {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: childMetadata(owner, request.secretName, request.role),
    type: 'kubernetes.io/tls',
    data: {
      [secretKeys.trust]: encode(content.trustPem),
      [secretKeys.chain]: encode(content.chainPem),
      [secretKeys.key]: encode(content.keyPem),
    },
  };
}

/** The configuration of NGINX, under the key that the description of `configMapName` promises. */
export function nginxConfigMap(owner: Resource<MtlsUpstreamSpec>, text: string): ConfigMap {
  const name = owner.spec.nginx.configMapName ?? `${owner.metadata.name}-nginx`;
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: childMetadata(owner, name, 'nginx'),
    data: { 'mtls.conf': text },
  };
}

/** Nothing is copied from the labels and annotations of the owner: a GitOps tool would take the child for its own. */
function childMetadata(owner: Resource<unknown>, name: string, role: string): ObjectMeta {
  return {
    name,
    namespace: owner.metadata.namespace,
    labels: { [labels.managedBy]: managedByValue, [labels.role]: role },
    ownerReferences: [ownerReference(owner)],
  };
}

function ownerReference({ kind, metadata: { name, uid } }: Resource<unknown>): OwnerReference {
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** Whether the object carries our mark: this very resource is its controller. */
export function isControlledBy({ metadata }: KubeObject, { metadata: { uid } }: Resource<unknown>): boolean {
  return metadata.ownerReferences?.some((reference) => reference.controller === true && reference.uid === uid) ?? false;
}

/** Whether the object already says all that is desired: what others added to it is left alone. */
export function holds(seen: Secret | ConfigMap, desired: Secret | ConfigMap): boolean {
  return covers(seen.data, desired.data) && isLabelled(seen, desired);
}

export function isLabelled(seen: KubeObject, desired: KubeObject): boolean {
  return covers(seen.metadata.labels, desired.metadata.labels);
}

function covers(seen: Readonly<Record<string, string>> = {}, wanted: Readonly<Record<string, string>> = {}): boolean {
  return Object.entries(wanted).every(([key, value]) => seen[key] === value);
}

function encode(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
