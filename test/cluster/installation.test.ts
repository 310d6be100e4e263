import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { forgetRequests, objectsAt, writesTo } from '../harness/at-gateway.ts';
import { eventually } from '../harness/eventually.ts';
import { aGateway } from '../harness/given.ts';
import { type Upstream, upstreams, useCast } from '../harness/node/cast.ts';
import { type Applied, startApplies } from './applies.ts';
import { failedSteps } from './guide-steps.ts';

interface Listed {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly data: Readonly<Record<string, string>>;
}

interface Told {
  readonly note: string;
  readonly regarding: { readonly name: string };
}

/** The chart as it was before a change of it that users would notice. */
const [earlierChart = ''] = globSync(join(import.meta.dirname, 'earlier/*.tgz'));

/** What users have of the operator outlives it and its upgrades. */
describe('the installation in pods', () => {
  const used = useCast();
  const both = Object.values<Upstream>(upstreams);

  /** Secrets and ConfigMaps of users, with what is in them. */
  const children = async () => {
    const text = await used.cast.here(['get', 'secrets,configmaps', '-o', 'json']);
    const { items } = JSON.parse(text) as { readonly items: readonly Listed[] };
    return items.map(({ kind, metadata, data }) => ({ kind, name: metadata.name, uid: metadata.uid, data }));
  };
  const ofGuides = async () => (await children()).filter(({ name }) => !name.startsWith('load-'));
  /** Until a pod of now leads, and has compared everything with the gateway, of which it tells at the level debug. */
  const untilLed = () =>
    eventually(async () => {
      const holder = await used.cast.inOperator([
        'get',
        'lease',
        'mtls-operator',
        '-o',
        'jsonpath={.spec.holderIdentity}',
      ]);
      const pods = await used.cast.inOperator(['get', 'pods', '-o', 'jsonpath={.items[*].metadata.name}']);
      const leader = pods.split(' ').find((pod) => holder.startsWith(pod));
      assert.ok(leader !== undefined, `${holder} of ${pods}`);
      const logs = await used.cast.inOperator(['logs', leader]);
      for (const { name } of both)
        assert.ok(
          new RegExp(`reconciled.*${name}|${name}.*reconciled`).test(logs),
          `${leader} tells nothing of ${name}`,
        );
    });

  before(() => used.cast.allReady());

  it('issues nothing again and writes nothing to the gateway when helm upgrades it', async function () {
    this.timeout(240_000);
    const before = await children();
    await forgetRequests(used.cast.standIn);
    await used.cast.release.upgrade({ driftInterval: '20s', logLevel: 'debug' });
    await untilLed();
    await used.cast.allReady();
    assert.deepEqual(await children(), before);
    assert.deepEqual(await writesTo(used.cast.standIn), []);
  });

  describe('while resources are applied, changed and deleted', () => {
    let atGateway: number;
    let before: Awaited<ReturnType<typeof children>>;
    let applied: Applied;

    it('is upgraded by helm', async function () {
      this.timeout(240_000);
      [before, atGateway] = [await children(), (await objectsAt(used.cast.standIn)).length];
      const applies = startApplies(used.cast.here);
      await used.cast.release.upgrade({ driftInterval: '10s', logLevel: 'debug' });
      await untilLed();
      applied = await applies.stop();
      assert.ok(applied.there.length > 5 && applied.gone.length > 0, `${applied.there} ${applied.gone}`);
      console.log(`      ${applied.there.length} resources came, ${applied.gone.length} came and went`);
    });

    it('has every resource that is there Ready, and nothing left of those that went', async function () {
      this.timeout(150_000);
      const { here, standIn } = used.cast;
      await here(['wait', '--for=condition=Ready', '--timeout=90s', ...applied.there.map((name) => `mgw/${name}`)]);
      if (applied.gone.length > 0)
        await here(['wait', '--for=delete', '--timeout=60s', ...applied.gone.map((name) => `mgw/${name}`)]);
      await eventually(async () => {
        const names = new Set((await children()).map(({ name }) => /^load-\d+/.exec(name)?.[0]));
        assert.deepEqual(
          applied.gone.filter((name) => names.has(name)),
          [],
        );
        // Of each a CA, a certificate and an SNI.
        assert.equal((await objectsAt(standIn)).length, atGateway + 3 * applied.there.length);
      });
    });

    it('has issued each certificate once', async () => {
      assert.deepEqual(await ofGuides(), before);
      const text = await used.cast.here([
        'get',
        'events.events.k8s.io',
        '--field-selector=reason=Issued',
        '-o',
        'json',
      ]);
      const issued = (JSON.parse(text).items as readonly Told[])
        .filter(({ regarding }) => applied.there.includes(regarding.name))
        .flatMap(({ note, regarding }) =>
          [...note.matchAll(/(?<= |, )([\w/-]+) \(/g)].map(([, certificate]) => `${regarding.name} ${certificate}`),
        );
      assert.ok(issued.length >= 3 * applied.there.length, `${issued.length}`);
      assert.deepEqual(
        issued.filter((one, index) => issued.indexOf(one) !== index),
        [],
      );
    });

    after(async () => {
      if (applied !== undefined)
        await used.cast.here(['delete', '--timeout=60s', ...applied.there.map((name) => `mgw/${name}`)]);
    });
  });

  for (const { what, from } of [
    { what: 'its chart', from: undefined },
    { what: 'an earlier chart, and upgraded to that of now', from: earlierChart },
  ]) {
    it(`leaves resources, Secrets and traffic when helm uninstalls it, and takes them up when it is installed again from ${what}`, async function () {
      this.timeout(300_000);
      const before = await children();
      await forgetRequests(used.cast.standIn);
      await used.cast.release.uninstall();
      assert.deepEqual(await children(), before);
      assert.deepEqual(await failedSteps(used.cast), []);

      await used.cast.release.install(from);
      await eventually(() => used.cast.allReady());
      if (from !== undefined) {
        await used.cast.release.upgrade({ logLevel: 'debug' });
        await untilLed();
        await eventually(() => used.cast.allReady());
      }
      assert.deepEqual(await children(), before);
      assert.deepEqual(await writesTo(used.cast.standIn), []);
      assert.deepEqual(await failedSteps(used.cast), []);
    });
  }

  it('lets go of a namespace that is deleted with resources in it', async function () {
    this.timeout(240_000);
    const { node, other } = used.cast;
    const resource = aGateway({ name: 'other', hosts: ['other.example'] });
    await node.kubectl(['-n', other, 'apply', '-f', '-'], JSON.stringify(resource));
    await eventually(async () => {
      const { status } = JSON.parse(await node.kubectl(['-n', other, 'get', 'mtlsgateway', 'other', '-o', 'json']));
      const conditions: readonly { readonly type: string; readonly status: string }[] = status?.conditions ?? [];
      const synced = conditions.find(({ type }) => type === 'GatewaySynced');
      assert.equal(synced?.status, 'True', JSON.stringify(conditions));
    });
    await node.kubectl(['delete', 'namespace', other, '--timeout=60s']);
  });
});
