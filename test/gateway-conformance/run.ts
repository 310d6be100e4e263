/** One run of the table against one gateway. It touches only what it made, and removes that by id. */
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { visit } from '../real/stand-in/gateway-client.ts';
import type { Found } from './admin-door.ts';
import { type GatewayObject, objectsFor, removalOrder } from './gateway.ts';
import type { Material } from './material.ts';
import type { Question, Row, World } from './row.ts';
import { wanted } from './table.ts';

export interface Port {
  readonly host: string;
  readonly port: number;
}

export interface RunOptions {
  readonly found: Found;
  readonly material: Material;
  readonly https: Port;
  readonly http: Port;
  /** The upstream as the gateway sees it. */
  readonly upstream: { readonly host: string; readonly tlsPort: number; readonly plainPort: number };
  /** How long a data plane may take to follow its Admin API. */
  readonly followWithin: Temporal.Duration;
}

export interface Verdict {
  readonly ok: boolean;
  readonly wanted: string;
  readonly seen: string;
}

/** The path of a call that may store an object. */
const written = /^apisix\/admin\/(\w+)\/([^/?]+)/;

type Handshake = Extract<Question, { by: 'handshake' }>;

/** Status and body. A connection of its own, so that no earlier answer is in the way. */
export function askPlain({ host, port }: Port, name: string, path = '/'): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const call = request({ host, port, path, headers: { host: name }, agent: false }, (answer) => {
    answer
      .setEncoding('utf8')
      .toArray()
      .then((parts) => resolve(`${answer.statusCode} ${parts.join('')}`), reject);
  });
  call.on('error', reject);
  call.end();
  return promise;
}

export class Run {
  readonly #options: RunOptions;
  readonly #world: World;
  readonly #made = new Map<string, Omit<GatewayObject, 'body'>>();
  readonly #sessions = new Map<string, Buffer>();
  #ended = false;
  #underWay: Promise<unknown> = Promise.resolve();

  constructor(options: RunOptions) {
    const { material, found, upstream } = options;
    // Two runs with one material must not meet.
    const part = `${material.run}-${randomBytes(3).toString('hex')}`;
    this.#options = options;
    this.#world = {
      ...material,
      door: found.door,
      upstreamHost: upstream.host,
      tlsPort: upstream.tlsPort,
      plainPort: upstream.plainPort,
      host: (label) => `${label}.${material.run}.conformance.test`,
      id: (label) => `mtls-${part}-${label}`,
    };
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  /** For who adds rows of the same run. */
  get world(): World {
    return this.#world;
  }

  /**
   * Asks until what is wanted is seen, or the data plane had its time. Rejects where the row cannot be asked: what it
   * builds on was refused, the gateway does not answer, or the run has ended.
   */
  perform(row: Row): Promise<Verdict> {
    const verdict = this.#perform(row);
    this.#underWay = Promise.allSettled([this.#underWay, verdict]);
    return verdict;
  }

  async #perform(row: Row): Promise<Verdict> {
    await this.#prepare(row);
    const { gateway } = this.#options.found;
    const want = wanted(row, gateway);
    const question = row.ask(this.#world);
    // Nothing follows later at an Admin API, and a second call could have another answer.
    const patience = question.by === 'admin' ? 0 : this.#options.followWithin.total('milliseconds');
    const deadline = performance.now() + patience;
    for (;;) {
      this.#mustGoOn();
      const seen = await this.#answer(question);
      const ok = want.test(seen);
      if (ok || performance.now() >= deadline) return { ok, wanted: want.source, seen };
      await pause(50);
    }
  }

  /**
   * Ends the run, lets the call that is under way come back, and removes what was made, in an order in which nothing is
   * in use. Rejects with the paths of what could not be removed; they are tried again when it is called again.
   */
  async cleanUp(): Promise<void> {
    this.#ended = true;
    await this.#underWay;
    const left: string[] = [];
    for (const kind of removalOrder) {
      for (const [path, made] of [...this.#made].filter(([, object]) => object.kind === kind)) {
        await this.#world.door.remove(made).then(
          () => this.#made.delete(path),
          () => left.push(path),
        );
      }
    }
    if (left.length > 0) throw new Error(`The gateway would not remove ${left.join(', ')}`);
  }

  #mustGoOn(): void {
    if (this.#ended) throw new Error('The run has ended');
  }

  async #prepare({ given, objects, removed }: Row): Promise<void> {
    const { found } = this.#options;
    const wishes = (given?.(this.#world) ?? []).flatMap((wish) => objectsFor(found.gateway, wish));
    for (const object of [...wishes, ...(objects?.(this.#world) ?? [])]) {
      this.#mustGoOn();
      this.#remember(object);
      await found.door.put(object);
    }
    for (const object of removed?.(this.#world) ?? []) {
      if (this.#made.has(`${object.kind}/${object.id}`)) await found.door.remove(object);
    }
  }

  #remember({ kind, id }: Omit<GatewayObject, 'body'>): void {
    this.#made.set(`${kind}/${id}`, { kind, id });
  }

  async #answer(question: Question): Promise<string> {
    if (question.by === 'handshake') return this.#shakeHands(question);
    if (question.by === 'plain') return askPlain(this.#options.http, question.host);
    const [, kind = '', id = ''] = (question.method === 'PUT' && written.exec(question.path)) || [];
    const isNew = id !== '' && !this.#made.has(`${kind}/${id}`);
    // Before the answer: without one it may have been stored all the same.
    if (isNew) this.#remember({ kind, id });
    const { status, text } = await this.#world.door.call(question);
    if (isNew && status >= 400 && status < 500) this.#made.delete(`${kind}/${id}`);
    return `${status} ${text}`;
  }

  async #shakeHands({ sni, host, path, client, version, keep, offer }: Handshake): Promise<string> {
    const session = offer === undefined ? undefined : this.#sessions.get(offer);
    const { https, material } = this.#options;
    const {
      what,
      resumed,
      session: given,
    } = await visit({
      address: https.host,
      port: https.port,
      ca: material.first.certificate,
      serverName: sni,
      client: client === undefined ? undefined : material.clients[client],
      session,
      ...(host === undefined ? {} : { host }),
      ...(path === undefined ? {} : { path }),
      ...(version === undefined ? {} : { version }),
    });
    if (keep !== undefined && given !== undefined) this.#sessions.set(keep, given);
    return resumed ? `${what} resumed` : what;
  }
}
