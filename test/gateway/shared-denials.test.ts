import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { denyPlugin } from '../../src/gateway/deny-rule.ts';
import { SharedDenials } from '../../src/gateway/shared-denials.ts';
import type { Denial } from '../../src/model/denial.ts';
import type { JsonObject } from '../../src/model/remote-object.ts';
import { Failure, permanent } from '../../src/std/failure.ts';

const now = Temporal.Instant.from('2026-11-30T10:00:00Z');
const ownerOf = (name: string) => ({ cluster: 'c', kind: 'MtlsGateway', namespace: 'shop', name });
const denialOf = (value: string): Denial => ({
  issuer: 'CN=CA',
  by: 'serialNumber',
  values: [value],
  hosts: ['a.test'],
});
const theirs: JsonObject = { id: 'theirs', plugins: { [denyPlugin]: { abort: { http_status: 503 } } } };

describe('the rule that all resources of a gateway group share', () => {
  let rules: Map<string, JsonObject>;
  let lists: number;
  let writes: string[];
  let elapsed: number;
  /** Done when the rule is put. */
  let meanwhile: () => void;
  let denials: SharedDenials;

  beforeEach(() => {
    [rules, lists, writes, elapsed, meanwhile] = [new Map(), 0, [], 0, () => {}];
    const globalRules = {
      ruleId: 'ours',
      list: async () => {
        lists += 1;
        await turn();
        return [...rules.values()];
      },
      put: async (body: JsonObject) => {
        await turn();
        writes.push('put');
        rules.set('ours', { id: 'ours', ...body });
        meanwhile();
      },
      remove: async () => {
        writes.push('remove');
        rules.delete('ours');
      },
    };
    denials = new SharedDenials(
      'main/default',
      async () => globalRules,
      () => elapsed,
    );
  });

  const deny = (name: string, ...values: readonly string[]) => denials.deny(ownerOf(name), values.map(denialOf), now);
  const rejects = (work: Promise<void>, reason: string, says: string) =>
    assert.rejects(
      work,
      (error) => error instanceof Failure && error.reason === reason && error.message.includes(says),
    );

  it('loses nothing where many write at once', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `r${i}`);
    await Promise.all(names.map((name, i) => deny(name, (16 + i).toString(16))));
    const list = await denials.list();
    for (const [i, name] of names.entries())
      assert.ok(list.holds(ownerOf(name), [denialOf((16 + i).toString(16))]), name);
  });

  it('writes nothing that is there', async () => {
    await deny('web', 'ab');
    await deny('web', 'ab');
    assert.deepEqual(writes, ['put']);
  });

  it('goes with its last entry', async () => {
    await deny('web', 'ab');
    await deny('web');
    assert.equal(rules.size, 0);
  });

  it('is read once for those who ask together, and anew after a write and after two seconds', async () => {
    await Promise.all([denials.list(), denials.list()]);
    assert.equal(lists, 1);
    elapsed = 2000;
    await denials.list();
    assert.equal(lists, 2);
    await deny('web', 'ab');
    const before = lists;
    assert.ok((await denials.list()).holds(ownerOf('web'), [denialOf('ab')]));
    assert.equal(lists, before + 1);
  });

  it('is not written beside the rule of somebody else, which it names', async () => {
    rules.set('theirs', theirs);
    await rejects(deny('web', 'ab'), 'RevocationBlocked', 'The global rule theirs of the gateway main/default');
    assert.deepEqual([writes, [...rules.keys()]], [[], ['theirs']]);
  });

  it('gives way where both were written at the same moment, since none would run', async () => {
    meanwhile = () => rules.set('theirs', theirs);
    await rejects(deny('web', 'ab'), 'RevocationBlocked', 'theirs');
    assert.deepEqual([...rules.keys()], ['theirs']);
  });

  it('gives way where both are found', async () => {
    await deny('web', 'ab');
    rules.set('theirs', theirs);
    await rejects(deny('web', 'cd'), 'RevocationBlocked', 'theirs');
    assert.deepEqual([...rules.keys()], ['theirs']);
  });

  it('is tried again where another process has written over it', async () => {
    meanwhile = () => rules.delete('ours');
    await rejects(deny('web', 'ab'), 'Conflict', 'changed by somebody else at the same moment');
  });

  for (const { name, twin, reason } of [
    { name: 'the plugin is missing', twin: false, reason: 'RevocationNotSupported' },
    { name: 'somebody else was first', twin: true, reason: 'RevocationBlocked' },
  ]) {
    it(`says that ${name} where the gateway refuses it`, async () => {
      meanwhile = () => {
        rules.delete('ours');
        if (twin) rules.set('theirs', theirs);
        throw permanent('GatewayRejected', 'status 400');
      };
      await rejects(deny('web', 'ab'), reason, 'revoked certificates are not refused');
    });
  }

  it('goes on after a failure', async () => {
    meanwhile = () => {
      meanwhile = () => {};
      rules.clear();
      throw permanent('GatewayRejected', 'status 400');
    };
    const [first, second] = await Promise.allSettled([deny('web', 'ab'), deny('other', 'cd')]);
    assert.deepEqual([first.status, second.status], ['rejected', 'fulfilled']);
  });
});
