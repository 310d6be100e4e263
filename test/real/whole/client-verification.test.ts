import assert from 'node:assert/strict';
import { tlsProbe } from '../../../src/probe/tls-probe.ts';
import { aGateway } from '../../harness/given.ts';
import { useWhole, type Whole } from '../../harness/whole.ts';

const deadline = Temporal.Duration.from({ seconds: 5 });

const statusAt = async ({ standIn }: Whole, path: string) => {
  const address = { host: '127.0.0.1', port: standIn.httpsPort };
  const result = await tlsProbe({ address, serverName: 'test.com', path, deadline });
  return result.kind === 'answered' ? result.status : result.kind;
};

describe('client verification at Apache APISIX', () => {
  const given = useWhole({ profile: 'apisix-3.18' });
  const gatewayWith = (clientVerification: object) => aGateway({ spec: { clientVerification } });

  it('exempts the paths that are named, and is proven elsewhere', async () => {
    const { whole } = given;
    await whole.apply(gatewayWith({ depth: 2, exemptPaths: ['/healthz', '/public/*'] }));
    await whole.ready('mgw', 'test-com');
    const { status } = await whole.until('mgw', 'test-com', 'Enforced', 'True', 'Proven');
    assert.match(JSON.stringify(status), /except at \/healthz and \/public\/\*, where it requires none/);
    // No route leads anywhere: 404 is what a request gets that was let in.
    for (const path of ['/healthz', '/public/a']) assert.equal(await statusAt(whole, path), 404, path);
    for (const path of ['/', '/healthz/a', '/x/healthz', '/publicity']) {
      assert.equal(await statusAt(whole, path), 400, path);
    }
    await whole.assertSilent('mgw', 'test-com');
  });

  it('demands a certificate everywhere again, in the handshake, when the exemption is taken back', async () => {
    const { whole } = given;
    await whole.apply(gatewayWith({}));
    await whole.ready('mgw', 'test-com');
    for (const path of ['/healthz', '/']) assert.equal(await statusAt(whole, path), 'refused', path);
  });
});

describe('client verification at API7 Enterprise', () => {
  const given = useWhole();

  for (const { field, value } of [
    { field: 'depth', value: { depth: 2 } },
    { field: 'exemptPaths', value: { exemptPaths: ['/healthz'] } },
  ]) {
    it(`says that it cannot be told the ${field}, what helps, and sends nothing`, async () => {
      const { whole } = given;
      const name = field.toLowerCase();
      await whole.forget();
      await whole.apply(aGateway({ name, hosts: [`${name}.example`], spec: { clientVerification: value } }));
      const { status } = await whole.until('mgw', name, 'GatewaySynced', 'False', 'NotSupportedByGateway');
      assert.match(JSON.stringify(status), new RegExp(`spec.clientVerification.${field}: API7 Enterprise 3\\.10`));
      assert.deepEqual(await whole.gatewayWrites(), []);
      await whole.apply(aGateway({ name, hosts: [`${name}.example`] }));
      await whole.ready('mgw', name);
    });
  }
});
