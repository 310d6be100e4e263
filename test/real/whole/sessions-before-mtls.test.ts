import assert from 'node:assert/strict';
import type { ProfileName } from '../../../deploy/local/stand-in/profiles.ts';
import type { Status } from '../../../src/api/status.ts';
import { eventually } from '../../harness/eventually.ts';
import { aGateway } from '../../harness/given.ts';
import { useWhole } from '../../harness/whole.ts';
import { makePair } from '../../stand-in/admin-api.ts';
import { type Visit, visit } from '../stand-in/gateway-client.ts';
import { keepConnection } from '../stand-in/kept-connection.ts';

/** No route leads anywhere: 404 is what a request gets that was accepted. */
const accepted = '404';
const refused = '403';
const rules = {
  'ee-3.10': 'fault-injection',
  'apisix-3.18': 'mtls-operator-revoked',
} as const satisfies Partial<Record<ProfileName, string>>;

for (const profile of ['ee-3.10', 'apisix-3.18'] as const) {
  describe(`sessions from before a host demanded client certificates, at ${profile}`, () => {
    const given = useWhole({ profile, operator: false });
    const isApisix = profile === 'apisix-3.18';
    const collection = isApisix ? 'ssls' : 'snis';
    const byHand = makePair('/CN=by-hand');

    const searchParams = () => (isApisix ? {} : { gateway_group_id: given.whole.standIn.groups['default'] ?? '' });
    const admin = (path: string, method: 'PUT' | 'DELETE', json?: object) =>
      given.whole.standIn.admin(`apisix/admin/${path}`, {
        method,
        searchParams: searchParams(),
        ...(json && { json }),
      });
    /** One without client verification. */
    const serveByHand = async (id: string, host: string) => {
      if (isApisix) await admin(`ssls/${id}`, 'PUT', { type: 'server', snis: [host], ...byHand });
      else {
        await admin(`certificates/${id}`, 'PUT', { name: id, ...byHand });
        await admin(`snis/${id}`, 'PUT', { name: id, domain: host, certificates: [id] });
      }
      await eventually(async () => assert.equal((await visit(open(host.replace('*', 'any')))).what, accepted));
    };
    const open = (serverName: string, path?: string): Visit => ({
      ...{ port: given.whole.standIn.httpsPort, ca: byHand.cert, serverName },
      ...(path !== undefined && { path }),
    });
    const ruleText = async () => {
      const found = given.whole.standIn.admin('apisix/admin/global_rules', { searchParams: searchParams() });
      return await found.text();
    };
    const serve = async (
      name: string,
      spec: { hosts: readonly string[]; [field: string]: unknown },
      adopt?: string,
    ) => {
      const resource = aGateway({ name, hosts: spec.hosts, spec }) as { metadata: object };
      const annotations = adopt === undefined ? {} : { 'mtls-operator.dev/adopt': adopt };
      await given.whole.apply({ ...resource, metadata: { ...resource.metadata, annotations } });
      await given.whole.ready('mgw', name);
    };
    const clientOf = async (name: string, serverName: string): Promise<Visit> => {
      const { 'tls.crt': cert = '', 'tls.key': key = '', 'ca.crt': ca = '' } = await given.whole.secret(`${name}-curl`);
      return { ...open(serverName), ca, client: { cert, key } };
    };
    /** A connection, and a session to resume, of a client that had no need of a certificate so far. */
    const begin = async (wish: Visit) => {
      const kept = await keepConnection(wish);
      const { session, what } = await visit(wish);
      assert.deepEqual([await kept.ask(wish.path), what], [accepted, accepted]);
      return { wish, kept, session };
    };
    type Begun = Awaited<ReturnType<typeof begin>>;
    const outcomes = async ({ wish, kept, session }: Begun) => {
      const resumed = await visit({ ...wish, session });
      return { kept: await kept.ask(), resumed: resumed.what, isResumed: resumed.resumed };
    };
    const assertOutcome = (begun: Begun, what: string) =>
      eventually(async () => assert.deepEqual(await outcomes(begun), { kept: what, resumed: what, isResumed: true }));
    const revokedOf = async (name: string) => {
      const { status } = await given.whole.get<{ status?: Status }>('mgw', name);
      return status?.conditions?.find(({ type }) => type === 'Revoked');
    };
    const untilCut = async (begun: Begun, name: string) => {
      await assertOutcome(begun, refused);
      assert.notEqual((await visit(begun.wish)).what, accepted);
      assert.equal((await visit(await clientOf(name, begun.wish.serverName))).what, accepted);
    };

    before('objects by hand, and an operator that comes later', async () => {
      await serveByHand('adopted', 'adopted.test');
      await serveByHand('wild', '*.wild.test');
      await serveByHand('deep', '*.deep.test');
      await serveByHand('other', 'other.deep.test');
      const hosts = ['adopted.test', '*.deep.test'];
      const adoption = [{ namespaces: [given.whole.namespace], hosts, objects: [] }];
      await given.whole.startOperator({}, { adoption });
    });

    it('are refused at a host that was adopted, on kept and resumed connections, for an hour', async () => {
      const { whole } = given;
      const begun = await begin(open('adopted.test'));
      await serve('adopted', { hosts: ['adopted.test'] }, `${collection}/adopted`);
      await untilCut(begun, 'adopted');
      assert.match((await revokedOf('adopted'))?.message ?? '', /began without a certificate at 1 host\)/);
      await whole.assertSilent('mgw', 'adopted');
      await admin(`global_rules/${rules[profile]}`, 'DELETE');
      await assertOutcome(begun, accepted);
      await eventually(async () => {
        await whole.touch('mgw', 'adopted');
        assert.equal((await outcomes(begun)).kept, refused);
      });
      whole.clockOffset = Temporal.Duration.from({ minutes: 62 });
      await whole.touch('mgw', 'adopted');
      await eventually(async () => assert.doesNotMatch(await ruleText(), /ssl_client_verify/));
      await eventually(async () => assert.equal(await revokedOf('adopted'), undefined));
      await assertOutcome(begun, accepted);
      begun.kept.close();
      whole.clockOffset = Temporal.Duration.from({ seconds: 0 });
    });

    it('are refused at a host that a wildcard of somebody else served until then, and not at its other hosts', async () => {
      const [ours, theirs] = [await begin(open('a.wild.test')), await begin(open('b.wild.test'))];
      await serve('wild', { hosts: ['a.wild.test'] });
      await untilCut(ours, 'wild');
      await assertOutcome(theirs, accepted);
      ours.kept.close();
      theirs.kept.close();
    });

    it('are refused below a wildcard that was adopted, but for the hosts of others', async () => {
      const [ours, theirs] = [await begin(open('a.deep.test')), await begin(open('other.deep.test'))];
      await serve('deep', { hosts: ['*.deep.test'] }, `${collection}/deep`);
      await untilCut(ours, 'deep');
      await assertOutcome(theirs, accepted);
      assert.equal((await visit(open('other.deep.test'))).what, accepted);
      ours.kept.close();
      theirs.kept.close();
    });

    it('are not looked for at a host that nobody has served', async () => {
      const before = await ruleText();
      await serve('new', { hosts: ['new.test'] });
      assert.equal(await revokedOf('new'), undefined);
      assert.equal(await ruleText(), before);
    });

    it('are refused no more before the host is given up', async () => {
      const { whole } = given;
      await whole.forget();
      await whole.here(['delete', 'mgw', 'wild', '--timeout=30s']);
      const writes = await whole.gatewayWrites();
      const [rule, host] = [/ global_rules\//, new RegExp(`^DELETE ${collection}/`)].map((pattern) =>
        writes.findIndex((write) => pattern.test(write)),
      );
      assert.ok(rule !== undefined && host !== undefined && rule >= 0 && rule < host, writes.join('\n'));
      assert.equal((await visit(open('a.wild.test'))).what, accepted);
    });

    if (isApisix) {
      it('are refused where paths were exempt, and no more before they are again', async () => {
        const hosts = ['exempt.test'];
        await serve('exempt', { hosts, clientVerification: { exemptPaths: ['/healthz'] } });
        const { ca } = await clientOf('exempt', 'exempt.test');
        const begun = await begin({ ...open('exempt.test', '/healthz'), ca });
        await serve('exempt', { hosts });
        await untilCut(begun, 'exempt');
        await given.whole.forget();
        await serve('exempt', { hosts, clientVerification: { exemptPaths: ['/healthz'] } });
        const writes = await given.whole.gatewayWrites();
        assert.match(writes.join('\n'), / global_rules\/.*\n(.*\n)*PUT ssls\//);
        await eventually(async () => assert.equal((await visit(begun.wish)).what, accepted));
        begun.kept.close();
      });
    }
  });
}
