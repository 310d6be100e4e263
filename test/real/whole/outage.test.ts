import assert from 'node:assert/strict';
import { freePort } from '../../../deploy/local/processes/ports.ts';
import { assertConform } from '../../harness/conditions.ts';
import { eventually } from '../../harness/eventually.ts';
import { aGateway, anUpstream } from '../../harness/given.ts';
import { type Resource, useWhole } from '../../harness/whole.ts';

const livenessInterval = Temporal.Duration.from({ seconds: 2 });
/** Looks that must pass without a further write. */
const moreLooks = 4;
const names = ['one', 'two', 'three', 'four'];

interface Case {
  readonly what: string;
  readonly begin: () => Promise<void>;
  readonly end: () => Promise<void>;
  readonly want: Readonly<Record<'mgw' | 'mup', readonly string[]>>;
}

describe('settled resources of a gateway that gives no answer any more', () => {
  const given = useWhole({ operator: false });
  const freeze = async (signal: 'SIGSTOP' | 'SIGCONT') => void process.kill(-given.whole.standIn.pid, signal);

  before('settle four MtlsGateways and an MtlsUpstream', async () => {
    const { whole } = given;
    // Nothing but the watch of the gateway looks at them within this suite.
    const hour = Temporal.Duration.from({ hours: 1 });
    await whole.startOperator({ livenessInterval, driftInterval: hour });
    const port = await freePort();
    await whole.startNginx();
    await whole.apply(...names.map((name) => aGateway({ name, hosts: [`${name}.example`] })), anUpstream({ port }));
    for (const name of names) await whole.ready('mgw', name);
    await whole.ready('mup', 'mtls-nginx');
  });

  const conditions = async (kind: string) => {
    const { items } = JSON.parse(await given.whole.here(['get', kind, '-o', 'json'])) as { items: readonly Resource[] };
    return items.map((resource) => {
      assertConform(resource);
      const seen = resource.status?.conditions ?? [];
      return ['Ready', 'GatewaySynced', 'Enforced'].map((type) => {
        const { status, reason } = seen.find((condition) => condition.type === type) ?? {};
        return `${type}=${status} ${reason}`;
      });
    });
  };

  const allSay = (want: Case['want']) =>
    eventually(async () => {
      for (const kind of ['mgw', 'mup'] as const)
        for (const found of await conditions(kind)) assert.deepEqual(found, want[kind]);
    });

  /** So many looks have passed, as the requests for them tell. */
  const looksPass = async (count: number) => {
    const start = performance.now();
    await eventually(() => assert.ok(performance.now() - start > count * livenessInterval.total('milliseconds')));
  };

  const settled = ['Ready=True Ready', 'GatewaySynced=True Synced', 'Enforced=True Proven'];
  const unread = ['Ready=False GatewayUnreachable', 'GatewaySynced=Unknown GatewayUnreachable'];
  const cases: readonly Case[] = [
    {
      what: 'its Admin API closes every connection, and the data plane goes on',
      begin: () => given.whole.fault({ close: true }),
      end: () => given.whole.fault({}),
      want: { mgw: [...unread, 'Enforced=True Proven'], mup: [...unread, 'Enforced=True Proven'] },
    },
    {
      what: 'its Admin API and its data plane are frozen',
      begin: () => freeze('SIGSTOP'),
      end: () => freeze('SIGCONT'),
      want: {
        mgw: [...unread, 'Enforced=Unknown DataPlaneUnreachable'],
        mup: [...unread, 'Enforced=Unknown DataPlaneUnreachable'],
      },
    },
  ];

  const assertWrites = (want: readonly string[]) => assert.deepEqual([...given.whole.kubeWrites()].sort(), want);

  for (const { what, begin, end, want } of cases) {
    it(`say so with one write each, and with one more when it is over, where ${what}`, async () => {
      const { whole } = given;
      const each = ['patch mtlsgateways/status', 'patch mtlsupstreams/status'] as const;
      const onePerResource = [...names.map(() => each[0]), each[1]];
      await whole.forget();
      whole.kubeRequests.length = 0;
      try {
        await begin();
        // One finds it out by itself, before the watch has told.
        await whole.here(['annotate', '--overwrite', 'mgw', 'one', `example.com/looked=${what.length}`]);
        await allSay(want);
        await looksPass(moreLooks);
        assertWrites(onePerResource);
        whole.kubeRequests.length = 0;
      } finally {
        await end();
      }
      await allSay({ mgw: settled, mup: settled });
      assertWrites(onePerResource);
      assert.deepEqual(await whole.gatewayWrites(), []);
    });
  }

  it('are told of by one Event for each endpoint, not for each resource', async () => {
    const all = JSON.parse(await given.whole.here(['get', 'events.events.k8s.io', '-o', 'json']));
    const reasons = (all.items as readonly { reason: string }[]).map(({ reason }) => reason);
    const count = (reason: string) => reasons.filter((one) => one === reason).length;
    // Twice the Admin API, each time with an error of its own; the data plane by https and by http.
    assert.deepEqual([count('GatewayUnreachable'), count('DataPlaneUnreachable')], [2, 2]);
    // That of the MtlsUpstream, whose NGINX was not there yet at first.
    assert.ok(count('Ready') <= 1, 'no resource tells that it is Ready again');
  });

  it('show which endpoints answer in the metrics', async () => {
    const { body } = await given.whole.metrics.page();
    const lines = body.split('\n').filter((line) => line.startsWith('mtls_operator_gateway_reachable{'));
    assert.deepEqual(
      lines.map((line) => line.replace(/^.*endpoint="(\w+)[^}]*} /, '$1 ')),
      ['admin 1', 'https 1', 'http 1'],
    );
  });

  it('are written by nobody once more', async () => {
    for (const name of names) await given.whole.assertSilent('mgw', name);
    await given.whole.assertSilent('mup', 'mtls-nginx');
  });
});
