/** The objects of API7 Enterprise after they were checked: the schemas say what may stand in them. */

import type { Plugins } from '../admin/plugins.ts';

interface Described {
  readonly id?: string;
  readonly name: string;
  readonly desc?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface Certificate extends Described {
  readonly cert: string;
  readonly key: string;
}

export interface CaCertificate extends Described {
  readonly cert: string;
}

export interface Sni extends Described {
  readonly domain: string;
  readonly certificates: readonly string[];
  readonly mtls?: { readonly enabled: boolean; readonly ca_certificates: readonly string[] };
}

/** The only ones before 3.4, and there beside SNIs later: server and client certificates in one kind, with the CA of the clients. */
export interface Ssl extends Omit<Described, 'name'> {
  readonly name?: string;
  readonly type: 'server' | 'client';
  readonly cert?: string;
  readonly key?: string;
  readonly certs?: readonly string[];
  readonly keys?: readonly string[];
  readonly snis?: readonly string[];
  readonly client?: { readonly ca: string; readonly depth: number };
  readonly status: 0 | 1;
}

export interface Upstream {
  readonly name: string;
  readonly scheme: 'http' | 'https';
  readonly nodes: readonly {
    readonly host: string;
    readonly port: number;
    readonly weight: number;
    readonly priority: number;
  }[];
  readonly retries?: number;
  readonly retry_timeout: number;
  readonly timeout?: { readonly connect: number; readonly send: number; readonly read: number };
  readonly keepalive_pool?: { readonly size: number; readonly idle_timeout: number; readonly requests: number };
  readonly pass_host: 'pass' | 'node' | 'rewrite';
  readonly upstream_host?: string;
  /** Since 3.6. */
  readonly client_certificate?: string;
  readonly ca_certificates?: readonly string[];
  readonly tls_verify?: boolean;
  /** Before 3.6. */
  readonly tls?: { readonly client_cert_id?: string; readonly client_cert?: string; readonly client_key?: string };
}

export interface Service extends Described {
  /** Its id once more, as api7/adc sends it; it is compared, and not kept. */
  readonly service_id?: string;
  readonly type: 'http';
  readonly hosts?: readonly string[];
  readonly path_prefix?: string;
  readonly strip_path_prefix: boolean;
  readonly status: 0 | 1;
  readonly upstream: Upstream;
}

export interface Route extends Described {
  /** As `service_id` of a service. */
  readonly route_id?: string;
  readonly service_id: string;
  readonly paths: readonly string[];
  readonly methods?: readonly string[];
  readonly priority: number;
  readonly plugins?: Plugins;
}
