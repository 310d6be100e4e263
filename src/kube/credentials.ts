/**
 * Where the API server is and who we are there, from a kubeconfig or from the service account of the pod. All
 * authentication is client-node's; it re-reads what rotates (token file, CA, exec plugin) as often as it is asked.
 */
import { readFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { dirname, resolve } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { parse } from 'yaml';
import { type Failure, permanent, transient } from '../std/failure.ts';

export type KubeConfigSource = { readonly kind: 'file'; readonly path: string } | { readonly kind: 'inCluster' };

export interface Access {
  readonly server: URL;
  /** CA, client certificate and verification, as `tls.connect` takes them. */
  readonly tls: Pick<RequestOptions, 'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized'>;
  readonly headers: Readonly<Record<string, string>>;
}

export class Credentials {
  readonly #source: KubeConfigSource;
  #config: KubeConfig;

  /** Throws a permanent `KubeConfigInvalid`. */
  constructor(source: KubeConfigSource) {
    this.#source = source;
    this.#config = loadConfig(source);
  }

  async current(): Promise<Access> {
    const options: RequestOptions = {};
    try {
      await this.#config.applyToHTTPSOptions(options);
    } catch {
      throw unreadable();
    }
    if (this.#lacksToken(options)) {
      this.reload();
      throw unreadable();
    }
    const { ca, cert, key, servername, rejectUnauthorized, auth } = options;
    const basic: Record<string, string> =
      typeof auth === 'string' ? { Authorization: `Basic ${Buffer.from(auth).toString('base64')}` } : {};
    return {
      server: new URL(this.#config.getCurrentCluster()?.server ?? ''),
      tls: definedOnly({ ca, cert, key, servername, rejectUnauthorized }),
      headers: { ...basic, ...textHeaders(options.headers) },
    };
  }

  /** client-node takes an empty token file for none, and would go on as nobody until it reads the file in a minute. */
  #lacksToken({ headers }: RequestOptions): boolean {
    const { tokenFile } = this.#config.getCurrentUser()?.authProvider?.config ?? {};
    return tokenFile !== undefined && !/^Bearer \S/.test(textHeaders(headers)['Authorization'] ?? '');
  }

  /**
   * Reads everything anew, also what client-node would still keep for a minute: for when the server refused what we
   * showed. Keeps what it has if that fails, since a rotation may be half-way.
   */
  reload(): void {
    try {
      this.#config = loadConfig(this.#source);
    } catch {}
  }
}

function loadConfig(source: KubeConfigSource): KubeConfig {
  const config = new KubeConfig();
  try {
    if (source.kind === 'file') loadFile(config, source.path);
    else config.loadFromCluster();
  } catch {
    throw invalid(source, 'it is missing or not a kubeconfig');
  }
  const cluster = config.getCurrentCluster();
  if (cluster === null || config.getCurrentUser() === null) {
    throw invalid(source, 'its current context names no cluster and user');
  }
  if (!URL.canParse(cluster.server)) throw invalid(source, 'it names no API server');
  if (!cluster.server.startsWith('https:') && !cluster.skipTLSVerify) {
    throw invalid(source, 'its server is not https, and insecure-skip-tls-verify is not set');
  }
  if (cluster.proxyUrl !== undefined) {
    throw invalid(source, 'it sets proxy-url, which mtls-operator does not support');
  }
  return config;
}

interface RawKubeconfig {
  readonly users?: readonly { readonly name?: string; readonly user?: Readonly<Record<string, unknown>> }[];
}

function loadFile(config: KubeConfig, path: string): void {
  // Its warnings quote the file, and go to the log by themselves.
  const raw: RawKubeconfig = parse(readFileSync(path, 'utf8'), { logLevel: 'error' });
  const directory = dirname(path);
  const users = raw.users?.map((entry) => ({ ...entry, user: withTokenFile(entry.user ?? {}, directory) }));
  config.loadFromString(JSON.stringify({ ...raw, ...(users && { users }) }));
  config.makePathsAbsolute(directory);
}

/** client-node 2.0.1 overlooks `tokenFile` and would go on as nobody; as its own provider it re-reads the file. */
function withTokenFile(user: Readonly<Record<string, unknown>>, directory: string): object {
  const { tokenFile, ...rest } = user;
  if (typeof tokenFile !== 'string' || 'token' in rest) return user;
  return { ...rest, 'auth-provider': { name: 'tokenFile', config: { tokenFile: resolve(directory, tokenFile) } } };
}

/** May be in the middle of a rotation. */
function unreadable(): Failure {
  return transient('CredentialsUnreadable', 'The certificate, key or token for the API server cannot be read');
}

function invalid(source: KubeConfigSource, why: string): Failure {
  const what = source.kind === 'file' ? `The kubeconfig ${source.path}` : 'The in-cluster configuration';
  return permanent('KubeConfigInvalid', `${what} cannot be used: ${why}`);
}

function definedOnly<T extends object>(values: { [K in keyof T]: T[K] | undefined }): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** A token file often ends in a line feed, which is no part of a header. */
function textHeaders(headers: RequestOptions['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name, String(value).trim()]));
}
