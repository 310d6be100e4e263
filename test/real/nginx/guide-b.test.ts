import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import type { ProbeResult } from '../../../src/model/probe-result.ts';
import { fingerprintPath, readFingerprint } from '../../../src/nginx/fingerprint.ts';
import { anAnswer, aSpec } from '../../nginx/specs.ts';
import { TestCa } from '../../probe/openssl.ts';
import { ServedConfig } from './served-config.ts';

describe("guide B's configuration in a real NGINX", () => {
  const served = new ServedConfig();
  const client = served.ca.issueClient();

  before(async () => assert.deepEqual(await served.serve(aSpec()), { state: 'started' }));
  after(() => served.close());

  /** The status, and the title of NGINX's own page or else the text. */
  const answerTo = (result: ProbeResult) => {
    assert.ok(result.kind === 'answered', JSON.stringify(result));
    return [result.status, /<title>(.*)<\/title>/.exec(result.body)?.[1] ?? result.body];
  };

  it('answers Hello API7! over TLS 1.3 to the right client certificate', async () => {
    const result = await served.probe('/hello', client);
    assert.deepEqual(answerTo(result), [200, 'Hello API7!']);
    assert.equal(result.kind === 'answered' && result.protocol, 'TLSv1.3');
  });

  for (const { name, certificate, text } of [
    { name: 'no client certificate', certificate: undefined, text: '400 No required SSL certificate was sent' },
    { name: 'one of another CA', certificate: new TestCa('OTHER').issueClient() },
    { name: "one of another CA with our CA's name", certificate: new TestCa('ROOTCA').issueClient() },
    { name: 'one that has expired', certificate: served.ca.issueClient({ days: -1 }) },
    { name: 'one that is for servers only', certificate: served.ca.issue() },
  ]) {
    it(`answers 400 to ${name}`, async () => {
      const want = [400, text ?? '400 The SSL certificate error'];
      assert.deepEqual(answerTo(await served.probe('/hello', certificate)), want);
    });
  }

  it('tells which configuration it has loaded, to nobody without the right client certificate', async () => {
    const told = await served.probe(fingerprintPath, client);
    assert.ok(told.kind === 'answered');
    assert.deepEqual(readFingerprint(told), served.fingerprint(aSpec()));
    for (const certificate of [undefined, new TestCa('OTHER').issueClient()])
      assert.equal(answerTo(await served.probe(fingerprintPath, certificate))[0], 400);
  });

  for (const protocol of ['TLSv1.2', 'TLSv1.3'] as const) {
    it(`resumes no ${protocol} session, which would skip the client certificate`, async () => {
      const first = await served.connect({ maxVersion: protocol, cert: client.chainPem, key: client.keyPem });
      const second = await served.connect({ maxVersion: protocol, session: first.session });
      assert.deepEqual([first.reused, second.reused], [false, false]);
    });
  }

  it('has nothing elsewhere', async () => {
    assert.deepEqual(answerTo(await served.probe('/index.html', client)), [404, 'not found']);
  });

  it('keeps serving while it is reloaded with a new leaf, which it then shows', async () => {
    const leaf = served.ca.issue();
    let reloading = true;
    const results: ProbeResult[] = [];
    const asking = (async () => {
      while (reloading) results.push(await served.probe('/hello', client));
    })();
    assert.deepEqual(await served.serve(aSpec({ locations: [anAnswer('Hello again')] }), leaf), { state: 'reloaded' });
    reloading = false;
    await asking;
    assert.deepEqual(
      results.filter(({ kind }) => kind !== 'answered'),
      [],
    );
    assert.notEqual(results.length, 0);
    const after = await served.probe('/hello', client);
    assert.deepEqual(answerTo(after), [200, 'Hello again']);
    const fingerprint = new X509Certificate(leaf.chainPem).fingerprint256.replaceAll(':', '').toLowerCase();
    assert.equal(after.kind === 'answered' && after.leaf.sha256Fingerprint, fingerprint);
  });

  it('keeps serving when the next configuration is refused', async () => {
    served.write('conf.d/mtls.conf', 'server { nonsense; }');
    const { state } = await served.nginx.load();
    assert.equal(state, 'refused');
    assert.deepEqual(answerTo(await served.probe('/hello', client)), [200, 'Hello again']);
  });
});
