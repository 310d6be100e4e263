import * as z from 'zod';
import { timestamp } from './fields.ts';
import { keptRoot, keptRootsAtMost } from './kept-roots.ts';
import { rotation } from './rotation.ts';
import { mapOf, setOf } from './rules.ts';

/** metav1.Condition, field by field (Kubernetes API conventions: conditions). */
const condition = z.object({
  type: z.string().max(316).describe('What the condition is about, in CamelCase.'),
  status: z.enum(['True', 'False', 'Unknown']).describe('Whether it holds.'),
  observedGeneration: z.int().min(0).optional().describe('Generation of the resource that the condition speaks of.'),
  lastTransitionTime: timestamp().describe('When the status of the condition last changed.'),
  reason: z.string().min(1).max(1024).describe('Why, as one CamelCase word for programs.'),
  message: z.string().max(32768).describe('Why, as a sentence for people.'),
});

const certificate = z.object({
  name: z.string().describe('Which certificate this is: ca, server, client, or client/ and the name of the client.'),
  secretName: z.string().describe('Secret that holds it.'),
  external: z
    .boolean()
    .optional()
    .describe('True where you bring the certificate; left out where the operator issues it.'),
  serialNumber: z.string().describe('Serial number, lower-case hexadecimal.'),
  sha256Fingerprint: z.string().describe('SHA-256 of the certificate, lower-case hexadecimal.'),
  issuer: z
    .string()
    .optional()
    .describe('Issuer of a client certificate, as openssl x509 -nameopt rfc2253 writes it and spec.revoked takes it.'),
  notBefore: timestamp().describe('Start of its validity.'),
  notAfter: timestamp().describe('Last second of its validity.'),
  renewalTime: timestamp()
    .optional()
    .describe('When the operator renews it; left out where it is external, since the operator does not renew that.'),
  issuedBecause: z
    .string()
    .optional()
    .describe('Why the operator issued it, as one CamelCase word, for example RenewalDue.'),
});

const formerCertificate = z.object({
  name: z.string().describe('Which certificate it was, as in certificates.'),
  serialNumber: z.string().describe('Serial number, lower-case hexadecimal.'),
  sha256Fingerprint: z.string().describe('SHA-256 of the certificate, lower-case hexadecimal.'),
  issuer: z.string().describe('Its issuer, as openssl x509 -nameopt rfc2253 writes it.'),
  notAfter: timestamp().describe('Last second of its validity.'),
  revoked: z
    .boolean()
    .optional()
    .describe('True where it was revoked with its client: it stays refused until its end.'),
});

/** At most so many are shown: 100 clients, the former ones of a record, and 32 CAs. */
export const refusedAtMost = 200;

const refused = z.object({
  name: z
    .string()
    .describe(
      'Whom the gateway refuses: client/ and the name of the client, or issuer/ and the name of a withdrawn CA.',
    ),
  since: timestamp().describe('Since when the gateway has the rule for it: for new, kept and resumed connections.'),
  provenAt: timestamp()
    .optional()
    .describe(
      'When requests with the certificate itself were refused first, on a new connection, a kept one and a resumed TLS session; left out where its key was not here any more.',
    ),
  openUntil: timestamp()
    .optional()
    .describe(
      'Until when an answer or a WebSocket from before may still last; left out once that has passed, and where the configuration of the operator has no longestConnection for the gateway.',
    ),
});

const gatewayObject = z.object({
  kind: z.string().describe('Collection of the Admin API, for example certificates.'),
  id: z.string().describe('Id of the object there.'),
});

const claim = z.object({
  name: z.string().describe('Claimed object: host/ and the name of the host, or route/ and the name of the route.'),
  digest: z
    .string()
    .describe(
      'Digest of the gateway group and of the requests that the route matches; if it changes, the claim starts again.',
    ),
  since: timestamp().describe('Since when it is claimed. If no resource is served yet, the oldest claim wins.'),
});

const accepts = z.object({
  hosts: setOf(z.string()).max(32).describe('Hosts of this resource that the gateway serves.'),
  issuers: setOf(z.string())
    .max(8)
    .describe(
      'Issuers of client certificates of this resource that are accepted there, as openssl x509 -nameopt rfc2253 writes them: while a CA is rotated, also the one that comes, and the one that goes until it is retired.',
    ),
});

const gateway = z.object({
  // Not in a status of an earlier version, which has both as its group.
  name: z.string().optional().describe('Name of the gateway, as in spec.gatewayRef.'),
  group: z.string().describe('Name of the gateway group, as in spec.gatewayRef.'),
  groupId: z.string().optional().describe('Id of the gateway group at the control plane.'),
  objects: z
    .array(gatewayObject)
    .meta({ 'x-kubernetes-list-type': 'atomic' })
    .describe('Objects of this resource at the gateway, in the order in which they are made.'),
  previous: z
    .array(z.string())
    .meta({ 'x-kubernetes-list-type': 'atomic' })
    .optional()
    .describe('Gateways that the resource used before and that may still hold its objects, as gateway/group.'),
  dataPlane: z
    .array(z.string())
    .meta({ 'x-kubernetes-list-type': 'atomic' })
    .optional()
    .describe(
      'Data-plane addresses at which enforcement was last proven, as host:port; absent where it could not be proven.',
    ),
});

/**
 * The gateway that the status tells of, as `gateway/group`. Earlier versions wrote that text as the group; a group alone
 * is what an API server with an older CRD leaves of it, and says nothing.
 */
export function gatewayLabel(status: GatewayStatus | undefined): string | undefined {
  if (status?.name !== undefined) return `${status.name}/${status.group}`;
  return status?.group.includes('/') ? status.group : undefined;
}

/** What the status tells of at the gateway, which is named as `gateway/group`. */
export function objectsAt(label: string, status: GatewayStatus | undefined): GatewayStatus['objects'] {
  return status !== undefined && gatewayLabel(status) === label ? status.objects : [];
}

/** When a condition last changed that the operator has not written yet. */
export const never = '1970-01-01T00:00:00Z';

/**
 * What the API server shows until the operator writes a status of its own, without a write: kstatus takes a resource
 * without conditions for Current. No `observedGeneration`, since nobody has observed it.
 */
const unseen = {
  conditions: [pending('Ready', 'Unknown'), pending('Reconciling', 'True')],
};

function pending(type: string, status: Condition['status']): Condition {
  return { type, status, reason: 'Pending', message: 'Waiting for the operator', lastTransitionTime: never };
}

/** Status of both kinds. Every field is optional: which there are depends on how far the operator came. */
export const status = z
  .object({
    observedGeneration: z.int().min(0).optional().describe('Generation of the resource that this status speaks of.'),
    conditions: mapOf(condition, 'type').optional().describe('Conditions of the resource, by type.'),
    certificates: mapOf(certificate, 'name').optional().describe('The certificates of this resource.'),
    formerCertificates: z
      .array(formerCertificate)
      .meta({ 'x-kubernetes-list-type': 'atomic' })
      .optional()
      .describe(
        'Client certificates that were issued before those of the list above and have not ended; they go with their client when it is revoked.',
      ),
    refused: z
      .array(refused)
      .max(refusedAtMost)
      .meta({ 'x-kubernetes-list-type': 'atomic' })
      .optional()
      .describe('Clients and CAs that the gateway refuses although their certificates have not ended.'),
    expires: timestamp().optional().describe('When the first of its certificates ends.'),
    hosts: z
      .string()
      .optional()
      .describe('Hosts of an MtlsGateway in one line, as kubectl get shows them; the list is spec.hosts.'),
    claims: mapOf(claim, 'name').optional().describe('Since when the resource claims its hosts and routes.'),
    rotation: rotation
      .optional()
      .describe('How far the CA of this resource is that follows another one; there only meanwhile.'),
    keptRoots: z
      .array(keptRoot)
      .max(keptRootsAtMost)
      .meta({ 'x-kubernetes-list-type': 'atomic' })
      .optional()
      .describe(
        'CAs that were taken out of a bundle with keepRemoved and are still trusted, those of longest standing first; there only meanwhile.',
      ),
    accepts: accepts
      .optional()
      .describe(
        'Where clients of an MtlsGateway are accepted, and by which issuers they are known; spec.authorization of an MtlsUpstream rests on it.',
      ),
    allowedIssuers: setOf(z.string())
      .max(256)
      .optional()
      .describe(
        'Issuers of clients of MtlsGateways whose certificates the routes of an MtlsUpstream allow, as was last seen; while one of these CAs is rotated, the next one signs only once it is among them.',
      ),
    gateway: gateway.optional().describe('The objects of this resource at its gateway.'),
  })
  .default(unseen)
  .describe('What the operator observed and did. Only the operator writes it.');

export type Status = z.output<typeof status>;
export type Condition = z.output<typeof condition>;
export type CertificateStatus = z.output<typeof certificate>;
export type FormerCertificate = z.output<typeof formerCertificate>;
export type RefusedStatus = z.output<typeof refused>;
export type ClaimStatus = z.output<typeof claim>;
export type AcceptsStatus = z.output<typeof accepts>;
export type GatewayStatus = z.output<typeof gateway>;

/** `status.hosts`: the first three hosts, then how many more. */
export function hostsLine(hosts: readonly string[]): string {
  const shown = hosts.slice(0, 3).join(',');
  return hosts.length > 3 ? `${shown} + ${hosts.length - 3} more` : shown;
}
