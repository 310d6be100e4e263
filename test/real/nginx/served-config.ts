import { once } from 'node:events';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type ConnectionOptions, connect } from 'node:tls';
import { findOnPath } from '../../../deploy/local/install/programs.ts';
import { freePort } from '../../../deploy/local/processes/ports.ts';
import { type Loaded, Nginx, nginxConf } from '../../../deploy/local/upstream/nginx.ts';
import type { ProbeResult } from '../../../src/model/probe-result.ts';
import type { Fingerprint } from '../../../src/nginx/fingerprint.ts';
import type { NginxSpec } from '../../../src/nginx/grammar.ts';
import type { ClientPair } from '../../../src/ports/probe.ts';
import { tlsProbe } from '../../../src/probe/tls-probe.ts';
import { buildSpec, renderSpec } from '../../nginx/specs.ts';
import { TestCa } from '../../probe/openssl.ts';

/** A real NGINX with certificates of the openssl command, in a directory and on a port of its own. */
export class ServedConfig {
  readonly ca = new TestCa('ROOTCA');
  readonly #program: string | undefined;
  #directory: string | undefined;
  #nginx: Nginx | undefined;
  #port = 0;
  #further: readonly number[] = [];
  readonly #revoked: ClientPair[] = [];

  /** The distribution's NGINX, unless another one is given. */
  constructor(program = findOnPath('nginx')) {
    this.#program = program;
  }

  get nginx(): Nginx {
    const program = this.#program;
    if (program === undefined) throw new Error('these tests need NGINX: install the package nginx-light');
    this.#nginx ??= new Nginx(program, this.directory);
    return this.#nginx;
  }

  get directory(): string {
    this.#directory ??= mkdtempSync(join(tmpdir(), 'served-config-'));
    return this.#directory;
  }

  write(file: string, text: string): void {
    const path = join(this.directory, file);
    mkdirSync(dirname(path), { recursive: true });
    // A new file: NGINX 1.27.4 and later take one with the inode and second of an older one for that.
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  }

  writeTls(directory: string, leaf: ClientPair): void {
    this.write(`${directory}/tls.crt`, leaf.chainPem);
    this.write(`${directory}/tls.key`, leaf.keyPem);
    this.write(`${directory}/ca.crt`, this.ca.pem);
    this.write(`${directory}/ca.crl`, this.ca.revoke(...this.#revoked));
  }

  /** From then on the list holds these; NGINX sees it with what it loads next. */
  revoke(...clients: readonly ClientPair[]): void {
    this.#revoked.push(...clients);
  }

  /** A file of conf.d, or nginx.conf as a whole, which writes to this directory in place of /tmp. */
  put(text: string): void {
    const isWhole = text.startsWith('worker_processes');
    this.write(
      'nginx.conf',
      isWhole ? text.replaceAll('/tmp/', `${this.directory}/`).replace('/dev/stdout', 'access.log') : nginxConf,
    );
    this.write('conf.d/mtls.conf', isWhole ? '' : text);
  }

  /** Renders the spec, whose ports are replaced by free ones, and has NGINX load it. */
  async serve(spec: NginxSpec, leaf = this.ca.issue()): Promise<Loaded> {
    this.#port ||= await freePort();
    this.#further = await Promise.all((spec.additionalListen ?? []).map(freePort));
    this.writeTls(spec.tlsDirectory, leaf);
    this.put(renderSpec(this.#onFreePorts(spec)));
    return this.nginx.load();
  }

  /** What NGINX tells once it has loaded the spec, which `serve` was given. */
  fingerprint(spec: NginxSpec): Fingerprint {
    const built = buildSpec(this.#onFreePorts(spec));
    if (!built.ok) throw new Error('the spec is refused');
    return built.value.fingerprint;
  }

  /** On which it listens. */
  get port(): number {
    return this.#port;
  }

  /** Those of `additionalListen`. */
  get further(): readonly number[] {
    return this.#further;
  }

  #onFreePorts(spec: NginxSpec): NginxSpec {
    const further = this.#further.length === 0 ? {} : { additionalListen: [...this.#further] };
    return { ...spec, listen: this.#port, ...further };
  }

  probe(path: string, client?: ClientPair): Promise<ProbeResult> {
    return tlsProbe({
      address: { host: '127.0.0.1', port: this.#port },
      serverName: 'test.com',
      path,
      trust: [this.ca.pem],
      deadline: Temporal.Duration.from({ seconds: 5 }),
      ...(client === undefined ? {} : { client }),
    });
  }

  /** A connection with one request, as a client makes it that keeps sessions. */
  async connect(options: ConnectionOptions): Promise<{ reused: boolean; session: Buffer | undefined }> {
    const socket = connect({
      ...options,
      host: '127.0.0.1',
      port: this.#port,
      ca: this.ca.pem,
      servername: 'test.com',
    });
    let session: Buffer | undefined;
    socket.on('session', (received) => {
      session = received;
    });
    await once(socket, 'secureConnect');
    const reused = socket.isSessionReused();
    socket.end('GET /hello HTTP/1.0\r\nHost: test.com\r\n\r\n').resume();
    await once(socket, 'close');
    return { reused, session };
  }

  /** The whole answer, as it came. */
  async connectAndRead(path: string, { chainPem: cert, keyPem: key }: ClientPair): Promise<string> {
    const socket = connect({ host: '127.0.0.1', port: this.#port, ca: this.ca.pem, servername: 'test.com', cert, key });
    socket.end(`GET ${path} HTTP/1.1\r\nHost: test.com\r\nConnection: close\r\n\r\n`);
    return Buffer.concat(await socket.toArray()).toString();
  }

  async close(): Promise<void> {
    await this.nginx.stop();
    rmSync(this.directory, { recursive: true });
  }
}
