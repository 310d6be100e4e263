import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { type Child, startChild } from '../processes/child.ts';
import { waitUntil } from '../processes/wait-until.ts';

/** What became of a configuration. A refused one changes nothing: what was served goes on. */
export type Loaded =
  | { readonly state: 'started' | 'reloaded' }
  | { readonly state: 'refused'; readonly detail: string };

/** Workers of a master that runs as root would be of a user that may not read what the agent lays out. */
const userLine = process.getuid?.() === 0 ? 'user root;\n' : '';

/** Relative paths of an include and of a certificate start at nginx.conf, the others at the prefix: here the same. */
export const nginxConf = confFor('', 'conf.d/*.conf');

/** With absolute paths, since whoever tests it knows no prefix; the pattern may match nothing yet. */
export const agentConf = (directory: string) => confFor(`${directory}/`, `${directory}/agent/current/mtls.con[f]`);

function confFor(at: string, included: string): string {
  return `${userLine}worker_processes 1;
pid ${at}nginx.pid;
error_log stderr notice;
events {
}
http {
    access_log ${at}access.log;
    client_body_temp_path ${at}temp/client_body;
    proxy_temp_path ${at}temp/proxy;
    fastcgi_temp_path ${at}temp/fastcgi;
    uwsgi_temp_path ${at}temp/uwsgi;
    scgi_temp_path ${at}temp/scgi;
    include ${included};
}
`;
}

const within = Temporal.Duration.from({ seconds: 10 });

/** A real NGINX of its own in a directory: it touches no file of the machine's NGINX and needs no privilege. */
export class Nginx {
  readonly #program: string;
  readonly #directory: string;
  readonly #onUnexpectedEnd: (end: string) => void;
  #child: Child | undefined;

  constructor(program: string, directory: string, onUnexpectedEnd: (end: string) => void = () => {}, conf = nginxConf) {
    this.#program = program;
    this.#directory = directory;
    this.#onUnexpectedEnd = onUnexpectedEnd;
    mkdirSync(join(directory, 'temp'), { recursive: true });
    writeFileSync(join(directory, 'nginx.conf'), conf);
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** `nginx -t`: its complaint, or undefined. */
  async findFault(): Promise<string | undefined> {
    const { failed, stderr } = await execa(this.#program, [...this.#arguments, '-t'], { reject: false });
    return failed ? lastComplaint(stderr) : undefined;
  }

  /** Tests what lies in conf.d, then has NGINX serve that. Resolves when every new connection meets it. */
  async load(): Promise<Loaded> {
    const fault = await this.findFault();
    if (fault !== undefined) return { state: 'refused', detail: fault };
    return this.#child === undefined ? this.#start() : this.#reload(this.#child);
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    await child?.stop();
  }

  async #start(): Promise<Loaded> {
    const logFile = join(this.#directory, 'nginx.log');
    const child = startChild({ name: 'nginx', command: this.#program, args: this.#arguments, logFile });
    this.#child = child;
    const refused = await this.#untilServed(child, []);
    if (refused === undefined) void child.whenEnded.then((end) => this.#ended(child, end));
    else await this.stop();
    return refused ?? { state: 'started' };
  }

  async #reload(child: Child): Promise<Loaded> {
    const before = servingWorkers(child);
    process.kill(child.pid, 'SIGHUP');
    return (await this.#untilServed(child, before)) ?? { state: 'reloaded' };
  }

  /** A reload that fails is only logged, and old workers accept for a while beside the new: both show in the workers. */
  async #untilServed(child: Child, before: readonly string[]): Promise<Loaded | undefined> {
    const isServed = async () => {
      const now = servingWorkers(child);
      return now.length > 0 && !now.some((worker) => before.includes(worker));
    };
    return waitUntil(isServed, { child, within }).then(
      () => undefined,
      () => ({ state: 'refused', detail: lastComplaint(child.lastLines()) }),
    );
  }

  #ended(child: Child, end: string): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    this.#onUnexpectedEnd(end);
  }

  get #arguments(): readonly string[] {
    return [
      '-p',
      `${this.#directory}/`,
      '-c',
      join(this.#directory, 'nginx.conf'),
      '-e',
      'stderr',
      '-g',
      'daemon off;',
    ];
  }
}

/** Workers that accept connections: one that was told to go renames itself `worker process is shutting down`. */
function servingWorkers({ pid }: Child): readonly string[] {
  const read = (file: string) => readFileSync(`/proc/${file}`, 'utf8');
  try {
    const children = read(`${pid}/task/${pid}/children`).split(' ').filter(Boolean);
    return children.filter((child) => read(`${child}/cmdline`).replaceAll('\0', '') === 'nginx: worker process');
  } catch {
    return []; // one of them ended meanwhile
  }
}

function lastComplaint(log: string): string {
  return log.split('\n').findLast((line) => line.includes('[emerg]')) ?? 'NGINX did not say why';
}
