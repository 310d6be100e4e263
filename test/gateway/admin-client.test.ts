import assert from 'node:assert/strict';
import { type AdminCall, AdminClient } from '../../src/gateway/admin-client.ts';
import type { JsonObject } from '../../src/model/remote-object.ts';
import { AdminFiles, AdminServer, answer, type Behaviour, inTurn, patience } from './admin-server.ts';
import { failureOf, inShort } from './failures.ts';

const pair: JsonObject = { cert: 'PEM', key: '-----BEGIN PRIVATE KEY-----\nSECRET-BODY\n-----END PRIVATE KEY-----\n' };
/** A page without items, as Apache APISIX writes it. */
const emptyTable = (total: unknown, list: unknown = {}): Behaviour => answer(200, { list, total });
const page = (ids: readonly string[], total: unknown): Behaviour =>
  answer(200, { list: ids.map((id) => ({ id })), total });

describe('the client of an Admin API', () => {
  const files = new AdminFiles();
  const calls: AdminCall[] = [];
  let server: AdminServer;
  let client: AdminClient;

  before(async () => {
    server = await AdminServer.start();
    client = new AdminClient(files.config(server.url), { onCall: (call) => calls.push(call), patience });
  });
  beforeEach(() => {
    server.reset();
    calls.length = 0;
  });
  after(() => {
    server.close();
    files.remove();
  });

  const attempts = () => server.requests.length;

  describe('reading one object', () => {
    it('takes off the envelope and sends the token', async () => {
      server.behave = answer(200, { value: { id: 'a' } });
      assert.deepEqual(await client.get('api/version', { a: 1 }), { id: 'a' });
      const [request] = server.requests;
      assert.equal(request?.path, '/api/version');
      assert.deepEqual(request?.query, { a: '1' });
      assert.equal(request?.token, 'a7ee-secret');
    });

    for (const body of ['{}', 'null', '""', '[]', '', '<html>', '{"value":null}']) {
      it(`gives null for ${body === '' ? 'nothing' : body}`, async () => {
        server.behave = answer(200, body);
        assert.equal(await client.get('api/version'), null);
      });
    }
  });

  describe('asking whether objects would be taken', () => {
    const objects = [
      { kind: 'certificates', id: 'c', body: pair, writeOnly: ['key'] },
      {
        kind: 'services',
        id: 's',
        body: { upstream: { tls: { client_cert_id: 'new', verify: true } } },
        writeOnly: [],
      },
      { kind: 'ssls', id: 'new', body: pair, writeOnly: ['key'] },
    ];
    const path = '/apisix/admin/configs/validate';

    it('asks about what the call knows, without a certificate that comes with the same change', async () => {
      server.behave = answer(200, {});
      await client.validate({ gateway_group_id: 'g' }, objects);
      const [request] = server.requests;
      assert.deepEqual([request?.method, request?.path, request?.query], ['POST', path, { gateway_group_id: 'g' }]);
      assert.deepEqual(JSON.parse(String(request?.body)), {
        ssls: [{ id: 'new', ...pair }],
        services: [{ id: 's', upstream: { tls: { verify: true } } }],
      });
    });

    it('asks nothing where there is nothing that the call knows', async () => {
      await client.validate({}, objects.slice(0, 1));
      assert.equal(attempts(), 0);
    });

    for (const status of [200, 201, 403, 404, 405]) {
      it(`goes on after ${status}`, async () => {
        server.behave = answer(status, { error_msg: 'no such call' });
        await client.validate({}, objects);
        assert.equal(attempts(), 1);
      });
    }

    for (const { name, body, says } of [
      {
        name: 'names what would be refused',
        body: { errors: [{ resource_type: 'services', error: 'SECRET-BODY' }] },
        says: 'services',
      },
      { name: 'says so without names too', body: 'SECRET-BODY', says: 'the objects' },
    ]) {
      it(`${name}, and quotes nothing`, async () => {
        server.behave = answer(400, body);
        const failure = await failureOf(client.validate({}, objects));
        assert.equal(failure.reason, 'GatewayRejected');
        const sentence = `The gateway default would reject ${says}; this was found by validation, and nothing was changed`;
        assert.equal(failure.message, sentence);
      });
    }
  });

  describe('reading a list', () => {
    for (const { name, pages, want } of [
      { name: 'an empty one', pages: [page([], 0)], want: [] },
      { name: 'an empty one that is an empty table of Lua', pages: [emptyTable(0)], want: [] },
      { name: 'one page', pages: [page(['a', 'b'], 2)], want: ['a', 'b'] },
      {
        name: 'pages until the total',
        pages: [page(['a', 'b'], 5), page(['c', 'd'], 5), page(['e'], 5)],
        want: [...'abcde'],
      },
      {
        name: 'an object that slipped to the next page once',
        pages: [page(['a', 'b'], 3), page(['b', 'c'], 3)],
        want: [...'abc'],
      },
      {
        name: 'one that grows while it is read, newest last',
        pages: [page(['a', 'b'], 3), page(['c', 'd'], 4)],
        want: [...'abcd'],
      },
      {
        name: 'one that grows while it is read, newest first',
        pages: [page(['c', 'b'], 3), page(['b', 'a'], 4)],
        want: [...'cba'],
      },
    ]) {
      it(`takes ${name}, each object once`, async () => {
        server.behave = inTurn(...pages);
        const list = await client.list('apisix/admin/snis', { gateway_group_id: '1' });
        assert.deepEqual(
          list.map(({ id }) => id),
          want,
        );
        assert.deepEqual(
          server.requests.map(({ query }) => query),
          pages.map((_, index) => ({ gateway_group_id: '1', page: String(index + 1), page_size: '500' })),
        );
      });
    }

    for (const { name, behindTheEnd } of [
      { name: 'is an empty table of Lua', behindTheEnd: emptyTable(4) },
      { name: 'is an empty array', behindTheEnd: page([], 4) },
    ]) {
      it(`begins again where one was made anew meanwhile, and the page past the end ${name}`, async () => {
        const small = new AdminClient(files.config(server.url), { patience, pageSize: 2 });
        // After the first page `a` was removed and made again: the last one, so that `c` slipped to a page that was read.
        const slipped = [page(['a', 'b'], 4), page(['d', 'a'], 4), behindTheEnd];
        server.behave = inTurn(...slipped, page(['b', 'c'], 4), page(['d', 'a'], 4));
        const list = await small.list('apisix/admin/ssls');
        assert.deepEqual(
          list.map(({ id }) => id),
          [...'bcda'],
        );
      });
    }

    it('begins again where it shrank between two pages, and so hid one', async () => {
      server.behave = inTurn(page(['a', 'b'], 4), page(['d'], 3), page(['b', 'c'], 3), page(['d'], 3));
      const list = await client.list('apisix/admin/snis');
      assert.deepEqual(
        list.map(({ id }) => id),
        [...'bcd'],
      );
    });

    for (const { name, pages } of [
      { name: 'ends before its total', pages: [page(['a', 'b'], 3), page([], 3)] },
      { name: 'gives the same page for ever', pages: [page(['a', 'b'], 5)] },
      {
        name: 'shrinks between two pages, and so hides one, again and again',
        pages: Array.from({ length: 3 }, () => [page(['a', 'b'], 4), page(['d'], 3)]).flat(),
      },
      { name: 'has no total', pages: [page(['a'], undefined)] },
      { name: 'has a text as total', pages: [page(['a'], '1')] },
      { name: 'is none', pages: [answer(200, { list: null, total: 0 })] },
      { name: 'is an empty table though its total says that there is something', pages: [emptyTable(1)] },
      { name: 'is an empty table of no total', pages: [emptyTable(undefined)] },
      { name: 'is a table that is not empty', pages: [emptyTable(0, { 1: { id: 'a' } })] },
      { name: 'has an item without an id', pages: [answer(200, { list: [{ name: 'a' }], total: 1 })] },
      { name: 'has an item that is no object', pages: [answer(200, { list: ['a'], total: 1 })] },
      { name: 'is a page of HTML', pages: [answer(200, '<html>SECRET-BODY</html>')] },
      { name: 'is empty', pages: [answer(200, '')] },
    ]) {
      it(`fails where it ${name}, and never gives a shorter list`, async () => {
        server.behave = inTurn(...pages);
        const failure = await failureOf(client.list('apisix/admin/snis'));
        assert.equal(inShort(failure), 'transient GatewayError');
        assert.match(failure.message, /returned an incomplete list of apisix\/admin\/snis$/);
      });
    }
  });

  describe('reading a list that a version may not have', () => {
    const list = () => client.listIfThere('apisix/admin/ssls');

    it('gives nothing for 404', async () => {
      server.behave = answer(404, { error_msg: '404 page not found' });
      assert.deepEqual(await list(), []);
      assert.equal(attempts(), 1);
    });

    it('gives what is there', async () => {
      server.behave = page(['a'], 1);
      assert.deepEqual(await list(), [{ id: 'a' }]);
    });

    for (const { behave, want } of [
      { behave: answer(403), want: 'transient GatewayUnauthorized' },
      { behave: answer(500), want: 'transient GatewayError' },
      { behave: page(['a'], 2), want: 'transient GatewayError' },
    ]) {
      it(`tells it apart from ${want}`, async () => {
        server.behave = behave;
        assert.equal(inShort(await failureOf(list())), want);
      });
    }

    it('is no excuse for one that every version has', async () => {
      server.behave = answer(404);
      assert.equal(inShort(await failureOf(client.list('apisix/admin/snis'))), 'transient GatewayError');
    });
  });

  describe('an answer that says no', () => {
    const read = () => client.get('apisix/admin/certificates/a');
    const write = () => client.put('apisix/admin/certificates/a', {}, pair);
    const remove = () => client.delete('apisix/admin/certificates/a', {});
    for (const { status, call, want, repeated = false } of [
      { status: 302, call: read, want: 'transient GatewayError' },
      { status: 304, call: read, want: 'transient GatewayError' },
      { status: 400, call: write, want: 'permanent GatewayRejected' },
      { status: 400, call: read, want: 'transient GatewayError' },
      { status: 400, call: remove, want: 'transient GatewayError' },
      { status: 401, call: read, want: 'transient GatewayUnauthorized' },
      { status: 403, call: write, want: 'transient GatewayUnauthorized' },
      { status: 404, call: read, want: 'transient GatewayError' },
      { status: 409, call: write, want: 'permanent GatewayRejected' },
      { status: 413, call: write, want: 'transient GatewayError' },
      { status: 422, call: write, want: 'permanent GatewayRejected' },
      { status: 429, call: write, want: 'transient GatewayError', repeated: true },
      { status: 500, call: write, want: 'transient GatewayError' },
      { status: 503, call: remove, want: 'transient GatewayError', repeated: true },
    ]) {
      it(`${status} on ${call.name} is ${want}${repeated ? ', after three attempts' : ''}`, async () => {
        server.behave = ({ body }, response) => {
          response.writeHead(status).end(JSON.stringify({ error_msg: `bad SECRET-BODY: ${body}` }));
        };
        const failure = await failureOf(call());
        assert.equal(inShort(failure), want);
        assert.match(failure.message, /apisix\/admin\/certificates\/a/);
        assert.equal(attempts(), repeated ? 3 : 1);
      });
    }

    it('is a success where what shall be removed is gone', async () => {
      server.behave = answer(404, { error_msg: 'not found' });
      await remove();
    });

    for (const body of ['""', '', '{"value":{}}', '<html>']) {
      it(`is none in a 200 with the body ${body === '' ? 'of nothing' : body}`, async () => {
        server.behave = answer(200, body);
        await write();
        await remove();
        assert.deepEqual(
          server.requests.map(({ method }) => method),
          ['PUT', 'DELETE'],
        );
      });
    }
  });

  describe('what passes by itself', () => {
    const hangUp: Behaviour = (_, response) => response.destroy();
    const halfWay = (headers: Readonly<Record<string, string>>): Behaviour => {
      return (_, response) => {
        response.writeHead(200, headers);
        response.write('{"value":', () => response.destroy());
      };
    };
    const announced = halfWay({ 'content-length': '100' });
    const chunked = halfWay({ 'transfer-encoding': 'chunked' });
    for (const { name, first } of [
      { name: '429 with Retry-After', first: answer(429, {}, { 'retry-after': '0' }) },
      { name: '503 value changed before overwritten', first: answer(503, { error_msg: 'value changed' }) },
      { name: 'a connection that closes without an answer', first: hangUp },
      { name: 'a connection that closes in the middle of an answer', first: announced },
      { name: 'a connection that closes between two chunks of an answer', first: chunked },
    ]) {
      it(`is repeated: ${name}`, async () => {
        server.behave = inTurn(first, answer(200, { value: 'after' }));
        assert.equal(await client.get('api/version'), 'after');
        assert.equal(attempts(), 2);
      });
    }

    for (const { name, behave } of [
      { name: 'without an answer', behave: hangUp },
      { name: 'in the middle of an answer', behave: announced },
      { name: 'between two chunks of an answer', behave: chunked },
    ]) {
      it(`is a failure where every connection closes ${name}`, async () => {
        server.behave = behave;
        const failure = await failureOf(client.put('apisix/admin/certificates/a', {}, pair));
        assert.equal(inShort(failure), 'transient GatewayUnreachable');
        assert.equal(attempts(), 3);
      });
    }

    it('is not waited for longer than an attempt may take', async () => {
      server.behave = answer(429, {}, { 'retry-after': '3600' });
      assert.equal(inShort(await failureOf(client.get('api/version'))), 'transient GatewayError');
      assert.equal(attempts(), 1);
    });

    it('repeats a write with the same body', async () => {
      server.behave = inTurn(answer(503), answer(200));
      await client.put('apisix/admin/certificates/a', {}, pair);
      assert.deepEqual(
        server.requests.map(({ body }) => JSON.parse(body)),
        [pair, pair],
      );
    });

    it('is counted with every answer', async () => {
      server.behave = inTurn(answer(503), answer(200));
      await client.delete('apisix/admin/certificates/a', {});
      const call = { gateway: 'default', method: 'DELETE' };
      assert.deepEqual(calls, [
        { ...call, status: 503 },
        { ...call, status: 200 },
      ]);
    });
  });

  describe('an answer that does not come', () => {
    const short = { ...patience, attempt: Temporal.Duration.from({ milliseconds: 500 }) };
    for (const { name, behave } of [
      { name: 'at all', behave: () => {} },
      {
        name: 'to an end',
        behave: ((_, response) => {
          const drip = setInterval(() => response.write(' '), 10);
          response.on('close', () => clearInterval(drip));
        }) satisfies Behaviour,
      },
    ]) {
      it(`${name} is given up, and the write is not repeated: it may still land`, async () => {
        server.behave = behave;
        const impatient = new AdminClient(files.config(server.url), { patience: short });
        const failure = await failureOf(impatient.put('apisix/admin/certificates/a', {}, pair));
        assert.equal(inShort(failure), 'transient GatewayUnreachable');
        assert.equal(failure.message, 'The Admin API of the gateway default does not answer (ETIMEDOUT)');
        assert.equal(attempts(), 1);
      });
    }
  });
});
