import type { Allowance } from './allowance.ts';

/** A certificate with its key, as PEM: leaf first, then intermediates, no root. The key is PKCS#8. */
export interface TlsPair {
  readonly chainPem: string;
  readonly keyPem: string;
  /** Of the leaf, lower-case hex: no two certificates share it, as two of different CAs may share a serial number. */
  readonly sha256Fingerprint: string;
}

/** A CA certificate that a verifier accepts. */
export interface TrustAnchor {
  readonly pem: string;
  readonly sha256Fingerprint: string;
}

/** How clients are verified, beyond whom the gateway trusts. */
export interface ClientVerification {
  /** Intermediate certificates that a client may send; left out, as the gateway has it. */
  readonly depth?: number | undefined;
  /** `/healthz`, or `/public/*` for all below: there no client certificate is demanded. */
  readonly exemptPaths: readonly string[];
}

/** Clients <-> gateway: one server certificate, the CAs whose clients may pass, the hosts that demand them. */
export interface ClientFacingTls {
  readonly kind: 'client-facing';
  /** Exact names or `*.` wildcards. */
  readonly hosts: readonly string[];
  readonly server: TlsPair;
  readonly clientTrust: readonly TrustAnchor[];
  readonly verification?: ClientVerification;
}

export interface UpstreamNode {
  readonly host: string;
  readonly port: number;
  readonly weight: number;
}

export interface Route {
  readonly name: string;
  readonly methods: readonly string[];
  readonly paths: readonly string[];
  /** Who may send its requests; left out: everybody, and empty: nobody. */
  readonly allow?: readonly Allowance[] | undefined;
}

export interface Service {
  readonly name: string;
  /** Empty: the service answers for every host. */
  readonly hosts: readonly string[];
  readonly nodes: readonly UpstreamNode[];
  readonly retries: number;
  readonly routes: readonly Route[];
}

/** Gateway <-> NGINX: the client certificate of the gateway, whom it trusts there, and the service with its routes. */
export interface UpstreamTls {
  readonly kind: 'upstream';
  readonly client: TlsPair;
  readonly serverTrust: readonly TrustAnchor[];
  /** Name that the gateway sends as SNI and Host and looks for in the certificate of NGINX. */
  readonly serverName: string;
  readonly service: Service;
}

/** What one resource wants a gateway to hold. No vendor's word is in it. */
export type GatewayState = ClientFacingTls | UpstreamTls;

/** Who made an object at a gateway; it stands in the labels of the object. */
export interface Owner {
  /** uid of the namespace kube-system: two clusters may share one gateway. */
  readonly cluster: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}
