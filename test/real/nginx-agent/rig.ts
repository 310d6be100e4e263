import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { get } from 'node:http';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, startChild } from '../../../deploy/local/processes/child.ts';
import { freePort } from '../../../deploy/local/processes/ports.ts';
import { ProjectedVolume } from '../../../deploy/local/upstream/projected-volume.ts';
import type { ProbeResult } from '../../../src/model/probe-result.ts';
import { wantedAt } from '../../../src/nginx-agent/look/wanted.ts';
import { abilitiesOf } from '../../../src/nginx-agent/nginx/version.ts';
import { readMounted } from '../../../src/nginx-agent/source/read.ts';
import type { Status } from '../../../src/nginx-agent/status.ts';
import type { ClientPair } from '../../../src/ports/probe.ts';
import { tlsProbe } from '../../../src/probe/tls-probe.ts';
import { eventually } from '../../harness/eventually.ts';
import { TestCa } from '../../probe/openssl.ts';
import { type Content, releaseText } from './content.ts';

const main = join(import.meta.dirname, '../../../src/main.ts');
/** NGINX as root would give its workers another user than the agent's; in a pod both are one without rights. */
const nobody = 65_534;
const isRoot = process.getuid?.() === 0;

/** An agent and an NGINX as two processes that share a directory, as two containers of a pod do, and kubelet's volumes. */
export class Rig {
  readonly ca = new TestCa('ROOTCA');
  readonly client = this.ca.issueClient();
  readonly directory = mkdtempSync(join(tmpdir(), 'agent-'));
  readonly state = join(this.directory, 'state');
  readonly secret = new ProjectedVolume(join(this.directory, 'secret'), 0o600);
  readonly config = new ProjectedVolume(join(this.directory, 'config'), 0o644);
  readonly program: string;
  port = 0;
  #statusPort = 0;
  readonly #others: Server[] = [];
  agent: Child | undefined;
  nginx: Child | undefined;

  constructor(program: string) {
    // The cache may lie where nobody else may read.
    this.program = join(this.directory, 'nginx');
    copyFileSync(program, this.program);
    mkdirSync(this.state);
    mkdirSync(join(this.directory, 'temp'));
    chmodSync(this.directory, 0o755);
    if (isRoot) chownSync(this.state, nobody, nobody);
  }

  async prepare(): Promise<void> {
    this.port = await freePort();
    this.#statusPort = await freePort();
  }

  /** Both volumes, the Secret first. */
  publish(content: Content): void {
    this.publishSecret(content);
    this.publishConfig(content);
  }

  publishSecret({ leaf, trust = this.ca.pem, crl }: Content): void {
    const pair = { 'tls.crt': leaf.chainPem, 'tls.key': leaf.keyPem };
    const files = { ...pair, 'ca.crt': trust, ...(crl !== undefined && { 'ca.crl': crl }) };
    this.secret.write(new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])));
  }

  /** With files of another content: the key of another pair, the first half of a file, or none. */
  publishDamaged({ leaf, trust = this.ca.pem }: Content, damage: Readonly<Record<string, string>>): void {
    const sound = { 'tls.crt': leaf.chainPem, 'tls.key': leaf.keyPem, 'ca.crt': trust };
    const files = Object.entries(sound).flatMap(([name, text]) => {
      if (damage[name] === 'none') return [];
      if (damage[name] === 'key') return [[name, Buffer.from(this.client.keyPem)] as const];
      return [[name, Buffer.from(damage[name] === 'half' ? text.slice(0, text.length / 2) : text)] as const];
    });
    this.secret.write(new Map(files));
  }

  publishConfig(content: Content): void {
    const text = releaseText({ trust: this.ca.pem, ...content }, this.port);
    this.config.write(new Map([['release.json', Buffer.from(text)]]));
  }

  startAgent({
    program = [main, 'nginx-agent'],
    flags = [],
  }: {
    program?: readonly string[];
    flags?: readonly string[];
  } = {}): Child {
    const group = isRoot ? ['--group', String(nobody)] : [];
    const given = { 'secret-dir': this.secret.directory, 'config-dir': this.config.directory, 'state-dir': this.state };
    const all = Object.entries(given).flatMap(([name, value]) => [`--${name}`, value]);
    const args = [...program, ...all, '--status-address', `127.0.0.1:${this.#statusPort}`, ...group, ...flags];
    this.agent = startChild({
      name: 'agent',
      command: process.execPath,
      args,
      logFile: join(this.directory, 'agent.log'),
    });
    return this.agent;
  }

  /** On a machine, where the agent runs the program itself. */
  machineFlags(main: string): readonly string[] {
    return ['--nginx', this.program, '--conf-d', '--nginx-config', main];
  }

  /** As the container of NGINX does. */
  startNginx(): Child {
    const script = ['/bin/sh', join(this.state, 'start.sh')];
    const [command = '', ...args] = isRoot
      ? ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', ...script]
      : script;
    // It opens its output anew.
    writeFileSync(join(this.directory, 'nginx.log'), '', { flag: 'a' });
    chmodSync(join(this.directory, 'nginx.log'), 0o666);
    const env = { ...process.env, NGINX_PROGRAM: this.program };
    this.nginx = startChild({ name: 'nginx', command, args, env, logFile: join(this.directory, 'nginx.log') });
    return this.nginx;
  }

  /** Never 0, which would be this process and its own. */
  hangUp(): void {
    if (this.nginx === undefined) throw new Error('NGINX has not been started');
    process.kill(this.nginx.pid, 'SIGHUP');
  }

  /** By SIGKILL, with its workers: its socket stays. */
  async killNginx(): Promise<void> {
    const { nginx } = this;
    if (nginx !== undefined) process.kill(-nginx.pid, 'SIGKILL');
    await nginx?.whenEnded;
  }

  /** A port at which something else listens until the rig is closed. */
  async occupyPort(): Promise<number> {
    const port = await freePort();
    const server = createServer().listen(port, '0.0.0.0');
    await once(server, 'listening');
    this.#others.push(server);
    return port;
  }

  /** Undefined as long as it does not answer. */
  status(): Promise<Status | undefined> {
    return this.page('/status').then((page) => (page === undefined ? undefined : JSON.parse(page.body)));
  }

  page(path: string): Promise<{ status: number; body: string } | undefined> {
    return new Promise((resolve) => {
      const request = get({ host: '127.0.0.1', port: this.#statusPort, path, agent: false }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk) => {
          body += chunk;
        });
        response.once('end', () => resolve({ status: response.statusCode ?? 0, body }));
      });
      request.once('error', () => resolve(undefined));
    });
  }

  /** Of the release that is made of what the volumes hold, for the NGINX that runs. */
  async wantedId(form: 'whole' | 'included' = 'whole'): Promise<string> {
    const { nginx } = await this.until(({ nginx: { version } }) => version !== undefined);
    const mounted = await readMounted({
      secretDirectory: this.secret.directory,
      configDirectory: this.config.directory,
    });
    const wanted = wantedAt({ state: this.state, form })(mounted, abilitiesOf(nginx.version));
    if (wanted.kind !== 'ready') throw new Error(`nothing is wanted: ${wanted.message}`);
    return wanted.release.about.id;
  }

  /** Until the status is as it should be. */
  async until(isSo: (status: Status) => boolean, within = 20): Promise<Status> {
    return eventually(
      async () => {
        const status = await this.status();
        if (status === undefined || !isSo(status))
          throw new Error(`last seen: ${JSON.stringify(status)}\n${this.#logs()}`);
        return status;
      },
      Temporal.Duration.from({ seconds: within }),
    );
  }

  probe(path: string, client: ClientPair | undefined = this.client, trust = [this.ca.pem]): Promise<ProbeResult> {
    return tlsProbe({
      address: { host: '127.0.0.1', port: this.port },
      serverName: 'test.com',
      path,
      trust,
      deadline: Temporal.Duration.from({ seconds: 5 }),
      ...(client === undefined ? {} : { client }),
    });
  }

  /** How often NGINX has loaded its configuration anew. */
  get reloads(): number {
    return readFileSync(join(this.directory, 'nginx.log'), 'utf8').split('signal 1 (SIGHUP) received').length - 1;
  }

  /** When the agent logged that step of the rejected release last, in milliseconds since 1970. */
  lastLogged(step: string): number {
    const lines = (this.agent?.output() ?? '').split('\n').filter((line) => line.includes('"level"'));
    const logged: readonly { readonly id?: string; readonly msg: string; readonly time: string }[] = lines.map((line) =>
      JSON.parse(line),
    );
    const rejected = logged.findLast(({ msg }) => msg === 'reject')?.id;
    return Date.parse(logged.findLast(({ msg, id }) => msg === step && id === rejected)?.time ?? '');
  }

  #logs(): string {
    return [this.agent, this.nginx].map((child) => `${child?.name}:\n${child?.lastLines()}`).join('\n');
  }

  async close(): Promise<void> {
    await this.agent?.stop();
    await this.nginx?.stop();
    for (const server of this.#others) server.close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
