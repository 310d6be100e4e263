import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findOnPath } from '../../../deploy/local/install/programs.ts';
import { freePort } from '../../../deploy/local/processes/ports.ts';
import { Nginx } from '../../../deploy/local/upstream/nginx.ts';
import type { KeyAlgorithm } from '../../../src/pki/keys/algorithm.ts';
import type { HeldCertificate } from '../../../src/plan/certificates/held.ts';
import { caRequest, clientRequest, issued, serverRequest } from '../../plan/given.ts';

/** Both leaves have the name that is asked for and one CA: only what they are for differs. */
const test = { dnsNames: ['test.com'] };

/** A front that proxies with mutual TLS, as a gateway does, to servers that show one leaf each and ask for a client. */
const configuration = (ports: Readonly<Record<'front' | 'server' | 'client', number>>) => `
error_log error.log info;
ssl_verify_depth 1;
${(['server', 'client'] as const)
  .map(
    (shown) => `server {
  listen 127.0.0.1:${ports[shown]} ssl;
  ssl_certificate tls/${shown}.crt;
  ssl_certificate_key tls/${shown}.key;
  ssl_client_certificate tls/ca.crt;
  ssl_verify_client on;
  location / { return 200 "let in"; }
}`,
  )
  .join('\n')}
server {
  listen 127.0.0.1:${ports.front};
  proxy_ssl_verify on;
  proxy_ssl_trusted_certificate tls/ca.crt;
  proxy_ssl_name test.com;
  proxy_ssl_session_reuse off;
${(['server', 'client'] as const)
  .flatMap((server) =>
    (['server', 'client'] as const).map(
      (client) => `  location /${client}-asks-${server} {
    proxy_pass https://127.0.0.1:${ports[server]};
    proxy_ssl_certificate tls/${client}.crt;
    proxy_ssl_certificate_key tls/${client}.key;
  }`,
    ),
  )
  .join('\n')}
}
`;

for (const keyAlgorithm of ['ECDSA-P256', 'RSA-2048'] as const) {
  describe(`leaves of ${keyAlgorithm} in a real NGINX, each in its direction`, () => {
    let served: Served;

    before(async function () {
      this.timeout(60_000);
      served = await Served.start(keyAlgorithm);
    });
    after(() => served.stop());

    it('passes with a client leaf as the client and a server leaf as the server', async () => {
      assert.deepEqual(await served.ask('client-asks-server'), [200, 'let in']);
    });

    it('refuses a server leaf as the client', async () => {
      const [status, body] = await served.ask('server-asks-server');
      assert.equal(status, 400);
      assert.match(body, /The SSL certificate error/);
      assert.match(served.log(), /client SSL certificate verify error: \(26:unsuitable certificate purpose\)/);
    });

    it('refuses a client leaf as the server', async () => {
      const [status] = await served.ask('client-asks-client');
      assert.equal(status, 502);
      assert.match(served.log(), /upstream SSL certificate verify error: \(26:unsuitable certificate purpose\)/);
    });
  });
}

class Served {
  readonly #directory = mkdtempSync(join(tmpdir(), 'direction-'));
  readonly #nginx: Nginx;
  readonly #port: number;

  private constructor(program: string, port: number) {
    this.#nginx = new Nginx(program, this.#directory);
    this.#port = port;
  }

  static async start(keyAlgorithm: KeyAlgorithm): Promise<Served> {
    const program = findOnPath('nginx');
    if (program === undefined) throw new Error('these tests need NGINX: install the package nginx-light');
    const [front, server, client] = [await freePort(), await freePort(), await freePort()];
    const served = new Served(program, front);
    const at = Temporal.Now.instant();
    const ca = await issued({ ...caRequest, keyAlgorithm }, undefined, at);
    served.#write('tls/ca.crt', ca.chainPem);
    served.#writePair('server', await issued({ ...serverRequest, ...test, keyAlgorithm }, ca, at));
    served.#writePair('client', await issued({ ...clientRequest, ...test, keyAlgorithm }, ca, at));
    served.#write('conf.d/direction.conf', configuration({ front, server, client }));
    assert.deepEqual(await served.#nginx.load(), { state: 'started' });
    return served;
  }

  async ask(path: string): Promise<readonly [number, string]> {
    const response = await fetch(`http://127.0.0.1:${this.#port}/${path}`);
    return [response.status, await response.text()];
  }

  log(): string {
    return readFileSync(join(this.#directory, 'error.log'), 'utf8');
  }

  async stop(): Promise<void> {
    await this.#nginx.stop();
    rmSync(this.#directory, { recursive: true });
  }

  #writePair(name: string, { chainPem, keyPem }: HeldCertificate): void {
    this.#write(`tls/${name}.crt`, chainPem);
    this.#write(`tls/${name}.key`, keyPem);
  }

  #write(file: string, text: string): void {
    const path = join(this.#directory, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
