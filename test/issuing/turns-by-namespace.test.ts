import assert from 'node:assert/strict';
import { makeKey } from '../../src/issuing/make-key.ts';
import { TurnsByNamespace } from '../../src/issuing/turns-by-namespace.ts';

const never = new AbortController().signal;
const soon = () => new Promise(setImmediate);

/** Work that goes on until it is told to end. */
class Bench {
  readonly begun: string[] = [];
  readonly #ends = new Map<string, () => void>();

  readonly work = (name: string) => () => {
    this.begun.push(name);
    return new Promise<void>((resolve) => this.#ends.set(name, resolve));
  };

  async end(name: string): Promise<void> {
    this.#ends.get(name)?.();
    await soon();
  }
}

describe('turns of namespaces', () => {
  it('let one namespace do one thing at a time, and another begin beside it', async () => {
    const turns = new TurnsByNamespace({ atMost: 2, perNamespace: 1 });
    const bench = new Bench();
    for (const name of ['a1', 'a2', 'a3', 'b1', 'c1', 'b2']) void turns.run(name.slice(0, 1), bench.work(name), never);
    await soon();
    assert.deepEqual(bench.begun, ['a1', 'b1']);
    for (const name of ['a1', 'b1', 'c1', 'a2']) await bench.end(name);
    assert.deepEqual(bench.begun, ['a1', 'b1', 'a2', 'c1', 'b2', 'a3']);
  });

  it('give what the work gives, and go on after what it throws', async () => {
    const turns = new TurnsByNamespace({ atMost: 1, perNamespace: 1 });
    await assert.rejects(
      turns.run('a', () => Promise.reject(new Error('no')), never),
      /^Error: no$/,
    );
    assert.equal(await turns.run('a', async () => 7, never), 7);
  });

  it('are given up by who does not wait any longer', async () => {
    const turns = new TurnsByNamespace({ atMost: 1, perNamespace: 1 });
    const bench = new Bench();
    const stop = new AbortController();
    void turns.run('a', bench.work('a1'), never);
    const waits = turns.run('b', bench.work('b1'), stop.signal);
    void turns.run('c', bench.work('c1'), never);
    stop.abort(new Error('enough'));
    await assert.rejects(waits, /enough/);
    await bench.end('a1');
    assert.deepEqual(bench.begun, ['a1', 'c1']);
  });

  it('are kept by work that nobody waits for, until it ends', async () => {
    const turns = new TurnsByNamespace({ atMost: 1, perNamespace: 1 });
    const bench = new Bench();
    const stop = new AbortController();
    const left = turns.run('a', bench.work('a1'), stop.signal);
    void turns.run('a', bench.work('a2'), never);
    await soon();
    stop.abort(new Error('enough'));
    await assert.rejects(left, /enough/);
    assert.deepEqual(bench.begun, ['a1']);
    await bench.end('a1');
    assert.deepEqual(bench.begun, ['a1', 'a2']);
  });

  it('are taken for RSA keys, and for no others', async () => {
    const taken: string[] = [];
    const rsaKeys: Pick<TurnsByNamespace, 'run'> = {
      run: (namespace, work) => {
        taken.push(namespace);
        return work();
      },
    };
    for (const algorithm of ['RSA-2048', 'ECDSA-P256', 'Ed25519'] as const) {
      const made = await makeKey(algorithm, `of ${algorithm}`, { rsaKeys, signal: never });
      assert.equal(made.algorithm, algorithm);
    }
    assert.deepEqual(taken, ['of RSA-2048']);
  });
});
