import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { AdminClient } from '../../src/gateway/admin-client.ts';
import { AdminFiles, AdminServer, answer, patience } from './admin-server.ts';

const megabyte = 1024 * 1024;
/** Far more than an answer takes, also on a machine that is busy. */
const ample = { ...patience, attempt: Temporal.Duration.from({ seconds: 30 }) };

describe('the answer of an Admin API', () => {
  const files = new AdminFiles();
  let server: AdminServer;
  let client: AdminClient;

  before(async () => {
    server = await AdminServer.start();
    client = new AdminClient(files.config(server.url), { patience: ample, largestAnswer: megabyte });
  });
  beforeEach(() => server.reset());
  after(() => {
    server.close();
    files.remove();
  });

  it('is given up at its bound where it has no end, and not asked for again', async () => {
    const part = Buffer.alloc(64 * 1024, ' ');
    let sent = 0;
    server.behave = (_, response) => {
      const more = () => {
        while (!response.destroyed && response.write(part)) sent += part.length;
      };
      response.on('drain', more);
      more();
    };
    await assert.rejects(client.get('api/version'), { class: 'transient', reason: 'GatewayAnswerTooLarge' });
    assert.equal(server.requests.length, 1);
    assert.ok(sent < 32 * megabyte, `${sent}`);
  });

  it('is given up when its time is over where it comes drop by drop', async () => {
    const drops: NodeJS.Timeout[] = [];
    server.behave = (_, response) => {
      response.write('{');
      drops.push(setInterval(() => response.write(' '), 20));
    };
    const hasty = new AdminClient(files.config(server.url), { patience, largestAnswer: megabyte });
    await assert.rejects(hasty.get('api/version'), { reason: 'GatewayUnreachable' });
    for (const drop of drops) clearInterval(drop);
  });

  it('is not unpacked: what is small on the way may be large here', async () => {
    const bomb = gzipSync(`{"value":"${' '.repeat(16 * megabyte)}"}`);
    assert.ok(bomb.length < megabyte);
    server.behave = (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    assert.equal(await client.get('api/version'), null);
  });

  /** `count` objects of `size` letters, page by page. */
  const serve = (count: number, size: number) => {
    server.behave = (request, ...rest) => {
      const [page, length] = [Number(request.query['page']), Number(request.query['page_size'])];
      const ids = Array.from({ length: count }, (_, index) => `${index}`).slice((page - 1) * length, page * length);
      answer(200, { list: ids.map((id) => ({ id, text: 'x'.repeat(size) })), total: count })(request, ...rest);
    };
  };
  const sizes = () => [...new Set(server.requests.map(({ query }) => query['page_size']))];

  it('is asked for in smaller pages where the objects of a list are large', async () => {
    serve(100, megabyte / 20);
    assert.equal((await client.list('apisix/admin/services')).length, 100);
    assert.deepEqual(sizes(), ['500', '63', '10']);
  });

  it('is given up where the pages of a list are larger together than 8 answers may be', async () => {
    serve(100, megabyte / 12);
    await assert.rejects(client.list('apisix/admin/services'), { reason: 'GatewayError' });
    assert.deepEqual(sizes(), ['500', '63', '10']);
  });

  it('is given up where ten objects are larger than an answer may be, which are the fewest of a page', async () => {
    serve(100, megabyte / 8);
    await assert.rejects(client.list('apisix/admin/services'), { reason: 'GatewayAnswerTooLarge' });
    assert.deepEqual(sizes(), ['500', '63', '10']);
  });
});
