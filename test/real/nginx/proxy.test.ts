import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { aProxy, aSpec, renderSpec } from '../../nginx/specs.ts';
import { ServedConfig } from './served-config.ts';

describe('an application behind NGINX', () => {
  const served = new ServedConfig();
  const client = served.ca.issueClient();
  /** Answers with the URL that it was asked for. */
  const application = createServer((request, response) => response.end(request.url));
  const unknown = aProxy('nowhere.invalid', '/unknown');
  let known: ReturnType<typeof aProxy>;

  before(async () => {
    application.listen(0, '127.0.0.1');
    await once(application, 'listening');
    known = aProxy('127.0.0.1', '/app', (application.address() as AddressInfo).port);
  });
  after(async () => {
    application.close();
    await served.close();
  });

  for (const { how, resolvers } of [
    { how: 'when NGINX loads', resolvers: {} },
    { how: 'with each request', resolvers: { resolvers: ['127.0.0.1'] } },
  ]) {
    it(`gets path and query as they were sent, where its host is looked up ${how}`, async () => {
      const { state } = await served.serve(aSpec({ ...resolvers, locations: [known] }));
      assert.match(state, /^(re)?(started|loaded)$/);
      const result = await served.probe('/app/a%20b//c?q=%2F&r=1', client);
      assert.ok(result.kind === 'answered', JSON.stringify(result));
      assert.deepEqual([result.status, result.body], [200, '/app/a%20b//c?q=%2F&r=1']);
    });
  }

  it('keeps all of NGINX from loading where its host is unknown and nothing looks it up later', async () => {
    served.write('conf.d/mtls.conf', renderSpec(aSpec({ locations: [unknown] })));
    assert.match((await served.nginx.findFault()) ?? '', /host not found in upstream/);
  });

  it('leaves all else in service where its host is unknown and a resolver is given', async () => {
    await served.serve(aSpec({ resolvers: ['127.0.0.1'], locations: [known, unknown] }));
    const result = await served.probe('/app/x', client);
    assert.ok(result.kind === 'answered' && result.status === 200, JSON.stringify(result));
  });
});
