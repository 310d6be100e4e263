import { setTimeout as sleep } from 'node:timers/promises';
import { type KeptConnection, keepConnection } from '../../real/stand-in/kept-connection.ts';
import { paths } from '../scale/api-client.ts';
import { hostOf, type Place } from '../scale/resources.ts';
import { client, type Stage } from './stage.ts';

/** No route leads anywhere: 404 is what a request gets that was let in. */
const letIn = '404';
const refused = '403';
const patience = 30_000;

/** In milliseconds from a moment that is given. */
export interface Refusal {
  /** When the first answer was there that refused. */
  readonly refused: number;
  /** When the last request was sent that passed; 0 where none did. */
  readonly lastPassed: number;
}

export type Wish = Parameters<typeof keepConnection>[0];

/** How that resource's client visits its host. */
export async function wishOf({ namespace, name }: Place, { api, standIn }: Stage): Promise<Wish> {
  const path = `${paths.secrets(namespace)}/${name}-${client.name}`;
  const { data } = await api.json<{ readonly data: Readonly<Record<string, string>> }>(path);
  const text = (key: string) => Buffer.from(data[key] ?? '', 'base64').toString();
  const pair = { cert: text('tls.crt'), key: text('tls.key') };
  return { port: standIn.httpsPort, ca: text('ca.crt'), serverName: hostOf(name), client: pair };
}

/** A client that asks again and again on one connection, which is what a revocation has to cut. */
export class Visitor {
  readonly #connection: KeptConnection;

  private constructor(connection: KeptConnection) {
    this.#connection = connection;
  }

  static async of(wish: Wish): Promise<Visitor> {
    return new Visitor(await keepConnection(wish));
  }

  async untilLetIn(): Promise<void> {
    await this.#until(letIn);
  }

  /** Counted from `since`, by `performance.now`. */
  async untilRefused(since: number): Promise<Refusal> {
    const { ended, lastOther } = await this.#until(refused);
    return { refused: ended - since, lastPassed: Math.max(0, lastOther - since) };
  }

  async #until(wanted: string): Promise<{ readonly ended: number; readonly lastOther: number }> {
    const deadline = performance.now() + patience;
    let lastOther = 0;
    for (;;) {
      const sent = performance.now();
      const answer = await this.#connection.ask();
      if (answer === wanted) return { ended: performance.now(), lastOther };
      if (performance.now() > deadline) throw new Error(`${answer}, and never ${wanted}`);
      lastOther = sent;
      await sleep(1);
    }
  }

  close(): void {
    this.#connection.close();
  }
}
