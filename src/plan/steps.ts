import type { AdoptedRef } from '../api/adoption.ts';
import type { Endpoint } from '../api/operator-config.ts';
import { type GatewayStatus, gatewayLabel } from '../api/status.ts';
import type { Denial, DenialScope } from '../model/denial.ts';
import type { TlsPair, UpstreamNode } from '../model/gateway-state.ts';
import { refKey } from '../model/inventory.ts';
import type { ConfigMap, KubeObject, Secret } from '../model/kube-object.ts';
import type { Change, RemoteRef } from '../model/remote-object.ts';
import type { Fingerprint } from '../nginx/fingerprint.ts';
import type { KeystoreContent } from '../pki/pkcs12.ts';
import type { Finding } from '../std/finding.ts';
import type { CrlContent } from './certificates/crl-content.ts';
import type { Issuer } from './certificates/external.ts';
import type { HeldCertificate } from './certificates/held.ts';
import type { CertificateRequest } from './certificates/request.ts';
import type { HttpCheck } from './proof/http-checks.ts';
import type { OtherCa, TlsCheck } from './proof/tls-checks.ts';
import type { CaPlace } from './rotation/moves.ts';
import type { Evidence } from './status/rotation.ts';

/** A Secret or ConfigMap of a resource. */
export type Child = Secret | ConfigMap;

interface InPart {
  /** A failure is kept under this name, and the plan that follows says what it means. */
  readonly part: string;
  /** What comes after it does not need it. */
  readonly standalone?: true;
}

/** What a plan would have done. None holds randomness: keys, serial numbers and signatures come with the performance. */
export type Step = InPart &
  (
    | IssueStep
    | WriteStep
    | PrepareStep
    | RotateStep
    | KeepRootsStep
    | { readonly do: 'hold'; readonly gateway: string }
    | { readonly do: 'announce'; readonly status: GatewayStatus }
    | ChangeStep
    | DenyStep
    | LeaveStep
    | { readonly do: 'removeUnused'; readonly children: readonly Child[] }
    | { readonly do: 'run'; readonly objects: readonly KubeObject[] }
    | { readonly do: 'stop'; readonly objects: readonly KubeObject[] }
    | Abandoned
    | { readonly do: 'letGo'; readonly children: readonly Child[]; readonly finalizer: boolean }
  );

/** A key, a certificate for it, and both into the Secret by one write. */
export interface IssueStep {
  readonly do: 'issue';
  readonly request: CertificateRequest;
  readonly because: Finding;
  /** Left out: a CA that signs itself. */
  readonly issuer?: Issuer | undefined;
  /** `ca.crt`; left out: the certificate itself. */
  readonly trustPem?: string | undefined;
  /** `ca.crl`; left out: there is none. */
  readonly crlPem?: string | undefined;
  /** Of a CA: what is kept of those before it, by key of the Secret. */
  readonly replaced?: Readonly<Record<string, string>> | undefined;
  /** A key that is kept, if it is of the algorithm that is asked for. */
  readonly keyPem?: string | undefined;
  readonly keystore?: Pick<KeystoreContent, 'password' | 'alias'> | undefined;
  /** Left out: the Secret is made. */
  readonly seen?: Secret | undefined;
  /** There was one before: nobody issues it anew for a resource that is being deleted. */
  readonly wasThere: boolean;
}

/** The next CA, with the cross certificates, into the Secret of the one that signs. */
export interface PrepareStep {
  readonly do: 'prepare';
  /** To be made by us, or brought along by a person. */
  readonly next: { readonly issue: CertificateRequest } | { readonly brought: HeldCertificate };
  readonly because: Finding;
  readonly signing: HeldCertificate;
  readonly seen: Secret;
  /** With the order that is carried out by it, or was before. */
  readonly place: CaPlace;
}

/** One write of the Secret of a CA, by which its rotation comes to another state. */
export interface RotateStep {
  readonly do: 'rotate';
  readonly to: 'Switched' | 'Retired' | 'Refused' | 'Aborted' | 'Renewed' | 'Replaced';
  readonly desired: Secret;
  readonly seen: Secret;
  /** For people. */
  readonly note: string;
  /** What was seen before; left out where nothing needs to be. */
  readonly evidence?: Evidence;
}

/** One write of what is remembered of the CAs in the bundles of the spec. */
export interface KeepRootsStep {
  readonly do: 'keepRoots';
  readonly desired: Secret;
  /** Left out: it is made. */
  readonly seen?: Secret | undefined;
  readonly notes: readonly RootNote[];
}

/** For people: what became of CAs that no bundle has any more. */
export interface RootNote {
  readonly reason: 'RootKept' | 'RootRetired';
  readonly note: string;
}

export interface WriteStep {
  readonly do: 'write';
  readonly desired: Child;
  /** Left out: it is made. */
  readonly seen?: Child | undefined;
  /** What was written to a certificate that stays, for people. */
  readonly updates?: { readonly certificate: string; readonly because: string };
}

/** Requests to the gateway, in their order; all are asked about before the first is sent. */
export interface ChangeStep {
  readonly do: 'change';
  readonly gateway: string;
  readonly changes: readonly Change[];
}

/** The gateway refuses these for the resource, in place of all in the scope. */
export interface DenyStep {
  readonly do: 'deny';
  readonly gateway: string;
  readonly denials: readonly Denial[];
  /** Left out: all. */
  readonly scope?: DenialScope;
}

/** Everything of the resource is taken from a gateway. */
export interface LeaveStep {
  readonly do: 'leave';
  readonly gateway: string;
  readonly known: readonly RemoteRef[];
  /** It may refuse revoked certificates for the resource. */
  readonly denies: boolean;
}

/** Objects at gateways that nobody takes away: they are told of, for a person to remove. */
export interface Abandoned {
  readonly do: 'abandon';
  /** A person has asked for it. */
  readonly forced: boolean;
  /** As `gateway/group`. */
  readonly gateways: readonly string[];
  readonly reasons: readonly string[];
  /** `kind/id`, as far as they are known. */
  readonly left: readonly string[];
}

const touching: readonly Step['do'][] = ['issue', 'write', 'prepare', 'rotate', 'keepRoots', 'removeUnused', 'letGo'];

/** Whether Secrets or ConfigMaps are not as they were once it was tried. */
export function touchesChildren(step: Step): boolean {
  return touching.includes(step.do);
}

/** What a plan would have looked at before it says more. */
export type Look = { readonly part: string } & (
  | { readonly at: 'gateway'; readonly only?: 'traits'; readonly age?: Temporal.Duration | undefined }
  | { readonly at: 'denyList' }
  | { readonly at: 'named'; readonly refs: readonly AdoptedRef[] }
  | { readonly at: 'addresses'; readonly hosts: readonly string[] }
  | { readonly at: 'keystore'; readonly content: KeystoreContent }
  | { readonly at: 'crl'; readonly content: CrlContent }
  | { readonly at: 'workload'; readonly name: string }
  | ({ readonly at: 'nginx' } & NginxQuestion)
  | ({ readonly at: 'dataPlane' } & DataPlaneQuestion)
);

/** What every NGINX is to serve, and to whom. */
export interface NginxQuestion {
  readonly nodes: readonly UpstreamNode[];
  readonly serverName: string;
  /** A path at which it rejects a request without a client certificate. */
  readonly guardedPath: string;
  readonly trust: readonly string[];
  readonly client: TlsPair;
  /** Another generation of the CA, of which a client certificate is shown too. */
  readonly other?: OtherCa | undefined;
  /** Whom the gateway trusts but for CAs that are kept; left out: none is. */
  readonly besideKept?: readonly string[] | undefined;
  /** SHA-256 of the server certificate, lower-case hexadecimal. */
  readonly leaf: string;
  readonly config: Fingerprint;
  /** Who signs client certificates, and which of them NGINX is to reject. */
  readonly revoked?: { readonly issuer: Issuer; readonly serial: string };
}

/** A request over TLS that a gateway is to let through, with a client certificate made for it. */
export interface AllowedCheck {
  readonly endpoint: Endpoint;
  /** Name in the handshake and in the request. */
  readonly host: string;
  readonly path: string;
  readonly client: AllowedClient;
  /** What the gateway answers whom the list of the route does not allow. */
  readonly refusal: string;
}

/** Whose names the certificate has, and the CA that signs it. */
export interface AllowedClient {
  readonly issuer: HeldCertificate;
  readonly request: CertificateRequest;
}

export type DataPlaneQuestion =
  | {
      readonly by: 'https';
      readonly checks: readonly TlsCheck[];
      readonly issuer?: Issuer | undefined;
      readonly other?: OtherCa | undefined;
      /** Whom clients trust but for CAs that are kept; left out: none is. */
      readonly besideKept?: readonly string[] | undefined;
      readonly leaf: string;
    }
  | {
      readonly by: 'http';
      readonly checks: readonly HttpCheck[];
      /** Over TLS, with a client certificate that the gateway lets through. */
      readonly allowed?: readonly AllowedCheck[];
      readonly answersAs?: string | undefined;
    };

/** What would be looked at; no key and no password is in it. */
export function printLook(look: Look): string {
  switch (look.at) {
    case 'gateway': {
      if (look.only === 'traits') return 'ask which product the gateway is';
      return look.age === undefined ? 'read the gateway' : `read the gateway, not longer ago than ${look.age}`;
    }
    case 'denyList':
      return 'read which revoked certificates the gateway refuses';
    case 'named':
      return `read ${look.refs.map(({ kind, id }) => `${kind}/${id}`).join(', ')} at the gateway`;
    case 'addresses':
      return `look up ${look.hosts.join(', ')}`;
    case 'keystore':
      return `make the keystore of ${look.content.alias}`;
    case 'crl':
      return `sign a list of ${look.content.entries.size} revoked certificates`;
    case 'workload':
      return `read Deployment, Service and PodDisruptionBudget ${look.name}`;
    case 'nginx':
      return `probe NGINX at ${look.nodes.map(({ host, port }) => `${host}:${port}`).join(', ')}`;
    case 'dataPlane':
      return `probe the data plane: ${look.checks.length} ${look.by} requests${printAllowed(look)}`;
  }
}

function printAllowed(question: DataPlaneQuestion): string {
  if (question.by === 'https' || question.allowed === undefined) return '';
  return `, and ${question.allowed.length} over TLS that are allowed`;
}

/** One line for each thing that would be done, the same for the same step; no key and no password is in it. */
export function printStep(step: Step): readonly string[] {
  switch (step.do) {
    case 'issue':
      return [`issue ${step.request.name} into Secret ${step.request.secretName} (${step.because.reason})`];
    case 'write':
      return [`${step.seen === undefined ? 'create' : 'update'} ${step.desired.kind} ${step.desired.metadata.name}`];
    case 'prepare':
      return [
        `prepare the CA that follows the one in Secret ${step.place.request.secretName} (${step.because.reason})`,
      ];
    case 'rotate':
      return [`update Secret ${step.desired.metadata.name}: the rotation of the CA is now ${step.to}`];
    case 'keepRoots':
      return [
        `${step.seen === undefined ? 'create' : 'update'} Secret ${step.desired.metadata.name}`,
        ...step.notes.map(({ note }) => note),
      ];
    case 'hold':
      return [`add the finalizer, for ${step.gateway}`];
    case 'announce':
      return [`note in status that the gateway is now ${gatewayLabel(step.status)}`];
    case 'change':
      return step.changes.map((change) => `at ${step.gateway}: ${printChange(change)}`);
    case 'deny':
      return printDenials(step);
    case 'leave':
      return [`at ${step.gateway}: remove everything of this resource`];
    case 'removeUnused':
      return step.children.map(({ kind, metadata }) => `delete ${kind} ${metadata.name}, which nothing asks for`);
    case 'run':
      return step.objects.map(({ kind, metadata }) => `apply ${kind} ${metadata.name}`);
    case 'stop':
      return step.objects.map(({ kind, metadata }) => `delete ${kind} ${metadata.name}, which nothing asks for`);
    case 'abandon':
      return step.left.map((object) => `leave ${object} behind`);
    case 'letGo':
      return [
        ...step.children.map(({ kind, metadata }) => `release ${kind} ${metadata.name}`),
        ...(step.finalizer ? ['remove the finalizer'] : []),
      ];
  }
}

function printDenials({ gateway, denials, scope = 'all' }: DenyStep): readonly string[] {
  const nothing = scope === 'all' ? 'nothing' : 'no session without a certificate';
  if (denials.length === 0) return [`at ${gateway}: refuse ${nothing} any more for this resource`];
  return denials.map((denial) => `at ${gateway}: refuse ${printDenial(denial)}`);
}

function printDenial(denial: Denial): string {
  if (denial.by === 'unverified') return `sessions without a certificate at ${denial.hosts.join(', ')}`;
  const { by, values, issuer } = denial;
  return by === 'issuer' ? `all of ${issuer}` : `${values.length} by ${by} of ${issuer}`;
}

function printChange(change: Change): string {
  if (change.type === 'remove') return `remove ${refKey(change.ref)}`;
  const fields = change.because === 'differs' ? `: ${change.fields.join(', ')}` : '';
  const from = change.because === 'adopted' ? `: ${refKey(change.from)}` : '';
  return `put ${refKey(change.object)} (${change.because}${fields}${from})`;
}
