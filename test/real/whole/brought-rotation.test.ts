import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../../deploy/local/processes/ports.ts';
import { httpProbe } from '../../../src/probe/http-probe.ts';
import { eventually } from '../../harness/eventually.ts';
import { aGateway, anUpstream } from '../../harness/given.ts';
import { aTlsSecret } from '../../harness/material.ts';
import {
  acknowledge,
  failedMeanwhile,
  fingerprint,
  isIn,
  type Loaded,
  rotationOf,
  visit,
} from '../../harness/rotating.ts';
import { goOn, startTraffic } from '../../harness/traffic.ts';
import { useWhole, type Whole } from '../../harness/whole.ts';
import { type Made, Openssl } from '../../pki/path/given.ts';

const deadline = Temporal.Duration.from({ seconds: 5 });
const brought = 'corporate-ca';

const openssl = new Openssl();
after(() => openssl.remove());
const bring = (whole: Whole, { pem, keyPem }: Made) => whole.apply(aTlsSecret(brought, pem, keyPem, pem));
const isSignedBy = (pem = '', by: Made) => new X509Certificate(pem).verify(new X509Certificate(by.pem).publicKey);

const flavours = [
  { gateway: 'API7 Enterprise', options: { profile: 'ee-3.10' as const } },
  { gateway: 'Apache APISIX', options: { profile: 'apisix-3.18' as const } },
];
// As openssl makes them, and as cert-manager renews one: the same name with a key of its own.
const pairs = [
  { names: 'another name', subjects: ['/C=DE/O=Acme/CN=Root 2024', '/C=DE/O=Acme/CN=Root 2026'] },
  { names: 'the same name', subjects: ['/CN=selfsigned-ca', '/CN=selfsigned-ca'] },
];

for (const { gateway, options } of flavours) {
  for (const { names, subjects } of pairs) {
    const [old, next] = subjects.map((subject, variant) => openssl.root({ subject, variant }));
    assert.ok(old && next);

    describe(`a CA of ${names} that is put in the place of one, for an MtlsGateway at ${gateway}`, () => {
      const given = useWhole(options);
      /** As a client has loaded it, once. */
      let first: Loaded;

      const secret = () => given.whole.secret('test-com-curl');
      const until = (state: string | undefined) =>
        eventually(async () => assert.equal((await rotationOf(given.whole, 'mgw', 'test-com'))?.state, state));
      const signs = (ca: Made) =>
        eventually(async () => assert.ok(isSignedBy((await secret())['tls.crt'], ca), 'signed by another CA'));
      const under = (work: () => Promise<void>) =>
        failedMeanwhile(given.whole, { first, secret: 'test-com-curl' }, work);

      before('bring the first CA', async () => {
        await bring(given.whole, old);
        await given.whole.apply(aGateway({ spec: { ca: { secretRef: { name: brought } } } }));
        await given.whole.ready('mgw', 'test-com');
        first = await secret();
      });

      it('follows it, and no request of a client is rejected that follows at once or never', async () => {
        const failed = await under(async () => {
          await bring(given.whole, next);
          await until('Drained');
        });
        assert.deepEqual(failed, []);
        await signs(next);
        await given.whole.assertSilent('mgw', 'test-com');
      });

      it('is taken back by the old one in its Secret, and no request of either is rejected', async () => {
        const failed = await under(async () => {
          await bring(given.whole, old);
          await signs(old);
          await until('Drained');
        });
        assert.deepEqual(failed, []);
        await acknowledge(given.whole, 'test-com-curl');
        await until(undefined);
        await given.whole.ready('mgw', 'test-com');
      });

      it('follows it over restarts of the operator, and ends once the client says that it follows', async () => {
        const failed = await under(async () => {
          await bring(given.whole, next);
          for (let kill = 0; kill < 4; kill += 1) {
            await pause(100 + 130 * kill);
            await given.whole.stopOperator();
            await given.whole.startOperator();
          }
          await until('Drained');
        });
        assert.deepEqual(failed, []);
        await acknowledge(given.whole, 'test-com-curl');
        await until(undefined);
        await given.whole.ready('mgw', 'test-com');
        assert.notEqual((await visit(given.whole, first)).kind, 'answered');
        assert.equal((await visit(given.whole, await secret())).kind, 'answered');
        await given.whole.assertSilent('mgw', 'test-com');
      });

      it('leaves one CA in each Secret of ours, and its key in that of the CA alone', async () => {
        const kept = await given.whole.secret('test-com-signing-ca');
        assert.equal(fingerprint(kept['tls.crt']), fingerprint(next.pem));
        assert.deepEqual(
          Object.keys(kept).filter((key) => key !== 'withdrawn-issuers.json'),
          ['ca.crt', 'tls.crt', 'tls.key'],
        );
        assert.equal((await secret())['ca.crt'], kept['ca.crt']);
      });

      it('signs at once by the order now: the client of the one before is rejected, and an Event says so', async () => {
        first = await secret();
        await given.whole.here(['annotate', 'mgw/test-com', 'mtls-operator.dev/rotate-ca=now', '--overwrite']);
        await bring(given.whole, old);
        await signs(old);
        await given.whole.ready('mgw', 'test-com');
        await eventually(async () => assert.notEqual((await visit(given.whole, first)).kind, 'answered'));
        assert.equal((await visit(given.whole, await secret())).kind, 'answered');
        await eventually(async () => {
          const told = (await given.whole.told('MtlsGateway', 'test-com')).join('\n');
          assert.match(told, /CaReplaced: The CA in the Secret corporate-ca was replaced/);
        });
      });
    });
  }

  describe(`a CA that two MtlsGateways at ${gateway} have from one Secret`, () => {
    const given = useWhole(options);
    const [old, next] = ['/CN=Shared 2024', '/CN=Shared 2026'].map((subject) => openssl.root({ subject }));
    assert.ok(old && next);

    it('is rejected by both only when the clients of both have followed, and no request of either to either fails', async () => {
      const { whole } = given;
      await bring(whole, old);
      const spec = { ca: { secretRef: { name: brought } } };
      for (const name of ['one', 'two']) {
        await whole.apply(aGateway({ name, hosts: [`${name}.test`], spec }));
        await whole.ready('mgw', name);
      }
      const first = await whole.secret('two-curl');
      const traffic = [
        startTraffic(() => visit(whole, first, 'one.test'), isIn),
        startTraffic(() => visit(whole, first, 'two.test'), isIn),
        startTraffic(async () => visit(whole, await whole.secret('one-curl'), 'two.test'), isIn),
      ];
      try {
        await goOn(traffic);
        await bring(whole, next);
        for (const name of ['one', 'two']) {
          await eventually(async () => assert.equal((await rotationOf(whole, 'mgw', name))?.state, 'Drained'));
        }
        await acknowledge(whole, 'one-curl');
        const wait = 'the MtlsGateway two, which has its CA from the same Secret, to need the previous CA no more';
        await eventually(async () => assert.deepEqual((await rotationOf(whole, 'mgw', 'one'))?.waitsFor, [wait]));
        await goOn(traffic);
      } finally {
        await Promise.all(traffic.map(({ stop }) => stop()));
      }
      assert.deepEqual(
        traffic.flatMap(({ failed }) => failed),
        [],
      );
      await acknowledge(whole, 'two-curl');
      for (const name of ['one', 'two']) {
        await eventually(async () => assert.equal(await rotationOf(whole, 'mgw', name), undefined));
        await whole.ready('mgw', name);
        assert.notEqual((await visit(whole, first, `${name}.test`)).kind, 'answered');
      }
    });
  });

  describe(`a CA that is put in the place of one, for an MtlsUpstream at ${gateway}`, () => {
    const given = useWhole(options);
    const [old, next] = ['/CN=Backend 2024', '/CN=Backend 2026'].map((subject) => openssl.root({ subject }));
    assert.ok(old && next);

    it('follows it by itself to the end, and no request through the gateway fails', async () => {
      const { whole } = given;
      await whole.startNginx();
      await bring(whole, old);
      await whole.apply(anUpstream({ port: await freePort(), spec: { ca: { secretRef: { name: brought } } } }));
      await whole.ready('mup', 'mtls-nginx');
      const address = { host: '127.0.0.1', port: whole.standIn.httpPort };
      const traffic = startTraffic(() => httpProbe({ address, path: '/hello', deadline }));
      try {
        await bring(whole, next);
        await eventually(async () => {
          const { 'tls.crt': leaf } = await whole.secret('mtls-nginx-server');
          assert.ok(isSignedBy(leaf, next), 'signed by another CA');
          assert.equal(await rotationOf(whole, 'mup', 'mtls-nginx'), undefined);
        });
        await whole.ready('mup', 'mtls-nginx');
        await goOn([traffic]);
      } finally {
        await traffic.stop();
      }
      assert.deepEqual(traffic.failed, []);
      assert.equal((await whole.secret('mtls-nginx-server'))['ca.crt'], next.pem);
      await whole.assertSilent('mup', 'mtls-nginx');
    });
  });
}
