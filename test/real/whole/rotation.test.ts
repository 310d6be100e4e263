import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../../deploy/local/processes/ports.ts';
import { httpProbe } from '../../../src/probe/http-probe.ts';
import { eventually } from '../../harness/eventually.ts';
import { aGateway, anUpstream } from '../../harness/given.ts';
import { acknowledge, failedMeanwhile, type Loaded, rotationOf, visit } from '../../harness/rotating.ts';
import { goOn, startTraffic } from '../../harness/traffic.ts';
import { useWhole, type Whole } from '../../harness/whole.ts';

const deadline = Temporal.Duration.from({ seconds: 5 });
const annotation = 'mtls-operator.dev/rotate-ca';

const order = (whole: Whole, resource: string, value: string) =>
  whole.here(['annotate', resource, `${annotation}=${value}`, '--overwrite']);
const caOf = async (whole: Whole, name: string) => (await whole.secret(name))['tls.crt'] ?? '';

const flavours = [
  { name: 'API7 Enterprise', options: { profile: 'ee-3.10' as const } },
  { name: 'Apache APISIX', options: { profile: 'apisix-3.18' as const } },
];

for (const { name, options } of flavours) {
  describe(`the rotation of the CA of an MtlsGateway at ${name}`, () => {
    const given = useWhole(options);
    /** As a client has loaded it, once. */
    let first: Loaded;

    const secret = () => given.whole.secret('test-com-curl');
    const until = (state: string | undefined) =>
      eventually(async () => assert.equal((await rotationOf(given.whole, 'mgw', 'test-com'))?.state, state));
    const under = (work: () => Promise<void>) => failedMeanwhile(given.whole, { first, secret: 'test-com-curl' }, work);

    before(async () => {
      await given.whole.apply(aGateway());
      await given.whole.ready('mgw', 'test-com');
      first = await secret();
    });

    it('rejects no request of a client that follows at once, nor of one that follows never, until it waits for that one', async () => {
      const before = await caOf(given.whole, 'test-com-ca');
      const failed = await under(async () => {
        await order(given.whole, 'mgw/test-com', '1');
        await until('Drained');
      });
      assert.deepEqual(failed, []);
      assert.notEqual(await caOf(given.whole, 'test-com-ca'), before);
    });

    it('is shown by kubectl get, and says whom it waits for and what was seen', async () => {
      const [head = '', row = ''] = (await given.whole.here(['get', 'mgw'])).split('\n');
      assert.match(row.slice(head.indexOf('ROTATION')), /^Drained/);
      const rotation = await rotationOf(given.whole, 'mgw', 'test-com');
      assert.match(rotation?.waitsFor.join() ?? '', /^the client curl, whose certificate of the other CA ends at /);
      const [evidence] = rotation?.evidence ?? [];
      assert.deepEqual(evidence?.endpoints, [`127.0.0.1:${given.whole.standIn.httpsPort}`]);
      await given.whole.until('mgw', 'test-com', 'Rotating', 'True', 'RotationDrained');
    });

    it('is not written to while it waits', () => given.whole.assertSilent('mgw', 'test-com'));

    it('waits for the same after a restart of the operator', async () => {
      await given.whole.stopOperator();
      await given.whole.startOperator();
      await given.whole.ready('mgw', 'test-com');
      await until('Drained');
    });

    it('turns back on abort, and rejects no request of either', async () => {
      const failed = await under(async () => {
        await order(given.whole, 'mgw/test-com', 'abort');
        await eventually(async () => assert.equal(await caOf(given.whole, 'test-com-ca'), first['ca.crt']));
        await until('Drained');
      });
      assert.deepEqual(failed, []);
      await acknowledge(given.whole, 'test-com-curl');
      await until(undefined);
    });

    it('rejects no request while the operator is killed again and again', async () => {
      const failed = await under(async () => {
        await order(given.whole, 'mgw/test-com', '2');
        for (let kill = 0; kill < 8; kill += 1) {
          await pause(100 + 130 * kill);
          await given.whole.stopOperator();
          await given.whole.startOperator();
        }
        await until('Drained');
      });
      assert.deepEqual(failed, []);
    });

    it('ends once the client says that it follows: the former certificate is rejected, by a handshake and by the proof', async () => {
      await acknowledge(given.whole, 'test-com-curl');
      await until(undefined);
      await given.whole.ready('mgw', 'test-com');
      assert.notEqual((await visit(given.whole, first)).kind, 'answered');
      assert.equal((await visit(given.whole, await secret())).kind, 'answered');
      const data = await given.whole.secret('test-com-ca');
      assert.deepEqual(Object.keys(data).sort(), ['ca.crt', 'tls.crt', 'tls.key', 'withdrawn-issuers.json']);
      await given.whole.assertSilent('mgw', 'test-com');
    });
  });

  describe(`the rotation of the CA of an MtlsUpstream at ${name}`, () => {
    const given = useWhole(options);

    const request = () =>
      httpProbe({ address: { host: '127.0.0.1', port: given.whole.standIn.httpPort }, path: '/hello', deadline });
    const rotated = async (value: string) => {
      const { whole } = given;
      const before = await caOf(whole, 'mtls-nginx-ca');
      await order(whole, 'mup/mtls-nginx', value);
      await eventually(async () => {
        assert.notEqual(await caOf(whole, 'mtls-nginx-ca'), before);
        assert.equal(await rotationOf(whole, 'mup', 'mtls-nginx'), undefined);
        assert.deepEqual(Object.keys(await whole.secret('mtls-nginx-ca')).sort(), ['ca.crt', 'tls.crt', 'tls.key']);
      });
      await whole.ready('mup', 'mtls-nginx');
    };

    before(async () => {
      await given.whole.startNginx();
      await given.whole.apply(anUpstream({ port: await freePort() }));
      await given.whole.ready('mup', 'mtls-nginx');
    });

    it('goes from its begin to its end by itself, and no request through the gateway fails', async () => {
      const traffic = startTraffic(request);
      try {
        await rotated('1');
        await goOn([traffic]);
      } finally {
        await traffic.stop();
      }
      assert.deepEqual(traffic.failed, []);
      await given.whole.assertSilent('mup', 'mtls-nginx');
    });

    it('tells each state in an Event', () =>
      eventually(async () => {
        const told = (await given.whole.told('MtlsUpstream', 'mtls-nginx')).join('\n');
        assert.match(
          told,
          /CaRotation: Another CA is to follow, since an annotation of the resource asks for a new CA/,
        );
        assert.match(told, /CaRotation: The next CA signs from now on/);
        assert.match(told, /CaRotation: The rotation of the CA is over/);
      }));
  });
}
