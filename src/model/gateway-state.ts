/** A certificate with its key, as PEM: leaf first, then intermediates, no root. The key is PKCS#8. */
export interface TlsPair {
  readonly chainPem: string;
  readonly keyPem: string;
}

/** What the gateway shows for one host, and whom it lets in there. */
export interface HostTls {
  /** Exact name or `*.` wildcard. */
  readonly host: string;
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
}

/** Clients <-> gateway: one server certificate, the CAs whose clients may pass, the hosts that demand them. */
export interface ClientFacingTls {
  readonly kind: 'client-facing';
  readonly hosts: readonly HostTls[];
  readonly server: TlsPair;
  /** Trust anchors for client certificates, one PEM each. */
  readonly clientTrust: readonly string[];
}

/** Gateway <-> NGINX: the gateway's client certificate, whom it trusts, and the service with its routes. */
export interface UpstreamTls {
  readonly kind: 'upstream';
  readonly client: TlsPair;
  /** Trust anchors for the certificate of NGINX, one PEM each. */
  readonly serverTrust: readonly string[];
  /** Name that the gateway sends as SNI and Host, and checks in the certificate of NGINX. */
  readonly serverName: string;
  readonly service: {
    readonly name: string;
    readonly hosts: readonly string[];
    readonly nodes: readonly UpstreamNode[];
    readonly retries: number;
    readonly routes: readonly Route[];
  };
}

/** Who made an object at a gateway. Stands in its labels. */
export interface Owner {
  /** uid of the namespace kube-system: two clusters may share a gateway. */
  readonly cluster: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}
