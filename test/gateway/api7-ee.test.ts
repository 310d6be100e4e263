import assert from 'node:assert/strict';
import { AdminClient } from '../../src/gateway/admin-client.ts';
import { api7EeGroup } from '../../src/gateway/api7-ee/api7-ee.ts';
import type { GatewayGroup, OpenGroup } from '../../src/gateway/gateway-group.ts';
import type { Owner } from '../../src/model/gateway-state.ts';
import { idPrefix, ownerLabels } from '../../src/model/ownership.ts';
import type { DesiredObject, JsonObject } from '../../src/model/remote-object.ts';
import { AdminFiles, type AdminRequest, AdminServer, answer, type Behaviour, patience } from './admin-server.ts';
import { ChangingList } from './changing-list.ts';
import { failureOf, inShort } from './failures.ts';

const owner: Owner = { cluster: 'c', kind: 'MtlsUpstream', namespace: 'shop', name: 'web', uid: 'u' };

/** What a control plane says, by path; what is not here is an empty list. */
type ControlPlane = Readonly<Record<string, JsonObject | readonly JsonObject[]>>;

const groups = [
  { id: 'g-2', name: 'default-2' },
  { id: 'g-1', name: 'default' },
  { id: 'g-3', name: 'my default' },
];
const usual: ControlPlane = { '/api/version': { value: '3.10.1' }, '/api/gateway_groups': groups };

function controlPlane(says: ControlPlane): Behaviour {
  return (request, response, seen) => {
    const said = says[keyOf(request)] ?? [];
    const body = Array.isArray(said) ? { list: said, total: said.length } : said;
    answer(200, request.method === 'GET' ? body : '""')(request, response, seen);
  };
}

/** Routes are asked for by service. */
function keyOf({ path, query }: AdminRequest): string {
  return query['service_id'] === undefined ? path : `${path}?service_id=${query['service_id']}`;
}

describe('a gateway group of API7 Enterprise', () => {
  const files = new AdminFiles();
  let server: AdminServer;
  let gateway: GatewayGroup;

  before(async () => {
    server = await AdminServer.start();
  });
  beforeEach(() => {
    server.reset();
    server.behave = controlPlane(usual);
    gateway = groupOf('default');
  });
  after(() => {
    server.close();
    files.remove();
  });

  const groupOf = (group: string, pageSize?: number) => {
    const config = files.config(server.url);
    const options = pageSize === undefined ? { patience } : { patience, pageSize };
    return api7EeGroup(config, group, new AdminClient(config, options));
  };
  const requests = () => server.requests.map((request) => `${request.method} ${keyOf(request)}`);

  describe('is spoken to as its version wants', () => {
    for (const { version, want } of [
      { version: '3.6', want: 'snis' },
      { version: '3.6.0', want: 'snis' },
      { version: 'v3.6.1', want: 'snis' },
      { version: '3.10.1', want: 'snis' },
      { version: '3.100', want: 'snis' },
      { version: '4.0', want: 'snis' },
      { version: '10.0.0', want: 'snis' },
      { version: 'dev', want: 'snis' },
      { version: '3.5', want: 'ssls' },
      { version: '3.5.99', want: 'ssls' },
      { version: '3.2', want: 'ssls' },
      { version: '3.1', want: 'permanent GatewayVersionUnsupported' },
      { version: '2.13.2411', want: 'permanent GatewayVersionUnsupported' },
      { version: 'latest', want: 'transient GatewayError' },
      { version: '', want: 'transient GatewayError' },
      { version: '36', want: 'transient GatewayError' },
      { version: null, want: 'transient GatewayError' },
      { version: { major: 3, minor: 6 }, want: 'transient GatewayError' },
    ]) {
      it(`${JSON.stringify(version)}: ${want}`, async () => {
        server.behave = controlPlane({ ...usual, '/api/version': { value: version } });
        if (isKind(want)) return assert.ok((await gateway.open()).dialect.kinds.includes(want));
        assert.equal(inShort(await failureOf(gateway.open())), want);
        assert.deepEqual(requests(), ['GET /api/version']);
      });
    }
  });

  describe('is found by its exact name', () => {
    it('among those that the search finds too', async () => {
      assert.equal((await gateway.open()).groupId, 'g-1');
      const { name, search } = server.requests.at(-1)?.query ?? {};
      assert.deepEqual([name, search], ['default', 'default']);
    });

    for (const group of ['defaul', 'Default', 'default ', 'g-1']) {
      it(`and so not as ${JSON.stringify(group)}`, async () => {
        const failure = await failureOf(groupOf(group).open());
        assert.equal(inShort(failure), 'permanent GatewayGroupNotFound');
        assert.ok(failure.message.endsWith(`no gateway group named ${group}`));
      });
    }

    it('anew each time: one that was made again has another id', async () => {
      await gateway.open();
      server.behave = controlPlane({ ...usual, '/api/gateway_groups': [{ id: 'g-9', name: 'default' }] });
      const open = await gateway.open();
      await open.remove({ kind: 'snis', id: 'a' });
      assert.equal(server.requests.at(-1)?.query['gateway_group_id'], 'g-9');
    });

    describe('or is said by its admin key', () => {
      const withGroupKey = (group: string, change = {}) => {
        const config = files.config(server.url, { tokenFile: files.write('group-key', 'a7adm-key'), ...change });
        return api7EeGroup(config, group, new AdminClient(config, { patience }));
      };

      it('which is never looked up nor named', async () => {
        const open = await withGroupKey('default').open();
        await open.observe();
        await open.remove({ kind: 'snis', id: 'a' });
        assert.equal(open.groupId, undefined);
        assert.ok(server.requests.every(({ query }) => query['gateway_group_id'] === undefined));
        assert.ok(!requests().includes('GET /api/gateway_groups'));
      });

      for (const { group, change, want } of [
        { group: 'default', change: {}, want: 'opens' },
        { group: 'other', change: {}, want: 'permanent GatewayGroupNotFound' },
        { group: 'edge', change: { group: 'edge' }, want: 'opens' },
        { group: 'default', change: { group: 'edge' }, want: 'permanent GatewayGroupNotFound' },
      ]) {
        it(`so that ${group} ${want} where the configuration says ${change.group ?? 'nothing'}`, async () => {
          const opening = withGroupKey(group, change).open();
          if (want !== 'opens') return assert.equal(inShort(await failureOf(opening)), want);
          await opening;
        });
      }
    });
  });

  describe('is observed', () => {
    const labels = ownerLabels(owner);
    const service = `${idPrefix(owner)}-service`;

    it('whole, in the order in which objects are made', async () => {
      server.behave = controlPlane({
        ...usual,
        '/apisix/admin/ca_certificates': [{ id: 'ca', labels }],
        '/apisix/admin/certificates': [{ id: 'server', labels: { ...labels, odd: 1 } }],
        '/apisix/admin/snis': [{ id: 'sni', domain: 'test.com' }],
        '/apisix/admin/services': [{ id: service, labels }],
        [`/apisix/admin/routes?service_id=${service}`]: [{ id: 'route', labels: null }],
      });
      const observed = await (await gateway.open()).observe();
      assert.deepEqual(
        observed.map(({ kind, id, claims, labels }) => ({ kind, id, claims, labels })),
        [
          { kind: 'ca_certificates', id: 'ca', claims: undefined, labels },
          { kind: 'certificates', id: 'server', claims: undefined, labels },
          { kind: 'snis', id: 'sni', claims: ['test.com'], labels: {} },
          { kind: 'services', id: service, claims: undefined, labels },
          { kind: 'routes', id: 'route', claims: undefined, labels: {} },
        ],
      );
      const inGroup = server.requests.filter(({ path }) => path.startsWith('/apisix/'));
      assert.ok(inGroup.every(({ query }) => query['gateway_group_id'] === 'g-1'));
    });

    it('without the routes of other services, however many there are', async () => {
      const foreign = Array.from({ length: 50 }, (_, index) => ({ id: `theirs-${index}`, labels: { team: 'x' } }));
      server.behave = controlPlane({
        ...usual,
        '/apisix/admin/services': [...foreign, { id: service, labels }, { id: 'copy', labels }],
      });
      await (await gateway.open()).observe();
      assert.deepEqual(
        requests().filter((request) => request.includes('/routes')),
        [`GET /apisix/admin/routes?service_id=${service}`],
      );
    });

    describe('with the ssls that take names from SNIs', () => {
      const idOfOurs = { 'mtls-operator.dev/id': 'mtls-1-server' };
      const sni = { id: 'sni', domain: 'a.test', certificates: ['server', 'second'], labels };
      const certificates = [
        { id: 'server', cert: 'PEM\n', labels },
        { id: 'second', cert: 'SECOND' },
      ];
      const seen = async (...ssls: readonly JsonObject[]) => {
        server.behave = controlPlane({
          ...usual,
          '/apisix/admin/certificates': certificates,
          '/apisix/admin/snis': [sni],
          '/apisix/admin/ssls': ssls,
        });
        const observed = await (await gateway.open()).observe();
        return observed
          .filter(({ kind }) => kind === 'ssls')
          .map(({ id, claims, labels, rivals }) => ({ id, claims, labels, rivals }));
      };

      it('as their rivals, which nobody owns', async () => {
        const ssl = { id: 'x', type: 'server', snis: ['A.test', 'b.test'], cert: 'OTHER', labels: { team: 'x' } };
        const want = { id: 'x', claims: ['a.test', 'b.test'], labels: { team: 'x' }, rivals: 'snis' };
        assert.deepEqual(await seen(ssl), [want]);
        const inGroup = server.requests.filter(({ path }) => path === '/apisix/admin/ssls');
        assert.deepEqual(
          inGroup.map(({ query }) => query['gateway_group_id']),
          ['g-1'],
        );
      });

      for (const { what, ssl, found } of [
        { what: 'shows what the SNI of its name shows', ssl: { snis: ['a.test'], cert: 'PEM' }, found: false },
        { what: 'shows the second certificate of that', ssl: { snis: ['a.test'], cert: 'SECOND' }, found: false },
        { what: 'shows another certificate', ssl: { snis: ['a.test'], cert: 'THIRD' }, found: true },
        { what: 'has one more name', ssl: { snis: ['a.test', 'b.test'], cert: 'PEM' }, found: true },
        { what: 'takes no name, as a client certificate', ssl: { type: 'client', cert: 'PEM' }, found: false },
      ]) {
        it(`${found ? 'and' : 'but not'} one that ${what}`, async () => {
          assert.equal((await seen({ id: 'x', ...ssl })).length, found ? 1 : 0);
        });
      }

      it('and one of ours from before an upgrade under its own id', async () => {
        const ssl = { id: 'old', snis: ['b.test'], cert: 'PEM', labels: { ...labels, ...idOfOurs } };
        assert.deepEqual(await seen(ssl), [{ id: 'old', claims: ['b.test'], labels: ssl.labels, rivals: 'snis' }]);
      });

      it('where the version has such a collection', async () => {
        const healthy = controlPlane({ ...usual, '/apisix/admin/snis': [sni] });
        server.behave = (request, response, seen) => {
          const behave = request.path.endsWith('/ssls') ? answer(404) : healthy;
          behave(request, response, seen);
        };
        const observed = await (await gateway.open()).observe();
        assert.deepEqual(
          observed.map(({ id }) => id),
          ['sni'],
        );
      });

      it('but asks a version for them once that has nothing else', async () => {
        server.behave = controlPlane({ ...usual, '/api/version': { value: '3.3.2' } });
        await (await gateway.open()).observe();
        assert.equal(server.requests.filter(({ path }) => path === '/apisix/admin/ssls').length, 1);
      });
    });

    const inTurnOf = (id: string) => (list: ChangingList) => {
      if (list.remove(id)) list.make('new');
    };
    for (const { what, kept, change, pages } of [
      { what: 'one is edited', kept: 'abcde', change: (list: ChangingList) => list.edit('a'), pages: '123' },
      { what: 'one is made', kept: 'abcde', change: (list: ChangingList) => list.make('new'), pages: '123' },
      { what: 'the newest goes and another is made', kept: 'abcd', change: inTurnOf('e'), pages: '123' },
      // Its place is missed at the end: the list is begun again.
      { what: 'the oldest goes and another is made', kept: 'bcde', change: inTurnOf('a'), pages: '1234123' },
    ]) {
      it(`whole where between two pages ${what}`, async () => {
        const healthy = controlPlane(usual);
        const list = new ChangingList([...'abcde'], change);
        server.behave = (request, response, seen) => {
          const behave = request.path.endsWith('/certificates') ? list.behave : healthy;
          behave(request, response, seen);
        };
        const observed = await (await groupOf('default', 2).open()).observe();
        const ids = observed.map(({ id }) => id);
        assert.deepEqual(
          [...kept].filter((id) => !ids.includes(id)),
          [],
        );
        const asked = server.requests.filter(({ path }) => path.endsWith('/certificates'));
        assert.equal(asked.map(({ query }) => query['page']).join(''), pages);
      });
    }

    for (const collection of ['ca_certificates', 'certificates', 'snis', 'ssls', 'services']) {
      it(`not at all where ${collection} cannot be read whole`, async () => {
        const healthy = controlPlane(usual);
        server.behave = (request, response, seen) => {
          const broken = request.path.endsWith(`/${collection}`);
          const behave = broken ? answer(200, { list: [], total: 1 }) : healthy;
          behave(request, response, seen);
        };
        const failure = await failureOf((await gateway.open()).observe());
        assert.equal(inShort(failure), 'transient GatewayError');
        assert.match(failure.message, new RegExp(`/${collection}$`));
      });
    }
  });

  describe('is written', () => {
    const object: DesiredObject = { kind: 'snis', id: 'mtls-1', body: { domain: 'test.com' }, writeOnly: [] };

    it('by a PUT to the id of the object in the group', async () => {
      await (await gateway.open()).put(object);
      const { method, path, query, body } = server.requests.at(-1) ?? {};
      assert.deepEqual(
        { method, path, query, body: JSON.parse(body ?? '') },
        {
          method: 'PUT',
          path: '/apisix/admin/snis/mtls-1',
          query: { gateway_group_id: 'g-1' },
          body: { domain: 'test.com' },
        },
      );
    });

    it('by a DELETE, for which an object that is gone is removed', async () => {
      const healthy = controlPlane(usual);
      server.behave = (request, response, seen) => {
        const behave = request.method === 'DELETE' ? answer(404, { error_msg: 'not found' }) : healthy;
        behave(request, response, seen);
      };
      await (await gateway.open()).remove(object);
      assert.equal(requests().at(-1), 'DELETE /apisix/admin/snis/mtls-1');
    });

    it('by a POST where the control plane makes nothing at an id of ours, and is found again by a label', async () => {
      const made: JsonObject[] = [];
      server.behave = (request, response, seen) => {
        if (request.method === 'POST') {
          made.push({ ...JSON.parse(request.body), id: `theirs-${made.length}` });
          return answer(200, { value: made.at(-1) })(request, response, seen);
        }
        if (request.method === 'PUT' && !/\/theirs-\d+$/.test(request.path))
          return answer(404)(request, response, seen);
        const found = made.filter(({ domain }) => domain === undefined);
        controlPlane({ ...usual, '/apisix/admin/certificates': found })(request, response, seen);
      };
      const labels = ownerLabels(owner);
      const certificate = { kind: 'certificates', id: 'mtls-1-server', body: { cert: 'PEM', labels }, writeOnly: [] };
      const sni = {
        kind: 'snis',
        id: 'mtls-1-sni',
        body: { domain: 'a.test', certificates: ['mtls-1-server'], labels },
      };
      const open = await gateway.open();
      await open.put(certificate);
      await open.put({ ...sni, writeOnly: [] });
      assert.deepEqual(made[1]?.['certificates'], ['theirs-0'], 'a reference names what is there');

      const again = groupOf('default');
      const reopened = await again.open();
      const [seen] = await reopened.observe();
      assert.deepEqual([seen?.id, seen?.body['id']], ['mtls-1-server', 'mtls-1-server']);
      await reopened.put(certificate);
      await reopened.remove(certificate);
      assert.deepEqual(requests().slice(-2), [
        'PUT /apisix/admin/certificates/theirs-0',
        'DELETE /apisix/admin/certificates/theirs-0',
      ]);
    });

    describe('under ids of the control plane, which', () => {
      const labels = ownerLabels(owner);
      const certificate = { kind: 'certificates', id: 'mtls-1-server', body: { cert: 'PEM', labels }, writeOnly: [] };
      const listed = (id: string) => ({ id, labels: { ...labels, 'mtls-operator.dev/id': certificate.id } });
      const lists = (...ids: readonly string[]) => {
        const list = ids.map((id) => (id === certificate.id ? { id, labels } : listed(id)));
        return answer(200, { list, total: list.length });
      };
      /** Makes nothing at an id of ours, but `made`; `list` answers for the certificates. */
      const choosingIds = (made: string, list: Behaviour): Behaviour => {
        const collection = '/apisix/admin/certificates';
        const behaviours: Readonly<Record<string, Behaviour>> = {
          [`GET ${collection}`]: list,
          [`POST ${collection}`]: answer(200, { value: { id: made } }),
          [`PUT ${collection}/${certificate.id}`]: answer(404),
        };
        return (request, response, seen) => {
          const behave = behaviours[`${request.method} ${request.path}`] ?? controlPlane(usual);
          behave(request, response, seen);
        };
      };
      /** Certificates that a reading gives, which is answered when `work` is done. */
      const seenAround = async (open: OpenGroup, made: string, list: Behaviour, work: () => Promise<unknown>) => {
        const [asked, done] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
        server.behave = choosingIds(made, (...request) => {
          asked.resolve();
          void done.promise.then(() => list(...request));
        });
        const reading = open.observe();
        await asked.promise;
        await work();
        done.resolve();
        return (await reading).map(({ id }) => id);
      };

      it('are known also where a reading that began before they were given ends after it', async () => {
        const open = await gateway.open();
        assert.deepEqual(await seenAround(open, 'theirs-0', lists(), () => open.put(certificate)), []);
        await open.put(certificate);
        await open.remove(certificate);
        assert.deepEqual(requests().slice(-2), [
          'PUT /apisix/admin/certificates/theirs-0',
          'DELETE /apisix/admin/certificates/theirs-0',
        ]);
      });

      it('are those of what was made while a reading shows another object', async () => {
        const open = await gateway.open();
        const seen = await seenAround(open, 'theirs-1', lists('theirs-0'), () => open.put(certificate));
        assert.deepEqual(seen, ['theirs-0']);
        await open.remove(certificate);
        assert.equal(requests().at(-1), 'DELETE /apisix/admin/certificates/theirs-1');
      });

      it('are forgotten where a reading that began after it shows nothing there', async () => {
        server.behave = choosingIds('theirs-0', lists());
        const open = await gateway.open();
        await open.put(certificate);
        await open.observe();
        await open.remove(certificate);
        assert.equal(requests().at(-1), 'DELETE /apisix/admin/certificates/mtls-1-server');
      });

      it('are those of the reading that began last, whichever ends last', async () => {
        const open = await gateway.open();
        await seenAround(open, 'theirs-0', lists(), async () => {
          await open.put(certificate);
          server.behave = choosingIds('theirs-1', lists('theirs-0'));
          await open.observe();
        });
        await open.remove(certificate);
        assert.equal(requests().at(-1), 'DELETE /apisix/admin/certificates/theirs-0');
      });

      for (const { which, before, now, want, kept } of [
        {
          which: 'the first',
          before: [],
          now: ['theirs-0', 'theirs-1'],
          want: ['mtls-1-server', 'theirs-1'],
          kept: 'theirs-0',
        },
        {
          which: 'the one that was known before',
          before: ['theirs-1'],
          now: ['theirs-0', 'theirs-1'],
          want: ['theirs-0', 'mtls-1-server'],
          kept: 'theirs-1',
        },
        {
          which: 'the one that is there under our id',
          before: ['theirs-0'],
          now: ['theirs-0', 'mtls-1-server'],
          want: ['theirs-0', 'mtls-1-server'],
          kept: 'mtls-1-server',
        },
      ]) {
        it(`are of two objects for one of ours those of ${which}, and the other one can be removed`, async () => {
          server.behave = choosingIds('theirs-9', lists(...before));
          const open = await gateway.open();
          await open.observe();
          server.behave = choosingIds('theirs-9', lists(...now));
          const seen = await open.observe();
          assert.deepEqual(
            seen.map(({ id }) => id),
            want,
          );
          for (const ref of seen) await open.remove(ref);
          const removed = now.map((id) => `DELETE /apisix/admin/certificates/${id}`);
          assert.deepEqual(requests().slice(-2), removed);
          await open.remove(certificate);
          assert.equal(requests().at(-1), `DELETE /apisix/admin/certificates/${kept}`);
        });
      }
    });

    it('never where the group is not there', async () => {
      server.behave = controlPlane({ ...usual, '/api/gateway_groups': [] });
      assert.equal(inShort(await failureOf(gateway.open())), 'permanent GatewayGroupNotFound');
      assert.ok(requests().every((request) => request.startsWith('GET ')));
    });
  });
});

const isKind = (text: string) => text === 'snis' || text === 'ssls';
