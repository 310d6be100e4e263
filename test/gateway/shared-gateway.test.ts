import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import type { GatewayGroup, OpenGroup } from '../../src/gateway/gateway-group.ts';
import { SharedGateway } from '../../src/gateway/shared-gateway.ts';
import type { Reading } from '../../src/model/gateway-reading.ts';
import type { Owner } from '../../src/model/gateway-state.ts';
import type { DesiredObject, ObservedObject } from '../../src/model/remote-object.ts';
import { Failure, transient } from '../../src/std/failure.ts';
import { noGlobalRules } from '../harness/no-global-rules.ts';
import { ownLabels } from '../harness/own-labels.ts';

const owner: Owner = { cluster: 'c', kind: 'MtlsGateway', namespace: 'shop', name: 'web', uid: 'u' };
const object = (id: string): DesiredObject => ({
  kind: 'snis',
  id,
  claims: [`${id}.test`],
  body: { domain: `${id}.test`, key: 'KEY', labels: ownLabels(owner) },
  writeOnly: ['key'],
});

/** A group of which a test decides when a reading ends, and with what. */
class SlowGroup implements GatewayGroup, OpenGroup {
  readonly label = 'default/default';
  readonly caveats = [];
  readonly globalRules = noGlobalRules;
  readonly groupId = 'g';
  readonly dialect = {
    product: 'a gateway',
    kinds: ['snis'],
    compile: () => [],
    unsupported: () => [],
    unenforced: () => [],
  };
  readonly readings: ((objects: readonly ObservedObject[] | Failure) => void)[] = [];
  refuse: Failure | undefined;
  /** What `read` gives. */
  there: readonly ObservedObject[] = [];
  #asked: Promise<readonly ObservedObject[]> = Promise.resolve([]);

  async open(): Promise<OpenGroup> {
    this.#asked = new Promise((resolve, reject) => {
      this.readings.push((result) => (result instanceof Failure ? reject(result) : resolve(result)));
    });
    return this;
  }

  observe(): Promise<readonly ObservedObject[]> {
    return this.#asked;
  }

  async validate(): Promise<void> {}

  async put(): Promise<void> {
    if (this.refuse !== undefined) throw this.refuse;
  }

  async read(): Promise<readonly ObservedObject[]> {
    return this.there;
  }

  async replace(): Promise<void> {
    if (this.refuse !== undefined) throw this.refuse;
  }

  async remove(): Promise<void> {
    if (this.refuse !== undefined) throw this.refuse;
  }
}

describe('the readings of a gateway group', () => {
  const seconds = (count: number) => Temporal.Duration.from({ seconds: count });
  let group: SlowGroup;
  let gateway: SharedGateway;
  let milliseconds: number;

  beforeEach(() => {
    group = new SlowGroup();
    milliseconds = 0;
    gateway = new SharedGateway(group, {
      age: seconds(60),
      elapsed: () => milliseconds,
      isOurs: ({ cluster }) => cluster === 'c',
    });
  });

  const ids = ({ inventory }: Reading) => inventory.ownedBy(owner).map(({ id }) => id);
  const asSeen = ({ kind, id, body, claims = [] }: DesiredObject): ObservedObject => ({
    kind,
    id,
    body,
    claims,
    labels: ownLabels(owner),
  });
  const read = async (...objects: readonly DesiredObject[]) => {
    const asked = gateway.observe();
    group.readings.at(-1)?.(objects.map(asSeen));
    return asked;
  };

  it('are one for all who ask while it is under way', async () => {
    const asked = Array.from({ length: 1000 }, () => gateway.observe());
    group.readings[0]?.([asSeen(object('a'))]);
    for (const inventory of await Promise.all(asked)) assert.deepEqual(ids(inventory), ['a']);
    assert.equal(group.readings.length, 1);
  });

  it('keep of the objects of others whose they are and what they claim, and not what is in them', async () => {
    const body = { plugins: 'x'.repeat(1000) };
    const others = [{}, ownLabels({ ...owner, cluster: 'another' })].map((labels, number) => ({
      ...{ kind: 'snis', id: `of-others-${number}`, claims: [`${number}.test`], body, labels },
    }));
    const asked = gateway.observe();
    group.readings[0]?.([asSeen(object('a')), ...others]);
    const { inventory } = await asked;
    for (const [number, other] of others.entries())
      assert.deepEqual(inventory.claimants('snis', `${number}.test`), [{ ...other, body: {} }]);
    assert.deepEqual(inventory.find(object('a')), asSeen(object('a')));
  });

  it('are one failure for all who asked, and none for the next', async () => {
    const asked = [gateway.observe(), gateway.observe()];
    group.readings[0]?.(transient('GatewayError', 'It answered 500'));
    for (const one of await Promise.allSettled(asked)) assert.equal(one.status, 'rejected');
    assert.deepEqual(ids(await read(object('a'))), ['a']);
    assert.equal(group.readings.length, 2);
  });

  describe('after one that had no answer', () => {
    const noAnswer = transient('GatewayUnreachable', 'No answer');
    beforeEach(async () => {
      const asked = gateway.observe();
      group.readings[0]?.(noAnswer);
      await assert.rejects(asked, noAnswer);
    });

    it('are waited for by one only; the others are told at once what that was told', async () => {
      const again = gateway.observe();
      for (const age of [undefined, seconds(0)]) await assert.rejects(gateway.observe(age), noAnswer);
      assert.equal(group.readings.length, 2);
      group.readings[1]?.([asSeen(object('a'))]);
      assert.deepEqual(ids(await again), ['a']);
    });

    it('are for all again after the first answer, whatever it is', async () => {
      const again = gateway.observe();
      group.readings[1]?.(transient('GatewayError', 'It answered 500'));
      await assert.rejects(again, /500/);
      const asked = [gateway.observe(), gateway.observe()];
      group.readings[2]?.([]);
      for (const reading of await Promise.all(asked)) assert.deepEqual(ids(reading), []);
    });

    it('are waited for by all where somebody else has seen that the gateway answers again', async () => {
      gateway.forgetReading();
      const asked = [gateway.observe(), gateway.observe()];
      group.readings[1]?.([asSeen(object('a'))]);
      for (const reading of await Promise.all(asked)) assert.deepEqual(ids(reading), ['a']);
    });

    it('are waited for by all, however one ends that began before that', async () => {
      const before = gateway.observe();
      await turn();
      gateway.forgetReading();
      const asked = [gateway.observe()];
      group.readings[1]?.(noAnswer);
      await assert.rejects(before, noAnswer);
      asked.push(gateway.observe());
      group.readings[2]?.([asSeen(object('a'))]);
      for (const reading of await Promise.all(asked)) assert.deepEqual(ids(reading), ['a']);
    });
  });

  for (const { name, after, age, readings } of [
    { name: 'serve until their age', after: 59_999, readings: 1 },
    { name: 'are made anew after it', after: 60_000, readings: 2 },
    { name: 'are made anew for who asks for a younger one', after: 10_000, age: seconds(10), readings: 2 },
    { name: 'serve who asks for one that is as young', after: 9_999, age: seconds(10), readings: 1 },
    { name: 'are made anew for who asks for one of now', after: 0, age: seconds(0), readings: 2 },
  ]) {
    it(name, async () => {
      await read();
      milliseconds = after;
      const asked = gateway.observe(age);
      group.readings[1]?.([]);
      await asked;
      assert.equal(group.readings.length, readings);
    });
  }

  for (const { name, took, after, age, readings } of [
    {
      name: 'serve who asks for a younger one for nine times as long as they took',
      took: 2000,
      after: 19_999,
      readings: 1,
    },
    { name: 'are made anew after ten times what they took', took: 2000, after: 20_000, readings: 2 },
    { name: 'that take long serve no longer than any', took: 30_000, after: 60_000, readings: 2 },
    {
      name: 'that take long are made anew for one of now all the same',
      took: 2000,
      after: 2000,
      age: seconds(0),
      readings: 2,
    },
  ]) {
    it(name, async () => {
      const first = gateway.observe();
      milliseconds = took;
      group.readings[0]?.([]);
      await first;
      milliseconds = after;
      const asked = gateway.observe(age ?? seconds(10));
      group.readings[1]?.([]);
      await asked;
      assert.equal(group.readings.length, readings);
    });
  }

  it('are as old as their start', async () => {
    const asked = gateway.observe();
    milliseconds = 60_000;
    group.readings[0]?.([]);
    await asked;
    void read();
    assert.equal(group.readings.length, 2);
  });

  it('are not needed to know what the group is, which is asked once for all', async () => {
    const asked = Array.from({ length: 10 }, () => gateway.describe());
    for (const { groupId } of await Promise.all(asked)) assert.equal(groupId, 'g');
    await gateway.describe();
    assert.equal(group.readings.length, 1, 'opened more than once');
  });

  it('follow our own writes, without the keys that they held', async () => {
    await read();
    await gateway.put(object('a'));
    const reading = await gateway.observe();
    const { inventory } = reading;
    assert.deepEqual(inventory.find(object('a'))?.body, { domain: 'a.test', labels: ownLabels(owner) });
    assert.equal(inventory.claimants('snis', 'a.test').length, 1);
    await gateway.remove(object('a'));
    assert.deepEqual(ids(reading), []);
    assert.equal(group.readings.length, 1);
  });

  it('follow what was written while they were made, and may have been missed', async () => {
    await read(object('old'));
    const asked = gateway.observe(seconds(0));
    await gateway.put(object('new'));
    await gateway.remove(object('old'));
    group.readings[1]?.([asSeen(object('old'))]);
    assert.deepEqual(ids(await asked), ['new']);
  });

  for (const write of ['put', 'remove'] as const) {
    it(`are made anew after a ${write} that failed: it may have landed`, async () => {
      await read();
      group.refuse = transient('GatewayUnreachable', 'No answer');
      await assert.rejects(gateway[write](object('a')), group.refuse);
      assert.deepEqual(ids(await read(object('a'))), ['a']);
      assert.equal(group.readings.length, 2);
    });

    it(`are not those that were under way when a ${write} failed`, async () => {
      await read();
      const early = gateway.observe(seconds(0));
      group.refuse = transient('GatewayUnreachable', 'No answer');
      await assert.rejects(gateway[write](object('a')), group.refuse);
      const late = gateway.observe();
      group.readings[1]?.([]);
      group.readings[2]?.([asSeen(object('a'))]);
      assert.deepEqual(ids(await early), []);
      assert.deepEqual(ids(await late), ['a']);
      assert.deepEqual(ids(await gateway.observe()), ['a']);
    });
  }
});
