/**
 * The API: what users write and what they read back. One zod definition per kind gives the TypeScript types, the
 * runtime parser, the CRD's structural schema and the field descriptions. This room knows no certificate, no
 * gateway and no API server; it only says which objects exist and which sentences about them are true.
 */
export const group = 'mtls-operator.dev';
export const version = 'v1alpha1';
export const apiVersion = `${group}/${version}`;

/** Owner of every field that we write; Kubernetes API concepts: field management. */
export const fieldManager = 'mtls-operator';

/** Held while objects of ours may exist at a gateway. */
export const finalizer = `${group}/gateway`;

/** On our Secrets and ConfigMaps: whoever deletes them, they stay until the gateway is clean of their resource. */
export const childFinalizer = `${group}/in-use`;

export const labels = {
  managedBy: 'app.kubernetes.io/managed-by',
  /** Role of a Secret or ConfigMap of ours: `ca`, `server`, `client`, `trust`, `nginx`. */
  role: `${group}/role`,
} as const;

export const managedByValue = 'mtls-operator';

export const annotations = {
  /** On a resource: every new value issues its leaves anew. On a Secret of ours: the digest of the value that it was issued for. */
  renew: `${group}/renew`,
  /** On a resource: every new value is one order about the rotation of its CA. On the Secret of the CA: the digest of the last one. */
  rotateCa: `${group}/rotate-ca`,
  /** On a resource: clients for whom the rotation of the CA waits no longer, and why: `curl: was shut down`. */
  retireWithout: `${group}/retire-without`,
  /** On a resource: SHA-256 of CAs that no bundle has any more and that are no longer kept in spite of that. */
  retireRoot: `${group}/retire-root`,
  /** On a Secret of ours, by its holder: SHA-256 of the certificates that it has loaded, a leaf or a CA. */
  loaded: `${group}/loaded`,
  /** On the Secret of a client, with any value: the same as `spec.clients[].revoked`, as long as it is there. */
  revoke: `${group}/revoke`,
  /** Any value abandons the clean-up at the gateway and lets a deleted resource go. */
  forceDelete: `${group}/force-delete`,
  /** On a resource: objects at its gateway that it takes over. On a Secret: the resource that takes it over. */
  adopt: `${group}/adopt`,
  /** Written with the finalizer: uid of the resource and the gateway that it uses first, for as long as no status says so. */
  firstGateway: `${group}/first-gateway`,
  /**
   * On a Secret or ConfigMap of ours, whose it is and under which name it was made: deletion with `orphan` takes its owner
   * reference off, and a copy may carry all of that.
   */
  owner: `${group}/owner`,
} as const;
