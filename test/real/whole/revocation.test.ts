import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import type { ProfileName } from '../../../deploy/local/stand-in/profiles.ts';
import { eventually } from '../../harness/eventually.ts';
import { aGateway } from '../../harness/given.ts';
import { useWhole } from '../../harness/whole.ts';
import { visit } from '../stand-in/gateway-client.ts';
import { keepConnection } from '../stand-in/kept-connection.ts';

const curl = { name: 'curl', commonName: 'CLIENT' };
const other = { name: 'other', commonName: 'OTHER' };
const theirs = { plugins: { 'fault-injection': { abort: { http_status: 503, vars: [[['uri', '==', '/never']]] } } } };

/** No route leads anywhere: 404 is what a request gets that was let in. */
const letIn = '404';
const refused = '403';

interface Pair {
  readonly cert: string;
  readonly key: string;
}

for (const [profile, ruleId] of [
  ['ee-3.10', 'fault-injection'],
  ['apisix-3.18', 'mtls-operator-revoked'],
] as const satisfies readonly (readonly [ProfileName, string])[]) {
  describe(`revocation at ${profile}`, () => {
    const given = useWhole({ profile });
    const rulesUrl = 'apisix/admin/global_rules';
    const query = () => ({ gateway_group_id: given.whole.standIn.groups['default'] ?? '' });
    const searchParams = () => (profile === 'apisix-3.18' ? {} : query());
    const ruleIds = async () => {
      const { list } = await given.whole.standIn
        .admin(rulesUrl, { searchParams: searchParams() })
        .json<{ list: readonly { id: string; value?: { id: string } }[] }>();
      return list.map(({ id, value }) => value?.id ?? id).sort();
    };
    /** Of the resource; another name after its deletion, since the garbage collector takes its time. */
    let current = 'test-com';
    const apply = (spec: object, name = current, hosts = ['test.com']) =>
      given.whole.apply(aGateway({ name, hosts, spec: { clients: [curl, other], ...spec } }));
    const pairOf = async (client: string, name = current): Promise<Pair> => {
      const { 'tls.crt': cert = '', 'tls.key': key = '' } = await given.whole.secret(`${name}-${client}`);
      return { cert, key };
    };
    const wish = async (client: Pair) => {
      const { 'ca.crt': ca = '' } = await given.whole.secret(`${current}-ca`);
      return { port: given.whole.standIn.httpsPort, ca, serverName: 'test.com', client };
    };
    const outcome = async (client: Pair) => (await visit(await wish(client))).what;
    const serialOf = ({ cert }: Pair) => new X509Certificate(cert).serialNumber.toLowerCase();
    const refusedSoon = (client: Pair) => eventually(async () => assert.equal(await outcome(client), refused));
    const until = (status: 'True' | 'False', reason: string) =>
      given.whole.until('mgw', current, 'Revoked', status, reason);

    let first: Pair;

    it('refuses a revoked client at once on new, kept and resumed connections, and nobody else', async () => {
      const { whole } = given;
      await apply({});
      await whole.ready('mgw', 'test-com');
      first = await pairOf('curl');
      const kept = await keepConnection(await wish(first));
      const { session } = await visit(await wish(first));
      assert.deepEqual([await kept.ask(), await ruleIds()], [letIn, []]);
      await apply({ clients: [{ ...curl, revoked: { reason: 'keyCompromise' } }, other] });
      await refusedSoon(first);
      assert.equal(await kept.ask(), refused);
      kept.close();
      const resumed = await visit({ ...(await wish(first)), session });
      assert.deepEqual([resumed.resumed, resumed.what], [true, refused]);
      assert.equal(await outcome(await pairOf('other')), letIn);
      const plain = await fetch(`http://127.0.0.1:${whole.standIn.httpPort}/`, { headers: { host: 'test.com' } });
      assert.equal(plain.status, 404);
      assert.deepEqual(await ruleIds(), [ruleId]);
    });

    it('then has no key of it, says so, and is silent', async () => {
      const { whole } = given;
      await until('True', 'Refused');
      const { status } = await whole.ready('mgw', 'test-com');
      assert.deepEqual(await pairOf('curl'), { cert: first.cert, key: '' });
      assert.deepEqual(
        status?.formerCertificates?.map(({ name, serialNumber, revoked }) => [name, serialNumber, revoked]),
        [['client/curl', serialOf(first), true]],
      );
      const [refusedClient] = status?.refused ?? [];
      assert.deepEqual([refusedClient?.name, typeof refusedClient?.provenAt], ['client/curl', 'string']);
      await whole.assertSilent('mgw', 'test-com');
    });

    it('restores the rule that somebody has deleted or changed, within 5 minutes', async () => {
      const { whole } = given;
      const url = `${rulesUrl}/${ruleId}`;
      await whole.standIn.admin.delete(url, { searchParams: searchParams() });
      await eventually(async () => assert.equal(await outcome(first), letIn));
      // The list that is read once for many is kept for two seconds.
      await eventually(async () => {
        await whole.touch('mgw', 'test-com');
        assert.equal(await outcome(first), refused);
      });
    });

    it('issues a new certificate to a client that is revoked no more, and refuses the former one', async () => {
      const { whole } = given;
      await apply({});
      await whole.ready('mgw', 'test-com');
      const second = await eventually(async () => {
        const pair = await pairOf('curl');
        assert.notEqual(pair.key, '');
        return pair;
      });
      assert.notEqual(serialOf(second), serialOf(first));
      assert.deepEqual([await outcome(second), await outcome(first)], [letIn, refused]);
    });

    it('revokes a client by an annotation of its Secret, and issues anew once that is taken away', async () => {
      const { whole } = given;
      const pair = await pairOf('curl');
      await whole.here(['annotate', 'secret', `${current}-curl`, 'mtls-operator.dev/revoke=stolen']);
      await refusedSoon(pair);
      await eventually(async () => assert.equal((await pairOf('curl')).key, ''));
      await whole.ready('mgw', current);
      await whole.here(['annotate', 'secret', `${current}-curl`, 'mtls-operator.dev/revoke-']);
      await eventually(async () => assert.equal(await outcome(await pairOf('curl')), letIn));
      assert.equal(await outcome(pair), refused);
    });

    it('refuses and lets in what the spec names, by status, as status writes it', async () => {
      const { whole } = given;
      const { status } = await whole.ready('mgw', 'test-com');
      const listed = status?.certificates?.find(({ name }) => name === 'client/other') ?? assert.fail('not listed');
      const { serialNumber, issuer } = listed;
      const pair = await pairOf('other');
      assert.equal(
        listed.sha256Fingerprint,
        createHash('sha256').update(new X509Certificate(pair.cert).raw).digest('hex'),
      );
      for (const entry of [
        { serialNumber, issuer },
        { subject: 'CN=OTHER', issuer },
        { sha256Fingerprint: listed.sha256Fingerprint },
      ]) {
        await apply({ revoked: [entry] });
        await whole.ready('mgw', 'test-com');
        await refusedSoon(pair);
        await apply({});
        await whole.ready('mgw', 'test-com');
        await eventually(async () => assert.equal(await outcome(pair), letIn));
      }
      assert.equal(await outcome(first), refused);
    });

    it('refuses nobody at the hosts of others, whatever a spec names', async () => {
      const { whole } = given;
      const { status } = await whole.ready('mgw', 'test-com');
      const issuer = status?.certificates?.find(({ name }) => name === 'client/other')?.issuer;
      await apply({ revoked: [{ subject: 'CN=OTHER', issuer }] }, 'hostile', ['hostile.test']);
      await whole.until('mgw', 'hostile', 'Revoked', 'True', 'Refused');
      assert.equal(await outcome(await pairOf('other')), letIn);
      assert.equal(await outcome(first), refused);
    });

    it('takes its entries from the rule when it is deleted, and the rule with the last', async () => {
      const { whole } = given;
      await whole.here(['delete', 'mgw', 'hostile']);
      assert.deepEqual(await ruleIds(), [ruleId]);
      assert.equal(await outcome(first), refused);
      await whole.here(['delete', 'mgw', 'test-com']);
      assert.deepEqual(await ruleIds(), []);
    });

    it('says whose rule is in the way, leaves that alone, and goes on once it is gone', async () => {
      const { whole } = given;
      current = 'again';
      const url = `${rulesUrl}/theirs`;
      await whole.standIn.admin.put(url, { json: theirs, searchParams: searchParams() });
      await apply({ clients: [curl, other] });
      await whole.ready('mgw', current);
      const pair = await pairOf('curl');
      await apply({ clients: [{ ...curl, revoked: {} }, other] });
      const { status } = await until('False', 'RevocationBlocked');
      assert.match(
        JSON.stringify(status),
        /The global rule theirs of the gateway default\/default uses the plugin fault-injection/,
      );
      await whole.until('mgw', current, 'Stalled', 'True', 'RevocationBlocked');
      assert.deepEqual([await outcome(pair), await ruleIds()], [letIn, ['theirs']]);
      assert.equal((await pairOf('curl')).key, '');
      await whole.standIn.admin.delete(url, { searchParams: searchParams() });
      await refusedSoon(pair);
      await until('True', 'Refused');
    });

    it('says so where the gateway does not take the rule', async () => {
      const { whole } = given;
      await apply({ clients: [curl, { ...other, revoked: {} }] });
      await whole.fault({ methods: ['PUT'], status: 400 });
      try {
        await apply({ clients: [curl, other], revoked: [{ serialNumber: 'ab', issuer: 'CN=x' }] });
        await until('False', 'RevocationNotSupported');
      } finally {
        await whole.fault({});
      }
      await until('True', 'Refused');
    });
  });
}
