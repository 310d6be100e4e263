import assert from 'node:assert/strict';
import { eventually } from '../../harness/eventually.ts';
import { aGateway } from '../../harness/given.ts';
import { useWhole } from '../../harness/whole.ts';

const settledFor = Temporal.Duration.from({ seconds: 3 });

describe('what the operator tells of a resource', () => {
  const given = useWhole({ operator: false });
  // What a gateway's outage changes in it has a suite of its own, outage.test.ts: here a fault is none, however slow we are.
  before(() => given.whole.startOperator({ livenessInterval: Temporal.Duration.from({ hours: 1 }) }));
  const told = (name: string) => given.whole.told('MtlsGateway', name);
  const lines = (level: number) =>
    given.whole.logs
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter((line) => line['level'] === level);

  it('is one Event for all certificates that were issued', async () => {
    await given.whole.apply(aGateway());
    await given.whole.ready('mgw', 'test-com');
    await eventually(async () =>
      assert.deepEqual(await told('test-com'), [
        'Normal Issued: Wrote ca (FirstIssue), server (FirstIssue), client/curl (FirstIssue)',
      ]),
    );
  });

  it('is the controller, the key and the number of the reconcile in each line of it', () => {
    const issued = lines(30).filter(({ msg }) => msg === 'issued certificate');
    assert.equal(issued.length, 3);
    const [first] = issued;
    for (const { controller, key, reconcile } of issued) {
      assert.deepEqual([controller, key], ['MtlsGateway', `${given.whole.namespace}/test-com`]);
      assert.equal(reconcile, first?.['reconcile']);
    }
  });

  it('is nothing while it is settled: no Event, no line at info', async () => {
    const { whole } = given;
    await whole.assertSilent('mgw', 'test-com');
    whole.logs.length = 0;
    const events = whole.events.length;
    const since = performance.now();
    await eventually(() => assert.ok(performance.now() - since > settledFor.total('milliseconds')));
    await whole.touch('mgw', 'test-com');
    await eventually(() => assert.ok(lines(20).some(({ msg }) => msg === 'reconciled')));
    assert.deepEqual(lines(30), []);
    assert.equal(whole.events.length, events);
  });

  it('is what drifted at the gateway', async () => {
    const { whole } = given;
    const [sni] = (await whole.gatewayObjects()).filter((object) => object.startsWith('snis/'));
    const searchParams = { gateway_group_id: whole.standIn.groups['default'] ?? '' };
    await whole.standIn.admin.delete(`apisix/admin/${sni}`, { searchParams });
    await eventually(async () =>
      assert.ok((await told('test-com')).includes(`Warning DriftFound: At default/default: ${sni} missing`)),
    );
    await eventually(async () => assert.ok((await whole.gatewayObjects()).includes(sni ?? '')));
  });

  it('is a failure once, when it tries again, and that it is over', async () => {
    const { whole } = given;
    await whole.fault({ status: 503 });
    await whole.apply(aGateway({ hosts: ['test.com', 'more.test.com'] }));
    await whole.until('mgw', 'test-com', 'Ready', 'False');
    await eventually(() => assert.ok(lines(40).filter(({ msg }) => msg === 'reconcile failed').length > 3));
    for (const { nextAttempt, time } of lines(40).filter(({ msg }) => msg === 'reconcile failed')) {
      assert.ok(Date.parse(String(nextAttempt)) >= Number(time) - 1);
    }
    await whole.fault({});
    await whole.ready('mgw', 'test-com');
    await eventually(async () => {
      const seen = (await told('test-com')).map((event) => event.split(':')[0]).slice(-2);
      assert.deepEqual(seen, ['Warning GatewayError', 'Normal Ready']);
    });
  });

  it('is in kubectl describe', async () => {
    const described = await given.whole.here(['describe', 'mgw', 'test-com']);
    assert.match(described, /Warning\s+DriftFound\s+\S+\s+mtls-operator\.dev\/mtls-operator\s+At default\/default/);
  });

  it('is in the metrics, and ends with the resource', async () => {
    const { whole } = given;
    const series = `mtls_operator_certificate_not_after_timestamp_seconds{kind="MtlsGateway",namespace="${whole.namespace}"`;
    const body = async () => (await whole.metrics.page()).body;
    assert.equal((await body()).split(series).length - 1, 3);
    assert.match(await body(), /condition="Ready",status="True",reason="Ready"} 1/);
    await whole.here(['delete', 'mgw', 'test-com', '--timeout=30s']);
    await eventually(async () => assert.ok(!(await body()).includes(series)));
  });
});
