/** The objects of APISIX after they were checked: nothing is filled in, an answer shows what was sent. */

import type { Plugins } from '../admin/plugins.ts';

/** Ids may be whole numbers in a body; as names of objects they are text. */
export type Id = string | number;

interface Described {
  readonly id?: Id;
  readonly name?: string;
  readonly desc?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly create_time?: number;
  readonly update_time?: number;
}

export interface Ssl extends Described {
  readonly type?: 'server' | 'client';
  readonly cert: string;
  /** Encrypted once it is stored. */
  readonly key: string;
  readonly certs?: readonly string[];
  readonly keys?: readonly string[];
  readonly sni?: string;
  readonly snis?: readonly string[];
  readonly client?: {
    readonly ca: string;
    readonly depth?: number;
    readonly skip_mtls_uri_regex?: readonly string[];
  };
  readonly status?: 0 | 1;
  readonly ssl_protocols?: readonly string[];
}

export interface NodeEntry {
  readonly host: string;
  readonly port?: number;
  readonly weight: number;
  readonly priority?: number;
}

export interface UpstreamTls {
  readonly client_cert_id?: Id;
  readonly client_cert?: string;
  /** Encrypted once it is stored. */
  readonly client_key?: string;
  readonly verify?: boolean;
  /** Means nothing before 3.19. */
  readonly ca_certs?: readonly string[];
}

export interface Upstream extends Described {
  readonly nodes: Readonly<Record<string, number>> | readonly NodeEntry[];
  readonly scheme?: 'http' | 'https';
  readonly retries?: number;
  readonly retry_timeout?: number;
  readonly timeout?: { readonly connect: number; readonly send: number; readonly read: number };
  readonly keepalive_pool?: { readonly size?: number; readonly idle_timeout?: number; readonly requests?: number };
  readonly pass_host?: 'pass' | 'node' | 'rewrite';
  readonly upstream_host?: string;
  readonly tls?: UpstreamTls;
}

/** Where a service or a route gets its upstream from. */
export interface WithUpstream {
  readonly upstream?: Upstream;
  readonly upstream_id?: Id;
}

export interface Service extends Described, WithUpstream {
  readonly hosts?: readonly string[];
}

export interface Route extends Described, WithUpstream {
  readonly uri?: string;
  readonly uris?: readonly string[];
  readonly host?: string;
  readonly hosts?: readonly string[];
  readonly methods?: readonly string[];
  readonly priority?: number;
  readonly status?: 0 | 1;
  readonly service_id?: Id;
  readonly plugins?: Plugins;
}

export type Body = Ssl | Upstream | Service | Route;
