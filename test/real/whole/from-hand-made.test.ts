import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { findOnPath } from '../../../deploy/local/install/programs.ts';
import { freePort } from '../../../deploy/local/processes/ports.ts';
import type { ProfileName } from '../../../deploy/local/stand-in/profiles.ts';
import { Nginx } from '../../../deploy/local/upstream/nginx.ts';
import { eventually } from '../../harness/eventually.ts';
import { aGateway, anUpstream } from '../../harness/given.ts';
import { guideA, guideB, guideBFiles } from '../../harness/guide-commands.ts';
import { aTlsSecret } from '../../harness/material.ts';
import { useWhole } from '../../harness/whole.ts';
import { Openssl } from '../../pki/path/given.ts';
import { type Outcome, visit } from '../stand-in/gateway-client.ts';

/** The steps of docs/adoption.md, after both guides were done by hand with openssl and the Admin API. */

type Body = Readonly<Record<string, unknown>>;

/** Asks again and again, one after another, until it is ended, and keeps what differs from the first answer. */
class Asking {
  readonly others: string[] = [];
  asked = 0;
  readonly #running: Promise<void>;
  #goes = true;

  constructor(ask: () => Promise<string>) {
    this.#running = this.#ask(ask);
  }

  async end(): Promise<void> {
    this.#goes = false;
    await this.#running;
  }

  async #ask(ask: () => Promise<string>): Promise<void> {
    const first = await ask();
    for (; this.#goes; this.asked += 1) {
      const seen = await ask();
      if (seen !== first) this.others.push(`${seen} in place of ${first}`);
    }
  }
}

for (const profile of ['ee-3.10', 'ee-3.3', 'apisix-3.18', 'apisix-3.19'] satisfies ProfileName[]) {
  describe(`from hand-made mTLS to ours, at the gateway ${profile}`, () => {
    let clients: Asking | undefined;
    let hellos: Asking | undefined;
    // Before the gateway ends, also where a test has failed.
    after(async () => {
      await Promise.all([clients?.end(), hellos?.end()]);
      await nginx?.stop();
      a.remove();
      b.remove();
    });
    const given = useWhole({ operator: false, profile });
    const isApisix = profile.startsWith('apisix');
    const hasReferences = profile === 'ee-3.10';
    const [a, b] = [new Openssl(), new Openssl()];
    const named = (name: string) => (isApisix ? {} : { name });
    let nginx: Nginx | undefined;
    let port: number;

    const query = () => (isApisix ? {} : { gateway_group_id: given.whole.standIn.groups['default'] ?? '' });
    const put = (path: string, json: Body) =>
      given.whole.standIn.admin.put(`apisix/admin/${path}`, { searchParams: query(), json });
    const read = async (path: string): Promise<Body> =>
      (await given.whole.standIn.admin(`apisix/admin/${path}`, { searchParams: query() }).json<{ value: Body }>())
        .value;
    const pairOf = (openssl: Openssl, name: string) => ({
      cert: openssl.read(`${name}.crt`),
      key: openssl.read(`${name}.key`),
    });
    const write = (file: string, text: string) => {
      const path = join(given.whole.directory, 'nginx-by-hand', file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    };
    const askGateway = (client?: { cert: string; key: string }): Promise<Outcome> =>
      visit({ port: given.whole.standIn.httpsPort, ca: a.read('ca.crt'), serverName: 'test.com', path: '/ip', client });
    // What it printed, then how it ended: any failure is another text.
    const curl = async (port: number, parameters: readonly string[]): Promise<string> => {
      const way = ['--resolve', `test.com:${port}:127.0.0.1`, '--max-time', '5', '--silent', '--include'];
      const { stdout, exitCode } = await execa('curl', [...way, ...parameters], { reject: false, cwd: a.directory });
      return `${/^HTTP\S+ \d+/.exec(stdout)} ${stdout.split('\r\n').at(-1)} exit ${exitCode}`;
    };
    // The stand-in reloads NGINX, which ends an HTTP/2 connection that has yet to ask: curl then ends with 16.
    const askIp = () => {
      const { httpsPort } = given.whole.standIn;
      const pair = ['--http1.1', '--cacert', 'ca.crt', '--cert', 'client.crt', '--key', 'client.key'];
      return curl(httpsPort, [...pair, `https://test.com:${httpsPort}/ip`]);
    };
    const askHello = () => {
      const { httpPort } = given.whole.standIn;
      return curl(httpPort, [`http://test.com:${httpPort}/hello`]);
    };
    const hostObject = hasReferences ? 'snis/by-hand-a' : 'ssls/by-hand-a';

    const doGuideA = async () => {
      for (const command of guideA) a.run(command);
      const [server, ca] = [pairOf(a, 'server'), a.read('ca.crt')];
      if (hasReferences) {
        await put('ca_certificates/by-hand-a-ca', { name: 'ca', cert: ca });
        await put('certificates/by-hand-a', { name: 'server', ...server });
        const mtls = { enabled: true, ca_certificates: ['by-hand-a-ca'] };
        await put('snis/by-hand-a', { name: 'test.com', domain: 'test.com', certificates: ['by-hand-a'], mtls });
      } else {
        await put('ssls/by-hand-a', { ...named('a'), type: 'server', snis: ['test.com'], ...server, client: { ca } });
      }
      await eventually(async () => assert.equal((await askGateway()).what, 'read 116'));
    };

    const startNginx = async () => {
      for (const [name, text] of Object.entries(guideBFiles)) b.write(name, text);
      for (const command of guideB) b.run(command);
      port = await freePort();
      for (const file of ['server.crt', 'server.key', 'ca.crt']) write(file, b.read(file));
      write(
        'conf.d/mtls.conf',
        `server {
    listen ${port} ssl;
    server_name test.com;
    ssl_certificate server.crt;
    ssl_certificate_key server.key;
    ssl_client_certificate ca.crt;
    ssl_verify_client on;
    location /hello { return 200 "Hello API7!"; }
}
`,
      );
      nginx = new Nginx(findOnPath('nginx') ?? 'nginx', join(given.whole.directory, 'nginx-by-hand'));
      assert.deepEqual(await nginx.load(), { state: 'started' });
    };
    const doGuideB = async () => {
      const [client, ca] = [pairOf(b, 'client'), b.read('ca.crt')];
      const upstream = {
        ...(isApisix ? {} : { name: 'default' }),
        scheme: 'https',
        type: 'roundrobin',
        nodes: [{ host: '127.0.0.1', port, weight: 100, priority: 0 }],
        retries: 2,
      };
      if (hasReferences) {
        await put('ca_certificates/by-hand-b-ca', { name: 'ca-b', cert: ca });
        await put('certificates/by-hand-b', { name: 'client-b', ...client });
        const tls = { client_certificate: 'by-hand-b', ca_certificates: ['by-hand-b-ca'] };
        await put('services/by-hand-b', { name: 'mtls-nginx', type: 'http', upstream: { ...upstream, ...tls } });
      } else {
        await put('ssls/by-hand-b', { ...named('b'), type: 'client', ...client });
        const type = isApisix ? {} : { type: 'http' };
        const tls = { tls: { client_cert_id: 'by-hand-b' } };
        await put('services/by-hand-b', { name: 'mtls-nginx', ...type, upstream: { ...upstream, ...tls } });
      }
      const paths = isApisix ? { uris: ['/hello'] } : { paths: ['/hello'] };
      await put('routes/by-hand-b', { name: 'hello', service_id: 'by-hand-b', methods: ['GET'], ...paths });
      await eventually(async () => assert.equal(await askHello(), 'HTTP/1.1 200 Hello API7! exit 0'));
    };

    before('both guides by hand; clients ask from now on, and the administrator has permitted it', async function () {
      this.timeout(120_000);
      await doGuideA();
      await startNginx();
      await doGuideB();
      assert.match(await askIp(), /^HTTP\/1.1 \d{3} .* exit 0$/s);
      clients = new Asking(askIp);
      hellos = new Asking(askHello);
      const permitted = { namespaces: [given.whole.namespace], hosts: ['test.com'], objects: ['services/by-hand-b'] };
      await given.whole.startOperator({}, { adoption: [permitted] });
    });

    it('step 1: the CAs go into Secrets', async () => {
      const [caA, caB] = [pairOf(a, 'ca'), pairOf(b, 'ca')];
      await given.whole.apply(aTlsSecret('guide-a-ca', caA.cert, caA.key), aTlsSecret('guide-b-ca', caB.cert, caB.key));
    });

    it('step 2: the MtlsGateway says who has the host, and how to take it over', async () => {
      const { whole } = given;
      await whole.apply(aGateway({ spec: { ca: { secretRef: { name: 'guide-a-ca' } } } }));
      const { status } = await whole.until('mgw', 'test-com', 'Stalled', 'True', 'SniConflict');
      assert.equal(
        status?.conditions?.find(({ type }) => type === 'Stalled')?.message,
        `The name test.com is taken at the gateway by ${hostObject}, which belongs to somebody else; the operator does not change it; to take it over, annotate this resource with mtls-operator.dev/adopt: ${hostObject}`,
      );
    });

    it('step 3: with the annotation it has the host, by one request to the object that was there', async () => {
      const { whole } = given;
      await whole.forget();
      await whole.here(['annotate', 'mgw', 'test-com', `mtls-operator.dev/adopt=${hostObject}`]);
      await whole.ready('mgw', 'test-com');
      await whole.until('mgw', 'test-com', 'Enforced', 'True', 'Proven');
      const writes = await whole.gatewayWrites();
      assert.deepEqual(
        writes.filter((write) => /by-hand|snis|DELETE/.test(write)),
        [`PUT ${hostObject}`],
      );
      await eventually(async () => {
        const told = (await whole.told('MtlsGateway', 'test-com')).join('\n');
        assert.ok(told.includes(`Normal Adopted: Took over ${hostObject} at default/default`), told);
      });
      await eventually(() => whole.assertSilent('mgw', 'test-com'));
    });

    it('step 4: the MtlsUpstream takes over service and route, by one request each', async () => {
      const { whole } = given;
      await whole.forget();
      const resource = anUpstream({ port, spec: { ca: { secretRef: { name: 'guide-b-ca' } } } }) as {
        metadata: object;
      };
      const adopt = 'services/by-hand-b, routes/by-hand-b';
      await whole.apply({
        ...resource,
        metadata: { ...resource.metadata, annotations: { 'mtls-operator.dev/adopt': adopt } },
      });
      await whole.ready('mup', 'mtls-nginx');
      const writes = (await whole.gatewayWrites()).filter((write) => /services|routes|DELETE/.test(write));
      assert.deepEqual(writes, ['PUT services/by-hand-b', 'PUT routes/by-hand-b']);
    });

    it('step 5: NGINX is given what the operator has made, and reloaded', async () => {
      const { whole } = given;
      const config = await whole.get<{ data: Record<string, string> }>('configmap', 'mtls-nginx-nginx');
      const secret = await whole.secret('mtls-nginx-server');
      for (const [file, content] of Object.entries(secret)) write(join('tls', file), content);
      write('conf.d/mtls.conf', config.data['mtls.conf'] ?? '');
      assert.deepEqual(await nginx?.load(), { state: 'reloaded' });
      await whole.until('mup', 'mtls-nginx', 'NginxReady', 'True', 'Serving');
      await whole.ready('mup', 'mtls-nginx');
      await eventually(() => whole.assertSilent('mup', 'mtls-nginx'));
    });

    it('step 6: what nobody refers to any more is removed by hand', async () => {
      const left = hasReferences
        ? [
            'certificates/by-hand-a',
            'ca_certificates/by-hand-a-ca',
            'certificates/by-hand-b',
            'ca_certificates/by-hand-b-ca',
          ]
        : ['ssls/by-hand-b'];
      for (const object of left)
        await given.whole.standIn.admin.delete(`apisix/admin/${object}`, { searchParams: query() });
    });

    it('lets in the clients of before and those that the operator issued, and nobody else', async () => {
      const { whole } = given;
      const issued = await whole.secret('test-com-curl');
      const pair = { cert: issued['tls.crt'] ?? '', key: issued['tls.key'] ?? '' };
      const before = await askGateway(pairOf(a, 'client'));
      assert.match(before.what, /^\d{3}$/);
      assert.equal((await askGateway(pair)).what, before.what);
      assert.equal((await askGateway()).what, 'read 116');
      // Both CAs are called ROOTCA: the signature is looked at, and is of another key.
      assert.equal((await askGateway(pairOf(b, 'client'))).what, 'read 51');
    });

    it('puts back what is changed by hand, under the id that the object always had', async () => {
      const { whole } = given;
      const { name, service_id, methods, labels, paths, uris } = await read('routes/by-hand-b');
      await put('routes/by-hand-b', {
        ...{ name, service_id, labels },
        methods: [...(methods as string[]), 'POST'],
        ...(isApisix ? { uris } : { paths }),
      });
      await eventually(async () => assert.deepEqual((await read('routes/by-hand-b'))['methods'], ['GET']));
      await whole.ready('mup', 'mtls-nginx');
    });

    it('is the same to an operator that starts anew, and renews in the same places', async () => {
      const { whole } = given;
      await whole.stopOperator();
      await whole.startOperator();
      await eventually(() => whole.assertSilent('mgw', 'test-com'));
      const before = await askGateway(pairOf(a, 'client'));
      await whole.here(['annotate', 'mgw', 'test-com', 'mtls-operator.dev/renew=now']);
      await eventually(async () => assert.notEqual((await askGateway(pairOf(a, 'client'))).shown, before.shown));
      await whole.ready('mgw', 'test-com');
    });

    it('has lost no request all the while', async () => {
      for (const asking of [clients, hellos]) {
        await asking?.end();
        assert.deepEqual(asking?.others, []);
        assert.ok((asking?.asked ?? 0) > 20, `${asking?.asked} requests`);
      }
      console.log(`      ${clients?.asked} requests of clients, ${hellos?.asked} through to NGINX by curl, 0 failed`);
    });

    it('goes with its resources when they are deleted', async () => {
      const { whole } = given;
      await whole.forget();
      await whole.here(['delete', 'mgw,mup', '--all', '--timeout=60s']);
      const [left, writes] = [await whole.gatewayObjects(), await whole.gatewayWrites()];
      assert.deepEqual(left, [], `left after ${writes.join(', ')}`);
      assert.equal((await askGateway(pairOf(a, 'client'))).what, 'hs 80');
    });
  });
}
