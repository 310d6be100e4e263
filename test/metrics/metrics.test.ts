import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createMetrics } from '../../src/metrics/metrics.ts';
import type { KubeObject } from '../../src/model/kube-object.ts';
import type { OperatorView } from '../../src/operator/view.ts';

const aResource = (name: string): KubeObject => ({
  apiVersion: 'mtls-operator.dev/v1alpha1',
  kind: 'MtlsGateway',
  metadata: { namespace: 'shop', name },
  status: {
    conditions: [{ type: 'Ready', status: 'False', reason: 'SniConflict' }],
    certificates: [
      { name: 'server', notAfter: '2026-11-26T00:00:00Z', renewalTime: '2026-11-25T00:00:00Z' },
      { name: 'client/curl', notAfter: '2026-11-27T00:00:00Z' },
    ],
  },
});

const view = (change: Partial<OperatorView> = {}): OperatorView => ({
  controllers: [
    {
      name: 'MtlsGateway',
      load: {
        workers: 8,
        active: 2,
        depth: { high: 1, low: 3 },
        longestRunningMilliseconds: 1500,
        unfinishedMilliseconds: 2000,
      },
    },
  ],
  watches: [
    { resource: 'secrets', namespace: '*', content: 'whole', lists: 2, interruptions: 3, silentMilliseconds: 500 },
    {
      resource: 'secrets',
      namespace: '*',
      content: 'metadata',
      lists: 0,
      interruptions: 0,
      silentMilliseconds: undefined,
    },
  ],
  resources: [aResource('test-com')],
  endpoints: [
    { gateway: 'default', endpoint: 'admin', answers: true },
    { gateway: 'default', endpoint: 'https 10.0.0.1:9443', answers: false },
  ],
  clockSkew: -1.5,
  clockTrusted: true,
  orphans: [{ gateway: 'default/default', objects: 4 }],
  synced: true,
  leading: true,
  leaseFresh: true,
  stopping: false,
  ...change,
});

describe('the metrics', () => {
  const build = { version: '0.1.0', node: 'v26.0.0' };
  const scrape = async (
    given: OperatorView | undefined,
    work: (hooks: ReturnType<typeof createMetrics>['hooks']) => void = () => {},
  ) => {
    const { hooks, page } = createMetrics(build, 'mtls-operator-shard-0-of-2');
    if (given !== undefined) hooks.onView?.(given);
    work(hooks);
    return (await page()).body.split('\n');
  };
  const family = (lines: readonly string[], name: string) =>
    lines
      .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
      .map((line) => line.slice(name.length));

  it('say who we are and whether we lead, by the Lease of ours', async () => {
    const lines = await scrape(view());
    assert.deepEqual(family(lines, 'mtls_operator_build_info'), ['{version="0.1.0",node="v26.0.0"} 1']);
    const leader = 'leader_election_master_status';
    assert.deepEqual(family(lines, leader), ['{name="mtls-operator-shard-0-of-2"} 1']);
    assert.deepEqual(family(await scrape(undefined), leader), ['{name="mtls-operator-shard-0-of-2"} 0']);
  });

  it('show the ends, the renewals and the conditions of every resource', async () => {
    const lines = await scrape(view());
    const object = 'kind="MtlsGateway",namespace="shop",name="test-com"';
    assert.deepEqual(family(lines, 'mtls_operator_certificate_not_after_timestamp_seconds'), [
      `{${object},certificate="server"} 1795651200`,
      `{${object},certificate="client/curl"} 1795737600`,
    ]);
    assert.deepEqual(family(lines, 'mtls_operator_certificate_renewal_timestamp_seconds'), [
      `{${object},certificate="server"} 1795564800`,
    ]);
    assert.deepEqual(family(lines, 'mtls_operator_resource_condition'), [
      `{${object},condition="Ready",status="False",reason="SniConflict"} 1`,
    ]);
  });

  it('pass over a time that nobody can read, and show all others', async () => {
    const notAfters = ['2026-01-01T00:00:00+99:99', '2026-11-26T00:00:00.1234567890Z', 'soon', '2026-11-27T00:00:00Z'];
    const certificates = notAfters.map((notAfter, index) => ({ name: `${index}`, notAfter }));
    const lines = await scrape(view({ resources: [{ ...aResource('a'), status: { certificates } }] }));
    const shown = family(lines, 'mtls_operator_certificate_not_after_timestamp_seconds');
    assert.deepEqual(
      shown.map((line) => line.replace(/^.*certificate=/, '')),
      ['"1"} 1795651200.123', '"3"} 1795737600'],
    );
  });

  it('forget a resource that is gone', async () => {
    const { hooks, page } = createMetrics(build, 'mtls-operator-shard-0-of-2');
    let resources = [aResource('a'), aResource('b')];
    hooks.onView?.({
      ...view(),
      get resources() {
        return resources;
      },
    });
    await page();
    resources = [aResource('b')];
    const { body } = await page();
    assert.ok(!body.includes('name="a"'));
    assert.ok(body.includes('name="b"'));
  });

  it('show how many objects at a gateway have no owner', async () =>
    assert.deepEqual(family(await scrape(view()), 'mtls_operator_orphaned_objects'), [
      '{gateway="default/default"} 4',
    ]));

  it('count how reconciles ended', async () => {
    const key = { namespace: 'shop', name: 'a' };
    const results = ['settled', 'checkAgain', 'retry', 'stalled', 'crash'] as const;
    const lines = await scrape(view(), ({ onReconcile }) => {
      for (const result of results) onReconcile?.({ key, result, milliseconds: 20, overran: false }, 'MtlsGateway');
      onReconcile?.({ key, result: 'crash', milliseconds: 120_000, overran: true }, 'MtlsGateway');
    });
    const of = (result: string) => `{controller="MtlsGateway",result="${result}"}`;
    assert.deepEqual(family(lines, 'controller_runtime_reconcile_total'), [
      `${of('success')} 1`,
      `${of('requeue_after')} 1`,
      `${of('error')} 4`,
    ]);
    const counted = (name: string) => family(lines, `controller_runtime_${name}_total`);
    assert.deepEqual(counted('reconcile_errors'), ['{controller="MtlsGateway"} 4']);
    assert.deepEqual(counted('terminal_reconcile_errors'), ['{controller="MtlsGateway"} 1']);
    assert.deepEqual(counted('reconcile_panics'), ['{controller="MtlsGateway"} 1']);
    assert.deepEqual(counted('reconcile_timeouts'), ['{controller="MtlsGateway"} 1']);
  });

  it('show the queues, the workers and the watches as they are', async () => {
    const lines = await scrape(view(), ({ onQueue }) => {
      onQueue?.({ kind: 'added', priority: 'low' }, 'MtlsGateway');
      onQueue?.({ kind: 'retried', priority: 'high' }, 'MtlsGateway');
      onQueue?.({ kind: 'taken', priority: 'low', waitedMilliseconds: 30 }, 'MtlsGateway');
    });
    assert.deepEqual(family(lines, 'workqueue_depth'), ['{name="MtlsGateway"} 4']);
    assert.deepEqual(family(lines, 'workqueue_adds_total'), ['{name="MtlsGateway",priority="low"} 1']);
    assert.deepEqual(family(lines, 'workqueue_retries_total'), ['{name="MtlsGateway",priority="high"} 1']);
    assert.deepEqual(family(lines, 'workqueue_queue_duration_seconds_count'), [
      '{name="MtlsGateway",priority="low"} 1',
    ]);
    assert.deepEqual(family(lines, 'workqueue_longest_running_processor_seconds'), ['{name="MtlsGateway"} 1.5']);
    assert.deepEqual(family(lines, 'controller_runtime_active_workers'), ['{controller="MtlsGateway"} 2']);
    const whole = '{resource="secrets",namespace="*",content="whole"}';
    assert.deepEqual(family(lines, 'mtls_operator_watch_silence_seconds'), [`${whole} 0.5`]);
    assert.equal(family(lines, 'mtls_operator_watch_interruptions_total')[0], `${whole} 3`);
    assert.equal(family(lines, 'mtls_operator_watch_lists_total')[0], `${whole} 2`);
  });

  it('count requests by their codes, and those without an answer', async () => {
    const lines = await scrape(view(), ({ onKubeRequest, onAdminCall, onEvent }) => {
      onKubeRequest?.({ verb: 'apply', resource: 'mtlsgateways', code: 200 });
      onKubeRequest?.({ verb: 'list', resource: 'secrets', code: undefined });
      onAdminCall?.({ gateway: 'default', method: 'PUT', status: 503 });
      onAdminCall?.({ gateway: 'default', method: 'GET', status: undefined });
      onEvent?.({ result: 'dropped' });
    });
    assert.deepEqual(family(lines, 'rest_client_requests_total'), [
      '{code="200",method="PATCH",resource="mtlsgateways"} 1',
      '{code="<error>",method="GET",resource="secrets"} 1',
    ]);
    assert.deepEqual(family(lines, 'mtls_operator_gateway_requests_total'), [
      '{code="503",method="PUT",gateway="default"} 1',
      '{code="<error>",method="GET",gateway="default"} 1',
    ]);
    assert.deepEqual(family(lines, 'mtls_operator_events_total'), ['{result="dropped"} 1']);
  });

  const families = async () =>
    (await scrape(view()))
      .flatMap((line) => [...line.matchAll(/^# TYPE (\S+) (\S+)$/g)])
      .map(([, name = '', type = '']) => ({ name, type }))
      .filter(({ name }) => !/^(nodejs|process)_/.test(name));

  it('are named as promlint wants it, and each is explained', async () => {
    const lines = await scrape(view());
    for (const { name, type } of await families()) {
      assert.equal(type === 'counter', name.endsWith('_total'), name);
      assert.ok(!/milliseconds|minutes|hours/.test(name), name);
      assert.ok(
        lines.some((line) => line.startsWith(`# HELP ${name} `) && line.endsWith('.')),
        name,
      );
    }
  });

  const pages = ['docs/operations.md', 'docs/operations.zh-CN.md'];
  for (const page of pages) {
    it(`stand in ${page}, each of them and no other`, async () => {
      const told = [...readFileSync(page, 'utf8').matchAll(/^\| `([a-z_]+)`/gm)].map(([, name]) => name);
      assert.deepEqual(
        told,
        (await families()).map(({ name }) => name),
      );
    });
  }
});
