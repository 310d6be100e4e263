import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { clockTolerance } from '../../../src/watch/clock-skew.ts';
import { eventually } from '../../harness/eventually.ts';
import { aGateway } from '../../harness/given.ts';
import { useWhole } from '../../harness/whole.ts';

const days = (count: number) => Temporal.Duration.from({ hours: 24 * count });
const patient = Temporal.Duration.from({ seconds: 40 });

describe('an operator whose clock is not that of the API server', () => {
  const given = useWhole({ operator: false });
  const edited = aGateway({
    name: 'web',
    hosts: ['web.example'],
    spec: { clients: [{ name: 'curl', commonName: 'NEW' }] },
  });
  const server = async () => new X509Certificate((await given.whole.secret('web-server'))['tls.crt'] ?? '');

  before('settle an MtlsGateway', async () => {
    const { whole } = given;
    await whole.startOperatorWith({ clockTolerance });
    await whole.apply(aGateway({ name: 'web', hosts: ['web.example'] }));
    await whole.ready('mgw', 'web');
  });

  const metric = async () => {
    const { body } = await given.whole.metrics.page();
    return Number(/^mtls_operator_clock_skew_seconds (.*)$/m.exec(body)?.[1]);
  };
  const reasons = async () => {
    const all = JSON.parse(await given.whole.here(['get', 'events.events.k8s.io', '-o', 'json']));
    return (all.items as readonly { reason: string }[]).map(({ reason }) => reason);
  };

  it('tells by the metric that they agree', async () => assert.ok(Math.abs(await metric()) < 5));

  it('writes nothing while it is 70 days ahead, and tells of it by an Event and the metric', async () => {
    const { whole } = given;
    await whole.forget();
    whole.kubeRequests.length = 0;
    whole.clockOffset = days(70);
    await whole.apply(edited);
    await eventually(async () => assert.ok((await reasons()).includes('ClockSkewed')), patient);
    assert.ok(Math.abs((await metric()) - 70 * 86_400) < 5);
    assert.deepEqual(whole.kubeWrites(), []);
    assert.deepEqual(await whole.gatewayWrites(), []);
  });

  it('goes on when they agree, with certificates that are valid now', async () => {
    const { whole } = given;
    whole.clockOffset = days(0);
    await eventually(async () => assert.ok((await reasons()).includes('ClockAgrees')), patient);
    await whole.ready('mgw', 'web');
    const client = new X509Certificate((await whole.secret('web-curl'))['tls.crt'] ?? '');
    assert.equal(client.subject, 'CN=NEW');
    assert.ok(client.validFromDate.getTime() < Date.now());
    await whole.assertSilent('mgw', 'web');
  });

  it('issues anew what a clock that was ahead has issued, where nobody had stopped that', async () => {
    const { whole } = given;
    await whole.stopOperator();
    whole.clockOffset = days(70);
    await whole.startOperator();
    await eventually(async () => assert.ok((await server()).validFromDate.getTime() > Date.now()), patient);
    await whole.stopOperator();
    whole.clockOffset = days(0);
    await whole.startOperatorWith({ clockTolerance });
    await eventually(async () => assert.ok((await server()).validFromDate.getTime() < Date.now()), patient);
    await whole.ready('mgw', 'web');
    assert.match(whole.logs.join(''), /"because":"NotYetValid"/);
  });
});
