import assert from 'node:assert/strict';
import { eventually } from '../../harness/eventually.ts';
import { aGateway } from '../../harness/given.ts';
import type { Whole } from '../../harness/whole.ts';

/** The bound of the promise: so long after the end of a fault all is as it must be. */
const within = Temporal.Duration.from({ seconds: 30 });

/**
 * What the world does behind the operator's back while a fault lasts: one resource is edited, one deleted, one made, and
 * a Secret taken away. Afterwards nothing of it may have been missed, and nothing may be left over.
 */
export class Round {
  readonly #whole: Whole;
  readonly #id: string;
  #authority = '';

  constructor(whole: Whole, id: string) {
    this.#whole = whole;
    this.#id = id;
  }

  async prepare(): Promise<void> {
    const whole = this.#whole;
    await whole.apply(this.#gateway('edited'), this.#gateway('doomed'));
    for (const name of ['edited', 'doomed']) await whole.ready('mgw', this.#name(name));
    this.#authority = (await whole.secret(`${this.#name('edited')}-ca`))['tls.crt'] ?? '';
  }

  async changeTheWorld(): Promise<void> {
    const { here } = this.#whole;
    await this.#whole.apply(this.#gateway('edited', ['more']), this.#gateway('born'));
    await here(['delete', 'mgw', this.#name('doomed'), '--wait=false']);
    await here(['delete', 'secret', `${this.#name('edited')}-curl`]);
  }

  async assertConverged(): Promise<void> {
    const whole = this.#whole;
    await eventually(async () => {
      assert.equal(await whole.exists('mgw', this.#name('doomed')), false, 'the deleted one is still there');
      for (const name of ['edited', 'born']) await this.#assertReady(this.#name(name));
    }, within);
    // A CA and a certificate for each, and a name for each host: nothing is left of the deleted one.
    assert.equal((await whole.gatewayObjects()).length, 2 + 2 + 3);
    const authority = (await whole.secret(`${this.#name('edited')}-ca`))['tls.crt'];
    assert.equal(authority, this.#authority, 'the CA is another one');
    for (const name of ['edited', 'born']) await whole.assertSilent('mgw', this.#name(name));
  }

  async #assertReady(name: string): Promise<void> {
    const { metadata, status } = await this.#whole.get('mgw', name);
    const ready = status?.conditions?.find(({ type }) => type === 'Ready');
    assert.equal(ready?.status, 'True', `${name}: ${ready?.message}`);
    assert.equal(status?.observedGeneration, metadata.generation);
    assert.equal(await this.#whole.exists('secret', `${name}-curl`), true);
  }

  #name(what: string): string {
    return `${what}-${this.#id}`;
  }

  #gateway(what: string, more: readonly string[] = []): object {
    const name = this.#name(what);
    const hosts = [`${name}.example`, ...more.map((host) => `${host}-${name}.example`)];
    // A name that is more than one byte a letter, so that events can be cut within one.
    return aGateway({ name, hosts, spec: { clients: [{ name: 'curl', commonName: 'Kundin ü€😀' }] } });
  }
}
