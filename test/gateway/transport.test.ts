import assert from 'node:assert/strict';
import { createServer as createPlainServer, setGlobalProxyFromEnv } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GatewayConfig } from '../../src/api/operator-config.ts';
import { AdminClient } from '../../src/gateway/admin-client.ts';
import { AdminFiles, AdminServer, answer, ca, otherCa, patience } from './admin-server.ts';
import { failureOf, inShort } from './failures.ts';

const wellBehaved = answer(200, { value: 'reached' });

describe('the way to an Admin API', () => {
  const files = new AdminFiles();
  const servers: AdminServer[] = [];
  after(() => {
    for (const server of servers) server.close();
    files.remove();
  });

  const serve = async (...options: Parameters<typeof AdminServer.start>) => {
    const server = await AdminServer.start(...options);
    server.behave = wellBehaved;
    servers.push(server);
    return server;
  };
  const reach = (url: string, change: Partial<GatewayConfig> = {}) =>
    new AdminClient(files.config(url, change), { patience }).get('api/version');
  const shows = (wish: Parameters<typeof ca.issue>[0], by = ca) => {
    const { chainPem, keyPem } = by.issue(wish);
    return { cert: chainPem, key: keyPem };
  };
  const onLoopback = { subjectAltName: 'IP:127.0.0.1' };

  describe('is taken only with the certificate that is configured', () => {
    for (const { name, options, config = {}, want } of [
      { name: 'the right one', options: shows(onLoopback), want: 'reached' },
      {
        name: 'one for serverName where the address is in none',
        options: shows({ subjectAltName: 'DNS:admin.example' }),
        config: { serverName: 'admin.example' },
        want: 'reached',
      },
      { name: 'one of another CA', options: shows(onLoopback, otherCa), want: 'transient GatewayUntrusted' },
      { name: 'one that has expired', options: shows({ ...onLoopback, days: -1 }), want: 'transient GatewayUntrusted' },
      {
        name: 'one for another name',
        options: shows({ subjectAltName: 'DNS:admin.example' }),
        want: 'transient GatewayUntrusted',
      },
      {
        name: 'one for the address where serverName says another name',
        options: shows(onLoopback),
        config: { serverName: 'admin.example' },
        want: 'transient GatewayUntrusted',
      },
      {
        name: 'one for clients only',
        options: shows({ ...onLoopback, extendedKeyUsage: 'clientAuth' }),
        want: 'transient GatewayUntrusted',
      },
      {
        name: 'a right one, of a server that wants ours too',
        options: { ...shows(onLoopback), requestCert: true, rejectUnauthorized: true, ca: ca.pem },
        want: 'transient GatewayUnreachable',
      },
    ] as const) {
      it(`${name}: ${want}`, async () => {
        const server = await serve(options);
        if (want === 'reached') return assert.equal(await reach(server.url, config), want);
        const failure = await failureOf(reach(server.url, config));
        assert.equal(inShort(failure), want);
        assert.equal(server.requests.length, 0);
      });
    }

    it('not by the trust anchors of the system, where none is configured', async () => {
      const { url } = await serve();
      const { caFile: _, ...config } = files.config(url);
      const failure = await failureOf(new AdminClient(config, { patience }).get('api/version'));
      assert.equal(inShort(failure), 'transient GatewayUntrusted');
      assert.match(failure.message, /; check caFile and serverName in the configuration of the operator$/);
    });

    it('not by a file without a certificate', async () => {
      const { url } = await serve();
      const failure = await failureOf(reach(url, { caFile: files.write('garbage', 'no PEM') }));
      assert.equal(failure.class, 'transient');
    });

    it('also where the environment turns the check off for all of Node', async () => {
      const { url } = await serve(shows(onLoopback, otherCa));
      const failure = await withoutWarnings(() =>
        withEnvironment('NODE_TLS_REJECT_UNAUTHORIZED', '0', () => failureOf(reach(url))),
      );
      assert.equal(inShort(failure), 'transient GatewayUntrusted');
    });
  });

  it('does not lead on to where a redirect points', async () => {
    const [server, elsewhere] = [await serve(), await serve()];
    server.behave = answer(307, {}, { location: `${elsewhere.url}/api/version` });
    const failure = await failureOf(reach(server.url));
    assert.match(failure.message, /answered reading api\/version with status 307$/);
    assert.equal(server.requests.length, 1);
    assert.equal(elsewhere.requests.length, 0);
  });

  it('keeps the path of the URL', async () => {
    const server = await serve();
    await reach(`${server.url}/console/`);
    assert.equal(server.requests[0]?.path, '/console/api/version');
  });

  it('ends where nobody listens, and where TLS is not spoken', async () => {
    const plain = createPlainServer((_, response) => response.end('{"value":"plain"}'));
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    const { port } = plain.address() as AddressInfo;
    const url = `https://127.0.0.1:${port}`;
    const inPlain = await failureOf(reach(url));
    await new Promise((resolve) => plain.close(resolve));
    const inVain = await failureOf(reach(url));
    assert.equal(inShort(inPlain), 'transient GatewayUnreachable');
    assert.equal(inShort(inVain), 'transient GatewayUnreachable');
    assert.match(inVain.message, /\(ECONNREFUSED\)$/);
  });

  it('does not lead through a proxy of the environment', async () => {
    const server = await serve();
    let asked = 0;
    const proxy = createPlainServer().on('connect', (_, socket) => {
      asked += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as AddressInfo;
    const https_proxy = `http://127.0.0.1:${port}`;
    const restore = setGlobalProxyFromEnv({ https_proxy });
    try {
      await assert.rejects(fetch(server.url), 'the proxy is in force');
      assert.equal(asked, 1);
      assert.equal(await withEnvironment('HTTPS_PROXY', https_proxy, () => reach(server.url)), 'reached');
      assert.equal(asked, 1);
    } finally {
      restore();
      proxy.close();
    }
  });

  describe('reads its files for each call', () => {
    it('so that a rotated token is sent', async () => {
      const server = await serve();
      const tokenFile = files.write('rotating-token', 'a7ee-old');
      const client = new AdminClient(files.config(server.url, { tokenFile }), { patience });
      await client.get('api/version');
      files.write('rotating-token', 'a7ee-new\n');
      await client.get('api/version');
      assert.deepEqual(
        server.requests.map(({ token }) => token),
        ['a7ee-old', 'a7ee-new'],
      );
    });

    it('so that a removed trust anchor is trusted no longer, over a connection that is still open too', async () => {
      const server = await serve();
      const caFile = files.write('rotating-ca.crt', ca.pem);
      const client = new AdminClient(files.config(server.url, { caFile }), { patience });
      await client.get('api/version');
      files.write('rotating-ca.crt', otherCa.pem);
      assert.equal(inShort(await failureOf(client.get('api/version'))), 'transient GatewayUntrusted');
      assert.equal(server.requests.length, 1);
    });

    for (const { name, change, message } of [
      {
        name: 'no token file',
        change: { tokenFile: '/nowhere/token' },
        message: /^The file \/nowhere\/token cannot be read/,
      },
      {
        name: 'no CA file',
        change: { caFile: '/nowhere/ca.crt' },
        message: /^The file \/nowhere\/ca\.crt cannot be read/,
      },
      {
        name: 'an empty token file',
        change: { tokenFile: files.write('empty', ' \n') },
        message: /does not hold an API key/,
      },
      {
        name: 'a token that no header can carry',
        change: { tokenFile: files.write('broken', 'a7ee-one\r\na7ee-two') },
        message: /does not hold an API key/,
      },
    ]) {
      it(`and says so where there is ${name}`, async () => {
        const server = await serve();
        const failure = await failureOf(reach(server.url, change));
        assert.equal(inShort(failure), 'transient GatewayMisconfigured');
        assert.match(failure.message, message);
        assert.equal(server.requests.length, 0);
      });
    }
  });
});

async function withEnvironment<Value>(name: string, value: string, work: () => Promise<Value>): Promise<Value> {
  const before = process.env[name];
  process.env[name] = value;
  try {
    return await work();
  } finally {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  }
}

/** Node warns, once and rightly, of what that test does on purpose. */
async function withoutWarnings<Value>(work: () => Promise<Value>): Promise<Value> {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return await work();
  } finally {
    process.emitWarning = emitWarning;
  }
}
