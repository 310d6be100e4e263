import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:tls';
import type { NginxSpec } from '../../../src/nginx/grammar.ts';
import type { ClientPair } from '../../../src/ports/probe.ts';
import { anAnswer, aSpec } from '../../nginx/specs.ts';
import { TestCa } from '../../probe/openssl.ts';
import { ServedConfig } from './served-config.ts';
import { nginxVersions } from './versions.ts';

for (const { version, ensure } of nginxVersions) {
  describe(`the fields of spec.nginx in NGINX, ${version}`, () => {
    let served: ServedConfig;
    let client: ClientPair;
    let revoked: ClientPair;
    const headers: IncomingHttpHeaders[] = [];
    /** Tells what it was sent; at /slow it takes longer than anybody waits. */
    const application = createServer((request, response) => {
      headers.push(request.headers);
      if (request.url === '/slow') setTimeout(() => response.end(), 5000).unref();
      else response.end('hello');
    });

    before(async function () {
      this.timeout(600_000);
      served = new ServedConfig(await ensure());
      client = served.ca.issueClient();
      revoked = served.ca.issueClient();
      application.listen(0, '127.0.0.1');
      await once(application, 'listening');
    });
    after(async () => {
      application.closeAllConnections();
      application.close();
      await served.close();
    });

    const serve = async (change: Partial<NginxSpec>) => {
      const { state } = await served.serve(aSpec(change));
      assert.match(state, /^(started|reloaded)$/);
    };
    const statusOf = async (path: string, certificate?: ClientPair) => {
      const result = await served.probe(path, certificate);
      return result.kind === 'answered' ? result.status : result.kind;
    };
    const proxied = (path: string, more: object = {}): NginxSpec['locations'][number] => {
      const { port } = application.address() as AddressInfo;
      return {
        path,
        requireClientCertificate: false,
        proxy: { host: '127.0.0.1', port, identityHeaders: false, ...more },
      };
    };

    /** The handshake for a name, and what came of it. */
    const shake = async (options: { servername?: string; maxVersion?: 'TLSv1.2'; port?: number; headers?: string }) => {
      const { headers: sent = '', port = served.port, ...tls } = options;
      const pair = { cert: client.chainPem, key: client.keyPem };
      const socket = connect({
        host: '127.0.0.1',
        port,
        ca: served.ca.pem,
        checkServerIdentity: () => undefined,
        ...pair,
        ...tls,
      });
      socket.write(`GET /hello HTTP/1.1\r\nHost: ${tls.servername ?? 'test.com'}\r\n${sent}Connection: close\r\n\r\n`);
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk;
      });
      const failed = await once(socket, 'close').then(
        () => undefined,
        ({ message }: Error) => /alert [a-z ]+|unrecognized name/.exec(message)?.[0] ?? message,
      );
      return failed ?? text.slice(0, 12);
    };

    it('listens on further ports', async () => {
      await serve({ additionalListen: [1] });
      for (const port of [served.port, ...served.further])
        assert.equal(await shake({ servername: 'test.com', port }), 'HTTP/1.1 200');
    });

    it('answers to wildcards, and to unknown names as the first server block of the port', async () => {
      await serve({ additionalServerNames: ['*.test.com'] });
      for (const servername of ['test.com', 'a.test.com', 'other.org'])
        assert.equal(await shake({ servername }), 'HTTP/1.1 200');
    });

    it('rejects the handshake of who asks for an unknown name, or for none', async () => {
      await serve({ additionalServerNames: ['*.test.com'], unknownNames: 'Reject' });
      for (const servername of ['test.com', 'a.test.com']) assert.equal(await shake({ servername }), 'HTTP/1.1 200');
      assert.equal(await shake({ servername: 'other.org' }), 'unrecognized name');
      assert.equal(await shake({}), 'unrecognized name');
    });

    for (const unknownNames of ['Serve', 'Reject'] as const) {
      it(`takes the versions of TLS that are named, where unknown names are for ${unknownNames}`, async () => {
        await serve({ unknownNames, tls: { versions: ['TLSv1.3'], ciphers: 'Intermediate' } });
        assert.equal(await shake({ servername: 'test.com' }), 'HTTP/1.1 200');
        assert.equal(await shake({ servername: 'test.com', maxVersion: 'TLSv1.2' }), 'alert protocol version');
        await serve({ unknownNames, tls: { versions: ['TLSv1.2'], ciphers: 'Intermediate' } });
        assert.equal(await shake({ servername: 'test.com', maxVersion: 'TLSv1.2' }), 'HTTP/1.1 200');
      });
    }

    it('rejects a certificate that is on the list, and takes another of the same CA', async () => {
      await serve({ clientVerification: { mode: 'Required', revocationLists: true } });
      assert.deepEqual([await statusOf('/hello', client), await statusOf('/hello', revoked)], [200, 200]);
      served.revoke(revoked);
      await serve({ clientVerification: { mode: 'Required', revocationLists: true } });
      assert.deepEqual([await statusOf('/hello', client), await statusOf('/hello', revoked)], [200, 400]);
    });

    it('demands a certificate at the locations that require one, and nowhere takes one that is not trusted', async () => {
      const closed = { ...anAnswer('closed', '/closed'), requireClientCertificate: true };
      await serve({
        clientVerification: { mode: 'Optional', revocationLists: false },
        locations: [anAnswer('open', '/open'), closed, { ...proxied('/app'), requireClientCertificate: true }],
      });
      const stranger = new TestCa('OTHER').issueClient();
      const statuses = async (path: string) =>
        Promise.all([statusOf(path), statusOf(path, client), statusOf(path, stranger)]);
      assert.deepEqual(await statuses('/open'), [200, 200, 400]);
      assert.deepEqual(await statuses('/closed'), [400, 200, 400]);
      assert.deepEqual(await statuses('/app'), [400, 200, 400]);
      assert.deepEqual(await statuses('/.well-known/mtls-operator/config'), [400, 200, 400]);
    });

    it('tells the application who the client is, and nothing of what a client made up', async () => {
      await serve({ locations: [proxied('/', { identityHeaders: true })] });
      headers.length = 0;
      const made = 'X-SSL-Client-Verify: SUCCESS\r\nX-SSL-Client-Subject: CN=admin\r\nX-SSL-Client-Cert: x\r\n';
      assert.equal(await shake({ servername: 'test.com', headers: made }), 'HTTP/1.1 200');
      const [told = {}] = headers;
      assert.deepEqual([told['x-ssl-client-verify'], told['x-ssl-client-subject']], ['SUCCESS', 'CN=client']);
      assert.equal(told['x-ssl-client-issuer'], 'CN=ROOTCA');
      assert.match(String(told['x-ssl-client-fingerprint']), /^[0-9a-f]{40}$/);
      assert.equal(decodeURIComponent(String(told['x-ssl-client-cert'])).trim(), client.chainPem.trim());
    });

    it('tells an open location of nobody that a client made up', async () => {
      const closed = { ...anAnswer('closed', '/closed'), requireClientCertificate: true };
      await serve({
        clientVerification: { mode: 'Optional', revocationLists: false },
        locations: [closed, proxied('/', { identityHeaders: true })],
      });
      headers.length = 0;
      assert.equal(await statusOf('/', undefined), 200);
      const { 'x-ssl-client-verify': verify, 'x-ssl-client-subject': subject } = headers[0] ?? {};
      assert.deepEqual([verify, subject], ['NONE', undefined]);
    });

    it('waits for the application as long as it is told to', async () => {
      await serve({ locations: [proxied('/', { timeouts: { readSeconds: 1 } })] });
      assert.equal(await statusOf('/slow', client), 504);
    });

    it('names the media type of an answer', async () => {
      await serve({
        locations: [
          { ...anAnswer('{}'), return: { status: 200, body: '{}', contentType: 'application/json; charset=utf-8' } },
        ],
      });
      const result = await served.connectAndRead('/hello', client);
      assert.match(result, /\r\nContent-Type: application\/json; charset=utf-8\r\n/);
    });
  });
}
