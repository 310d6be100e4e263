import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import pino from 'pino';
import { Elector } from '../../src/election/elector.ts';
import type { LeaseStore } from '../../src/election/hold.ts';
import type { LeaseRecord, StoredLease } from '../../src/election/record.ts';
import { Failure, transient } from '../../src/std/failure.ts';
import { eventually } from '../harness/eventually.ts';
import { SharedLease } from './simulation.ts';

/** The contract in memory; `down` makes every call hang until its time is up. */
class Leases implements LeaseStore {
  readonly shared = new SharedLease();
  down = false;

  async read(signal: AbortSignal) {
    await this.#pass(signal);
    return this.shared.stored;
  }

  async create(record: LeaseRecord, signal: AbortSignal) {
    await this.#pass(signal);
    return this.shared.apply({ kind: 'create', record });
  }

  async write(record: LeaseRecord, version: string, signal: AbortSignal): Promise<StoredLease | undefined> {
    await this.#pass(signal);
    return this.shared.apply({ kind: 'write', record, version });
  }

  label(): void {
    const { record, version } = this.shared.stored ?? assert.fail('there is no lease to label');
    this.shared.apply({ kind: 'write', record, version });
  }

  /** As a person with kubectl would. */
  steal(holder: string): void {
    const { record, version } = this.shared.stored ?? assert.fail('there is no lease to steal');
    this.shared.apply({ kind: 'write', record: { ...record, holder }, version });
  }

  async #pass(signal: AbortSignal): Promise<void> {
    if (!this.down) return;
    await new Promise((_, reject) =>
      signal.addEventListener('abort', () => reject(transient('ApiServerUnreachable', 'No answer'))),
    );
  }
}

function candidate(leases: Leases, identity: string): Elector {
  const elector = watcher(leases, identity);
  elector.stand();
  return elector;
}

/** Watches the Lease, and has yet to stand. */
function watcher(leases: LeaseStore, identity: string, random = Math.random, renewDeadlineMilliseconds = 200): Elector {
  return new Elector({
    lease: 'here/test',
    leases,
    candidate: { identity, leaseMilliseconds: 1_000, renewDeadlineMilliseconds },
    retryMilliseconds: 20,
    releaseMilliseconds: 100,
    monotonic: () => performance.now(),
    clock: { now: () => Temporal.Now.instant() },
    random,
    log: pino({ level: 'silent' }),
  });
}

/** What is asked of the Lease, with what befalls each write from the first one on: a label before it, its answer lost. */
function disturbed(leases: Leases, calls: string[], troubles: ('label' | 'lost' | undefined)[]): LeaseStore {
  const call = <Answer>(name: string, answer: Promise<Answer>) => {
    calls.push(name);
    return answer;
  };
  return {
    read: (signal) => call('read', leases.read(signal)),
    create: (record, signal) => call('create', leases.create(record, signal)),
    write: async (record, version, signal) => {
      const trouble = troubles.shift();
      if (trouble === 'label') leases.label();
      const stored = await call('write', leases.write(record, version, signal));
      if (trouble === 'lost') throw transient('ApiServerUnreachable', 'No answer');
      return stored;
    },
  };
}

const lossOf = ({ lost }: Elector) => (lost.reason instanceof Failure ? lost.reason.message : 'not lost');

describe('an elector', () => {
  it('lets one lead, and the next one as soon as it is released', async () => {
    const leases = new Leases();
    const [first, second] = [candidate(leases, 'first'), candidate(leases, 'second')];
    first.run();
    await first.led;
    second.run();
    await eventually(() => assert.ok(second.fresh));
    assert.deepEqual([first.leading, second.leading], [true, false]);
    await first.release();
    await second.led;
    assert.equal(leases.shared.stored?.record.transitions, 1);
    assert.ok(!first.lost.aborted);
    await second.release();
    assert.equal(leases.shared.stored?.record.holder, '');
  });

  for (const { name, attack, says } of [
    { name: 'is stolen', attack: (leases: Leases) => leases.steal('thief'), says: 'held by another process' },
    { name: 'is emptied', attack: (leases: Leases) => leases.steal(''), says: 'held by another process' },
    { name: 'is deleted', attack: (leases: Leases) => leases.shared.delete(), says: 'deleted' },
    {
      name: 'cannot be renewed',
      attack: (leases: Leases) => {
        leases.down = true;
      },
      says: 'not renewed in time',
    },
  ]) {
    it(`loses for good a lease that ${name}, and takes nothing back`, async () => {
      const leases = new Leases();
      const elector = candidate(leases, 'first');
      const running = elector.run();
      await elector.led;
      attack(leases);
      await eventually(() => assert.ok(elector.lost.aborted));
      assert.ok(lossOf(elector).includes(says), lossOf(elector));
      assert.ok(!elector.leading);
      leases.down = false;
      await running;
      const left = leases.shared.stored;
      await elector.release();
      assert.equal(leases.shared.stored, left);
    });
  }

  it('goes on leading while somebody else labels the lease', async () => {
    const leases = new Leases();
    const elector = candidate(leases, 'first');
    elector.run();
    await elector.led;
    leases.label();
    const labelled = leases.shared.stored;
    await eventually(() => assert.notEqual(leases.shared.stored?.version, labelled?.version));
    assert.ok(elector.leading && !elector.lost.aborted);
    await elector.release();
  });

  for (const { name, troubles, want } of [
    { name: 'its own write, whose answer was lost', troubles: ['lost'], want: 'write pause write read write pause' },
    { name: 'a label', troubles: ['label'], want: 'write read write pause write' },
    { name: 'label after label, once', troubles: ['label', 'label'], want: 'write read write pause write read write' },
  ] as const) {
    it(`renews without a pause where it is outrun by ${name}`, async () => {
      const calls: string[] = [];
      const random = () => {
        calls.push('pause');
        return 0;
      };
      const elector = watcher(disturbed(new Leases(), calls, [...troubles]), 'first', random);
      elector.stand();
      elector.run();
      const wanted = `read create pause ${want}`;
      await eventually(() => assert.ok(calls.join(' ').length >= wanted.length));
      await elector.release();
      assert.equal(calls.join(' ').slice(0, wanted.length), wanted);
      assert.ok(!elector.lost.aborted);
    });
  }

  it('releases a lease whose last renewal got through without an answer', async () => {
    const [leases, calls]: [Leases, string[]] = [new Leases(), []];
    // The pause after it lasts until the release.
    const random = () => (calls.includes('write') ? 10_000 : 0);
    const elector = watcher(disturbed(leases, calls, ['lost']), 'first', random, 10_000);
    elector.stand();
    elector.run();
    await eventually(() => assert.ok(calls.includes('write')));
    await elector.release();
    assert.equal(leases.shared.stored?.record.holder, '');
    assert.deepEqual(calls, ['read', 'create', 'write', 'write', 'read', 'write']);
  });

  it('frees no lease that another has, though it was told of it only by the release', async () => {
    const [leases, calls]: [Leases, string[]] = [new Leases(), []];
    const random = () => (calls.includes('create') ? 10_000 : 0);
    const elector = watcher(disturbed(leases, calls, []), 'first', random, 10_000);
    elector.stand();
    elector.run();
    await elector.led;
    leases.steal('thief');
    await elector.release();
    assert.equal(leases.shared.stored?.record.holder, 'thief');
  });

  it('waits at a release for no renewal that hangs', async () => {
    const [leases, calls]: [Leases, string[]] = [new Leases(), []];
    const elector = watcher(disturbed(leases, calls, []), 'first', () => 0, 60_000);
    elector.stand();
    elector.run();
    await elector.led;
    leases.down = true;
    const before = calls.length;
    await eventually(() => assert.ok(calls.length > before));
    const begin = performance.now();
    await elector.release();
    assert.ok(performance.now() - begin < 2_000);
  });

  it('only watches a free lease until it stands, and then has it at once', async () => {
    const leases = new Leases();
    const elector = watcher(leases, 'first');
    elector.run();
    await eventually(() => assert.ok(elector.fresh));
    await setTimeout(100);
    assert.equal(leases.shared.stored, undefined);
    elector.stand();
    await elector.led;
    await elector.release();
  });

  it('is not fresh before it has read the lease, nor when it can no longer', async () => {
    const leases = new Leases();
    leases.down = true;
    const elector = candidate(leases, 'first');
    elector.run();
    assert.ok(!elector.fresh);
    leases.down = false;
    await elector.led;
    assert.ok(elector.fresh);
    await elector.release();
  });
});
