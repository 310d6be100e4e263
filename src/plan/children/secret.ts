import { annotations, apiVersion, childFinalizer, group, labels, managedByValue } from '../../api/group.ts';
import type { Resource } from '../../api/kinds.ts';
import type { MtlsUpstreamSpec } from '../../api/mtls-upstream.ts';
import { releaseKey } from '../../api/nginx/release.ts';
import type { ConfigMap, KubeObject, ObjectMeta, OwnerReference, Secret } from '../../model/kube-object.ts';
import { isCovered } from '../../std/covered.ts';
import { sha256Hex } from '../../std/digest.ts';
import { allSecretKeys, keptRootsKey, secretKeys } from '../certificates/held.ts';
import type { CertificateRequest } from '../certificates/request.ts';
import { orderMark } from '../rotation/order.ts';
import { ownerMark } from './owner.ts';

/** What a certificate Secret shall hold. */
export interface SecretContent {
  readonly chainPem: string;
  readonly keyPem: string;
  /** Trust anchors for verifying the peer. */
  readonly trustPem: string;
  /** Revoked certificates. */
  readonly crlPem?: string | undefined;
  /** PKCS#12. */
  readonly keystore?: Uint8Array;
  /** Of a CA that took the place of another one: what is kept of those before it, by key. */
  readonly replaced?: Readonly<Record<string, string>> | undefined;
  /** Of a CA whose Secret was there before: what it holds of another generation, and the last order that was carried out. */
  readonly rotation?: { readonly texts: Readonly<Record<string, string>>; readonly mark: string | undefined };
}

/** Of a CA only `ca.crt` is in the Secret of a leaf: CA keys stay put. */
export function certificateSecret(
  owner: Resource<unknown>,
  request: Pick<CertificateRequest, 'role' | 'secretName'>,
  content: SecretContent,
): Secret {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: childMetadata(owner, request.secretName, request.role, marksOf(owner, request, content)),
    type: 'kubernetes.io/tls',
    data: {
      [secretKeys.trust]: encode(content.trustPem),
      [secretKeys.chain]: encode(content.chainPem),
      [secretKeys.key]: encode(content.keyPem),
      ...mapValues({ ...content.replaced, ...content.rotation?.texts }, encode),
      ...(content.crlPem !== undefined && { [secretKeys.crl]: encodeOctets(content.crlPem) }),
      ...(content.keystore && { [secretKeys.keystore]: Buffer.from(content.keystore).toString('base64') }),
    },
  };
}

/** The same Secret with that list, or without one; what others added to it is none of our business. */
export function withCrl(seen: Secret, crlPem: string | undefined): Secret {
  const { [secretKeys.crl]: _, ...data } = seen.data ?? {};
  const ours = Object.entries(data).filter(([key]) => allSecretKeys.includes(key));
  return {
    ...seen,
    data: { ...Object.fromEntries(ours), ...(crlPem !== undefined && { [secretKeys.crl]: encodeOctets(crlPem) }) },
  };
}

/** Which CAs the bundles of the spec have, and had. It holds no key. */
export function keptRootsSecret(owner: Resource<unknown>, text: string): Secret {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: childMetadata(owner, keptRootsSecretName(owner), 'trust'),
    type: 'Opaque',
    data: { [keptRootsKey]: encode(text) },
  };
}

export function keptRootsSecretName({ metadata }: { readonly metadata: Pick<ObjectMeta, 'name'> }): string {
  return `${metadata.name}-kept-roots`;
}

/** Names the renewal that a person asked for; a digest, since the value may be of any length. */
export function renewalMark({ metadata }: Resource<unknown>): string | undefined {
  const asked = metadata.annotations?.[annotations.renew];
  return asked === undefined ? undefined : sha256Hex(asked).slice(0, 16);
}

/**
 * The orders of a person that were carried out, in the Secret itself, written with the certificate: no crash makes us
 * forget them, or issue twice. What is made anew is younger than every order.
 */
function marksOf(
  owner: Resource<unknown>,
  { role }: Pick<CertificateRequest, 'role'>,
  { rotation }: SecretContent,
): Annotations {
  const isCa = role === 'ca';
  const mark = isCa ? (rotation === undefined ? orderMark(owner) : rotation.mark) : renewalMark(owner);
  return mark === undefined ? {} : { [isCa ? annotations.rotateCa : annotations.renew]: mark };
}

type Annotations = Readonly<Record<string, string>>;

/** What a ConfigMap of ours may hold: one of the first two, by `nginx.output`, and what an agent needs to know. */
const configMapKeys = { ServerBlock: 'mtls.conf', WholeFile: 'nginx.conf', release: releaseKey } as const;

/** The configuration of NGINX, under the key that the description of `output` promises. */
export function nginxConfigMap(owner: Resource<MtlsUpstreamSpec>, text: string, release: string): ConfigMap {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: childMetadata(owner, nginxConfigMapName(owner), 'nginx'),
    data: { [configMapKeys[owner.spec.nginx.output]]: text, [configMapKeys.release]: release },
  };
}

export function nginxConfigMapName({ metadata, spec }: Resource<MtlsUpstreamSpec>): string {
  return spec.nginx.configMapName ?? `${metadata.name}-nginx`;
}

/** Nothing is copied from the labels and annotations of the owner: a GitOps tool would take the child for its own. */
function childMetadata(owner: Resource<unknown>, name: string, role: string, own: Annotations = {}): ObjectMeta {
  return {
    name,
    namespace: owner.metadata.namespace,
    labels: { [labels.managedBy]: managedByValue, [labels.role]: role },
    annotations: { [annotations.owner]: ownerMark(owner, name), ...own },
    finalizers: [childFinalizer],
    ownerReferences: [ownerReference(owner)],
  };
}

/** Of a child: the resource is its controller. */
export function ownerReference({ kind, metadata: { name, uid } }: Resource<unknown>): OwnerReference {
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/**
 * Whether the object carries our mark: this very resource is its controller. Its kind counts too, since the policy for
 * Secrets with our marks knows them by it: a reference with the uid alone would be a mark that anybody may write.
 */
export function isControlledBy({ metadata }: KubeObject, resource: Resource<unknown>): boolean {
  const { kind, name, uid } = ownerReference(resource);
  const isIt = (one: OwnerReference) => one.kind === kind && one.name === name && one.uid === uid;
  const isOfUs = ({ apiVersion }: OwnerReference) => apiVersion.startsWith(`${group}/`);
  return metadata.ownerReferences?.some((one) => one.controller === true && isIt(one) && isOfUs(one)) ?? false;
}

/** Whether the object already says what is desired, and no more under our keys: what others added to it is left alone. */
export function holds(seen: Secret | ConfigMap, desired: Secret | ConfigMap): boolean {
  const isMarked = covers(seen.metadata.annotations, desired.metadata.annotations);
  const hasAll = covers(seen.data, desired.data) && findLeftOverKeys(seen, desired).length === 0;
  return hasAll && isLabelled(seen, desired) && isMarked && missingFinalizers(seen, desired).length === 0;
}

/** The API server lets nobody add one to what is being deleted. */
export function missingFinalizers({ metadata }: KubeObject, desired: KubeObject): readonly string[] {
  if (metadata.deletionTimestamp !== undefined) return [];
  return (desired.metadata.finalizers ?? []).filter((entry) => !metadata.finalizers?.includes(entry));
}

/**
 * Keys of ours that are there and no longer desired: a keystore holds a private key, and nobody renews it any more; of
 * two configurations NGINX might load the other.
 */
export function findLeftOverKeys(
  { kind, data = {} }: Secret | ConfigMap,
  desired: Secret | ConfigMap,
): readonly string[] {
  const ours = kind === 'Secret' ? allSecretKeys : Object.values(configMapKeys);
  return ours.filter((key) => key in data && !(key in (desired.data ?? {})));
}

export function isLabelled(seen: KubeObject, desired: KubeObject): boolean {
  return covers(seen.metadata.labels, desired.metadata.labels);
}

type Texts = Readonly<Record<string, string>>;

function covers(seen: Texts = {}, wanted: Texts = {}): boolean {
  return isCovered(wanted, seen);
}

function mapValues(texts: Texts, change: (text: string) => string): Texts {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, change(text)]));
}

/** Of a list that may be of others, as `crlIn` reads it. */
function encodeOctets(text: string): string {
  return Buffer.from(text, 'latin1').toString('base64');
}

function encode(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
