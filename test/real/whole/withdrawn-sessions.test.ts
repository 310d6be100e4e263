import assert from 'node:assert/strict';
import type { ProfileName } from '../../../deploy/local/stand-in/profiles.ts';
import type { Status } from '../../../src/api/status.ts';
import { eventually } from '../../harness/eventually.ts';
import { aGateway } from '../../harness/given.ts';
import { useWhole } from '../../harness/whole.ts';
import { visit } from '../stand-in/gateway-client.ts';
import { keepConnection } from '../stand-in/kept-connection.ts';

/** No route leads anywhere: 404 is what a request gets that was accepted. */
const accepted = '404';
const refused = '403';

const rules = {
  'ee-3.10': 'fault-injection',
  'apisix-3.18': 'mtls-operator-revoked',
} as const satisfies Partial<Record<ProfileName, string>>;

for (const profile of ['ee-3.10', 'apisix-3.18'] as const) {
  describe(`sessions of clients of a CA that was withdrawn, at ${profile}`, () => {
    const given = useWhole({ profile });
    const name = 'test-com';

    const wish = async () => {
      const { 'tls.crt': cert = '', 'tls.key': key = '', 'ca.crt': ca = '' } = await given.whole.secret(`${name}-curl`);
      return { port: given.whole.standIn.httpsPort, ca, serverName: 'test.com', client: { cert, key } };
    };
    const order = (...annotations: readonly string[]) =>
      given.whole.here(['annotate', `mgw/${name}`, ...annotations, '--overwrite']);
    const caOf = async () => (await given.whole.secret(`${name}-ca`))['tls.crt'];
    const statusOf = async () => (await given.whole.get<{ status?: Status }>('mgw', name)).status;
    /** A connection, and a session to resume, of a client that was accepted so far. */
    const begin = async () => {
      const client = await wish();
      const kept = await keepConnection(client);
      const { session, what } = await visit(client);
      assert.deepEqual([await kept.ask(), what], [accepted, accepted]);
      return { client, kept, session };
    };
    type Begun = Awaited<ReturnType<typeof begin>>;
    const outcomes = async ({ client, kept, session }: Begun) => {
      const resumed = await visit({ ...client, session });
      return { kept: await kept.ask(), resumed: resumed.what, isResumed: resumed.resumed };
    };
    const assertRefused = async (begun: Begun) => {
      await eventually(async () =>
        assert.deepEqual(await outcomes(begun), { kept: refused, resumed: refused, isResumed: true }),
      );
      assert.notEqual((await visit(begun.client)).what, accepted);
      assert.equal((await visit(await wish())).what, accepted);
    };

    before(async () => {
      await given.whole.apply(aGateway({ name, spec: { clients: [{ name: 'curl', commonName: 'CLIENT' }] } }));
      await given.whole.ready('mgw', name);
    });

    it('are refused on kept and on resumed connections once a rotation has retired it', async () => {
      const begun = await begin();
      await order('mtls-operator.dev/rotate-ca=1', 'mtls-operator.dev/retire-without=curl: was shut down');
      await eventually(async () => assert.equal((await statusOf())?.rotation?.state, undefined));
      await assertRefused(begun);
      begun.kept.close();
      const condition = (await statusOf())?.conditions?.find(({ type }) => type === 'Revoked');
      assert.match(condition?.message ?? '', /all of 1 withdrawn CA/);
      await eventually(async () => {
        const told = (await given.whole.told('MtlsGateway', name)).join('\n');
        assert.match(told, /CaRotation: The rotation of the CA is over: .* also by TLS sessions from before$/m);
      });
      await given.whole.assertSilent('mgw', name);
    });

    it('are refused on both where it was replaced at once', async () => {
      const begun = await begin();
      const before = await caOf();
      await order('mtls-operator.dev/rotate-ca=now');
      await eventually(async () => assert.notEqual(await caOf(), before));
      await given.whole.ready('mgw', name);
      await assertRefused(begun);
      begun.kept.close();
    });

    it('would be accepted without the rule, which the next look restores', async () => {
      const begun = await begin();
      await order('mtls-operator.dev/rotate-ca=now 2');
      await assertRefused(begun);
      const { standIn } = given.whole;
      const searchParams = profile === 'ee-3.10' ? { gateway_group_id: standIn.groups['default'] ?? '' } : {};
      await standIn.admin.delete(`apisix/admin/global_rules/${rules[profile]}`, { searchParams });
      await eventually(async () => assert.equal((await outcomes(begun)).kept, accepted));
      await eventually(async () => {
        await given.whole.touch('mgw', name);
        assert.equal((await outcomes(begun)).kept, refused);
      });
      begun.kept.close();
    });
  });
}
