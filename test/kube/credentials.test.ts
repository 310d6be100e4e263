import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Credentials } from '../../src/kube/credentials.ts';

interface Given {
  readonly cluster?: object;
  readonly user?: object;
  readonly context?: object;
}

describe('credentials', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'credentials-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A kubeconfig is YAML, and so is JSON. */
  function credentials({ cluster, user, context }: Given): Credentials {
    const path = join(folder, 'kubeconfig');
    const config = {
      'current-context': 'c',
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u', ...context } }],
      clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:6443', ...cluster } }],
      users: [{ name: 'u', user: { ...user } }],
    };
    writeFileSync(path, JSON.stringify(config));
    return new Credentials({ kind: 'file', path });
  }

  for (const { name, given, why } of [
    { name: 'a proxy', given: { cluster: { 'proxy-url': 'http://proxy:3128' } }, why: /sets proxy-url/ },
    { name: 'no such cluster', given: { context: { cluster: 'other' } }, why: /names no cluster and user/ },
    { name: 'no such user', given: { context: { user: 'other' } }, why: /names no cluster and user/ },
    { name: 'a server without TLS', given: { cluster: { server: 'http://127.0.0.1' } }, why: /is not https/ },
    { name: 'no server', given: { cluster: { server: 'nowhere' } }, why: /names no API server/ },
  ]) {
    it(`refuse a kubeconfig with ${name} in a sentence`, () => {
      assert.throws(() => credentials(given), { class: 'permanent', reason: 'KubeConfigInvalid', message: why });
    });
  }

  it('refuse a kubeconfig that is missing or no YAML without repeating it', () => {
    const path = join(folder, 'kubeconfig');
    const want = {
      reason: 'KubeConfigInvalid',
      message: `The kubeconfig ${path} cannot be used: it is missing or not a kubeconfig`,
    };
    assert.throws(() => new Credentials({ kind: 'file', path }), want);
    writeFileSync(path, '{ s3cret');
    assert.throws(() => new Credentials({ kind: 'file', path }), want);
  });

  it('read a kubeconfig as kubectl writes it, and keep what is odd in it to themselves', async () => {
    const path = join(folder, 'kubeconfig');
    const lines = ['current-context: c', 'contexts: [{ name: c, context: { cluster: c, user: u } }]'];
    lines.push('clusters:', '- name: c', '  cluster:', '    server: https://127.0.0.1:6443');
    lines.push('users:', '- name: u', '  user:', '    token: !odd s3cret');
    writeFileSync(path, lines.join('\n'));
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on('warning', note);
    const { headers } = await new Credentials({ kind: 'file', path }).current();
    await new Promise(setImmediate);
    process.off('warning', note);
    assert.deepEqual(headers, { Authorization: 'Bearer s3cret' });
    assert.deepEqual(warnings, []);
  });

  it('take a token from its file without the line feed at its end', async () => {
    const tokenFile = join(folder, 'token');
    writeFileSync(tokenFile, 'first\n');
    const { headers } = await credentials({
      user: { 'auth-provider': { name: 'x', config: { tokenFile } } },
    }).current();
    assert.deepEqual(headers, { Authorization: 'Bearer first' });
  });

  it('take the token of a tokenFile, which client-node overlooks, from beside the kubeconfig too', async () => {
    writeFileSync(join(folder, 'beside'), 'first\n');
    const subject = credentials({ user: { tokenFile: 'beside' } });
    assert.equal((await subject.current()).headers['Authorization'], 'Bearer first');
    writeFileSync(join(folder, 'beside'), 'second\n');
    subject.reload();
    assert.equal((await subject.current()).headers['Authorization'], 'Bearer second');
  });

  it('read a token again when told that it was refused', async () => {
    const tokenFile = join(folder, 'token');
    writeFileSync(tokenFile, 'first');
    const subject = credentials({ user: { 'auth-provider': { name: 'x', config: { tokenFile } } } });
    await subject.current();
    writeFileSync(tokenFile, 'second');
    subject.reload();
    assert.deepEqual((await subject.current()).headers, { Authorization: 'Bearer second' });
  });

  it('keep what they have when the kubeconfig is gone at that moment', async () => {
    const subject = credentials({ user: { token: 'first' } });
    rmSync(join(folder, 'kubeconfig'));
    subject.reload();
    assert.deepEqual((await subject.current()).headers, { Authorization: 'Bearer first' });
  });

  it('fail for now when the token file is gone at that moment', async () => {
    const tokenFile = join(folder, 'token');
    const subject = credentials({ user: { 'auth-provider': { name: 'x', config: { tokenFile } } } });
    await assert.rejects(() => subject.current(), { class: 'transient', reason: 'CredentialsUnreadable' });
  });

  for (const { name, text } of [
    { name: 'empty', text: '' },
    { name: 'blank', text: '\n' },
  ]) {
    it(`fail for now when the token file is ${name} at that moment, and read it again next time`, async () => {
      const tokenFile = join(folder, 'token');
      const subject = credentials({ user: { 'auth-provider': { name: 'x', config: { tokenFile } } } });
      writeFileSync(tokenFile, text);
      await assert.rejects(() => subject.current(), { class: 'transient', reason: 'CredentialsUnreadable' });
      writeFileSync(tokenFile, 'second');
      assert.deepEqual((await subject.current()).headers, { Authorization: 'Bearer second' });
    });
  }

  it('carry the client certificate, the CA and the server name to check', async () => {
    const pem = (text: string) => Buffer.from(text).toString('base64');
    const { tls, headers } = await credentials({
      cluster: { 'certificate-authority-data': pem('ca'), 'tls-server-name': 'kubernetes' },
      user: { 'client-certificate-data': pem('cert'), 'client-key-data': pem('key') },
    }).current();
    assert.deepEqual(tls, {
      ca: Buffer.from('ca'),
      cert: Buffer.from('cert'),
      key: Buffer.from('key'),
      servername: 'kubernetes',
    });
    assert.deepEqual(headers, {});
  });

  it('send a user name and password as basic authentication', async () => {
    const { headers } = await credentials({ user: { username: 'a', password: 'b' } }).current();
    assert.deepEqual(headers, { Authorization: 'Basic YTpi' });
  });
});
