import type { TrustSource } from '../../api/references.ts';
import type { RevokedNumber } from '../../api/revocation.ts';
import type { KeyAlgorithm } from '../../pki/keys/algorithm.ts';
import type { DraftedName } from '../../pki/names/general-name.ts';
import type { NameFields } from '../../pki/names/name.ts';
import type { RenewalPolicy } from '../../pki/renewal.ts';
import type { Finding } from '../../std/finding.ts';

/**
 * The plan room: the reasoning, pure. From what was asked and what is there it says what to issue and why, what a
 * gateway shall hold, and which sentences about the resource are true. It performs nothing.
 */

/** Name and place of a certificate, issued or brought along. */
interface Named {
  /** `ca`, `server`, `client`, or `client/<name>`; as status shows it. */
  readonly name: string;
  readonly secretName: string;
  /** Where the Secret's name comes from, for findings: `spec.ca.generated.secretName`. */
  readonly field: string;
}

/** One certificate that the operator shall issue. */
export interface CertificateRequest extends Named {
  readonly role: 'ca' | 'server' | 'client';
  /** Left out for a server, whose subject is its first DNS name. */
  readonly commonName?: string;
  /** Attributes of the subject in addition to the common name. */
  readonly subject?: Omit<NameFields, 'commonName'>;
  readonly dnsNames: readonly string[];
  /** Subject alternative names of other types. */
  readonly otherNames?: readonly DraftedName[];
  /** Of a CA: the DNS domains that it may certify; left out, all. */
  readonly permittedDnsDomains?: readonly string[];
  readonly keyAlgorithm: KeyAlgorithm;
  readonly duration: Temporal.Duration;
  readonly renewal?: RenewalPolicy;
  /** The key of the certificate before is kept while it fits. */
  readonly keepsKey?: true;
  readonly keystore?: { readonly passwordSecret: { readonly name: string; readonly key: string } };
  /** Nothing else of the resource needs this certificate: a failure of it stops nothing else. */
  readonly standalone?: true;
}

/** One leaf that a person brings along. */
export interface ExternalLeafRequest extends Named {
  readonly role: 'server' | 'client';
  /** What a server has to be called. */
  readonly hosts: readonly string[];
  /** Its peer is set up by us, so it must be of a CA that this resource trusts; else its clients judge for themselves. */
  readonly mustBeTrusted: boolean;
  /** A Secret of ours that gets the pair with the trust bundle beside it: NGINX mounts one, whoever issued it. */
  readonly copy?: Pick<CertificateRequest, 'name' | 'role' | 'secretName' | 'field'>;
}

/** A CA that a person brings along, with its key or only to trust it. */
export interface ExternalCaRequest extends Named {
  readonly role: 'ca';
  /** A Secret of ours that holds the CA that signs, while another one follows it; left out: none follows by way of a rotation. */
  readonly copy?: Pick<CertificateRequest, 'secretName' | 'field'> & { readonly name: 'ca'; readonly role: 'ca' };
}

/** A client that gets none any more: what becomes of the Secret of its last one. */
export interface RevokedRequest extends Named {
  readonly role: 'client';
  readonly secret: 'Empty' | 'Delete';
}

/** All that a resource asks for. */
export interface CertificateRequests {
  readonly ca: { readonly issue: CertificateRequest } | { readonly external: ExternalCaRequest };
  readonly external: readonly ExternalLeafRequest[];
  /** The server first, then the clients in the order of the spec. */
  readonly leaves: readonly CertificateRequest[];
  readonly revokedClients?: readonly RevokedRequest[];
  /** Where it is remembered which CAs the bundles have, and had; left out: nothing is to be kept. */
  readonly keptRoots?: Named | undefined;
  readonly clientTrust: readonly TrustSource[];
  readonly serverTrust: readonly TrustSource[];
  /** Certificates of the CA that are on a list, which lies beside the server certificate; left out: there is none. */
  readonly revoked?: readonly RevokedNumber[];
}

/** Whether any bundle keeps what is taken out of it. */
export function keepsRemoved({ clientTrust, serverTrust }: Pick<CertificateRequests, 'clientTrust' | 'serverTrust'>) {
  return [...clientTrust, ...serverTrust].some(({ keepRemoved }) => keepRemoved === true);
}

/** Two certificates in one Secret would overwrite each other for ever. */
export function findSharedSecret(requests: CertificateRequests): Finding | undefined {
  const all = placesOf(requests);
  for (const [index, request] of all.entries()) {
    const first = all.slice(0, index).find(({ secretName }) => secretName === request.secretName);
    if (first === undefined) continue;
    const message = `${request.field}: the Secret ${request.secretName} is already used for ${first.name}`;
    return { reason: 'InvalidSpec', message };
  }
  return undefined;
}

function copyOf({ external: { copy } }: { readonly external: ExternalCaRequest }) {
  return copy === undefined ? [] : [copy];
}

/** Everything that is kept in a Secret of ours, and where. */
export function placesOf(requests: CertificateRequests): readonly Named[] {
  const { ca, external, leaves, revokedClients = [], keptRoots } = requests;
  return [
    ...('issue' in ca ? [ca.issue] : copyOf(ca)),
    ...external.flatMap(({ copy }) => copy ?? []),
    ...leaves,
    ...revokedClients,
    ...(keptRoots === undefined ? [] : [keptRoots]),
  ];
}
