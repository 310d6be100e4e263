import assert from 'node:assert/strict';
import type { Moment } from '../../../src/model/probe-result.ts';
import type { ClientPair, ProbeRequest } from '../../../src/ports/probe.ts';
import { tlsProbe } from '../../../src/probe/tls-probe.ts';
import { TestCa } from '../../probe/openssl.ts';
import { StrictServer } from './strict-server.ts';

/** What a gateway answers, alert by alert: the numbers are RFC 8446 6.2, the moments were measured on APISIX. */
const cases = (
  ca: TestCa,
): readonly { name: string; client?: ClientPair; alert: Record<'tls1_2' | 'tls1_3', number> }[] => [
  { name: 'no certificate', alert: { tls1_2: 40, tls1_3: 116 } },
  { name: 'one of another CA', client: new TestCa('OTHER').issueClient(), alert: { tls1_2: 48, tls1_3: 48 } },
  { name: 'an expired one', client: ca.issueClient({ days: -1 }), alert: { tls1_2: 45, tls1_3: 45 } },
  { name: 'one that is for servers only', client: ca.issue(), alert: { tls1_2: 43, tls1_3: 43 } },
];

const moments: Record<'tls1_2' | 'tls1_3', Moment> = { tls1_2: 'handshake', tls1_3: 'read' };

for (const protocol of ['tls1_2', 'tls1_3'] as const) {
  describe(`a probe of a server that refuses in TLS (${protocol})`, () => {
    const ca = new TestCa('ROOTCA');
    const server = new StrictServer();
    let request: ProbeRequest;

    before(async () => {
      const address = await server.start(protocol, ca.issue(), ca.pem);
      const deadline = Temporal.Duration.from({ seconds: 5 });
      request = { address, serverName: 'test.com', path: '/', trust: [ca.pem], deadline };
    });
    after(() => server.stop());

    it('is answered with the right client certificate', async () => {
      const result = await tlsProbe({ ...request, client: ca.issueClient() });
      assert.ok(result.kind === 'answered', JSON.stringify(result));
      assert.deepEqual([result.status, result.protocol], [200, protocol === 'tls1_2' ? 'TLSv1.2' : 'TLSv1.3']);
    });

    for (const { name, client, alert } of cases(ca)) {
      it(`tells alert ${alert[protocol]} at the ${moments[protocol]} with ${name}`, async () => {
        const result = await tlsProbe({ ...request, ...(client && { client }) });
        assert.ok(result.kind === 'refused', JSON.stringify(result));
        assert.deepEqual([result.alert, result.moment], [alert[protocol], moments[protocol]]);
        assert.equal(result.leaf !== undefined, protocol === 'tls1_3');
      });
    }
  });
}
