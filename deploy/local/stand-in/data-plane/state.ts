/** What a gateway is told to do at its data plane, in words that belong to no product. Each product compiles to this. */

export interface Pair {
  readonly cert: string;
  readonly key: string;
}

/** Who may come in as a client. */
interface ClientTrust {
  /** Certificates, in the order in which they are named to clients. */
  readonly ca: string;
  /** How many intermediates may stand between a client's certificate and its CA. */
  readonly depth: number;
  /** Unanchored PCREs of paths without mTLS. With at least one, a bad client meets HTTP 400 and no alert. */
  readonly exemptPaths: readonly string[];
}

/** One name that the TLS port answers for. Of two with one name the first is served. */
export interface ServedName {
  /** Lower case. `*.rest` stands for one label, `*` for a name of one label, `**` for every name. */
  readonly name: string;
  readonly pairs: readonly Pair[];
  readonly clientTrust: ClientTrust | undefined;
  /** `TLSv1.2`, …; empty: what the gateway speaks. */
  readonly protocols: readonly string[];
}

export interface Node {
  readonly host: string;
  readonly port: number;
  readonly weight: number;
  readonly priority: number;
}

export interface Backend {
  /** Unique in the state. */
  readonly id: string;
  readonly scheme: 'http' | 'https';
  readonly nodes: readonly Node[];
  /** Undefined: each node once. */
  readonly retries: number | undefined;
  /** Seconds. */
  readonly retryTimeout: number | undefined;
  readonly timeout: { readonly connect: number; readonly send: number; readonly read: number };
  readonly keepalive: { readonly size: number; readonly idleTimeout: number; readonly requests: number };
  /** The Host header and the SNI; undefined: the client's own. */
  readonly host: string | undefined;
  /** `lost`: it refers to a certificate that is not there, and each request is answered with 502. */
  readonly client: Pair | 'none' | 'lost';
  /** Certificates that the upstream is verified with; undefined: nobody verifies it. */
  readonly trusted: readonly string[] | undefined;
}

export interface Rule {
  /** Lower case; with a leading star, or empty for any host. */
  readonly host: string;
  /** Exact, or with a star at its end. */
  readonly path: string;
  /** Empty: all. */
  readonly methods: readonly string[];
  /** Id of a backend. */
  readonly backend: string;
  readonly priority: number;
  /** Octets of the path that the upstream does not see. */
  readonly strip: number;
  /** Judged before it serves a request. */
  readonly aborts: readonly Abort[];
}

/** Answers requests before they go anywhere, as the plugin fault-injection of a global rule or of a route has it. */
export interface Abort {
  readonly http_status: number;
  readonly body?: string;
  readonly percentage?: number;
  /** Expressions, of which one must hold; left out: every request. */
  readonly vars?: readonly (readonly unknown[])[];
}

export interface DataPlaneState {
  readonly names: readonly ServedName[];
  readonly backends: readonly Backend[];
  /** In any order: the data plane sorts them by precedence. */
  readonly rules: readonly Rule[];
  readonly aborts: readonly Abort[];
}
