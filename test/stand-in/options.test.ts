import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readGroupCredentials } from '../../deploy/local/stand-in/api7-ee/credentials.ts';
import { createGroup } from '../../deploy/local/stand-in/api7-ee/group.ts';
import { readRoleCredentials } from '../../deploy/local/stand-in/apisix/credentials.ts';
import { prepareLayout } from '../../deploy/local/stand-in/data-plane/layout.ts';
import { parseOptions, readTokens } from '../../deploy/local/stand-in/options.ts';

const whole = [
  '--directory',
  '/d',
  '--admin-port',
  '7443',
  '--https-port',
  '9443',
  '--http-port',
  '9080',
  '--token-file',
  '/t',
];

describe('the flags of the stand-in', () => {
  it('give ports, files and two groups', () => {
    assert.deepEqual(parseOptions(whole), {
      profile: 'ee-3.10',
      directory: '/d',
      address: '127.0.0.1',
      adminPort: 7443,
      httpsPort: 9443,
      httpPort: 9080,
      tokenFile: '/t',
      groups: ['default', 'default-2'],
    });
  });

  it('take groups and a certificate', () => {
    const { groups, tls } = parseOptions([
      ...whole,
      '--group',
      'a',
      '--group',
      'b',
      '--tls-cert',
      '/c',
      '--tls-key',
      '/k',
    ]);
    assert.deepEqual({ groups, tls }, { groups: ['a', 'b'], tls: { certFile: '/c', keyFile: '/k' } });
  });

  for (const { name, args, says } of [
    { name: 'no directory', args: whole.slice(2), says: /--directory is missing/ },
    { name: 'a port of text', args: [...whole, '--http-port', 'http'], says: /--http-port must be a port/ },
    {
      name: 'port 0, which NGINX cannot report',
      args: [...whole, '--http-port', '0'],
      says: /--http-port must be a port/,
    },
    { name: 'a certificate without its key', args: [...whole, '--tls-cert', '/c'], says: /--tls-key is missing/ },
    { name: 'a profile that does not exist', args: [...whole, '--profile', 'ee-4'], says: /--profile must be one of/ },
    { name: 'an address that is a name', args: [...whole, '--address', 'node'], says: /--address must be an IPv4/ },
    { name: 'an unknown flag', args: [...whole, '--bogus'], says: /--bogus/ },
  ]) {
    it(`say what is wrong with ${name}`, () => assert.throws(() => parseOptions(args), says));
  }
});

describe('the token file of the stand-in', () => {
  const group = createGroup('default');
  let directory: string;
  const read = (text: string) => {
    const file = join(directory, 'tokens');
    writeFileSync(file, text);
    return readGroupCredentials(readTokens(file), [group]);
  };
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'stand-in-'));
  });
  after(() => rmSync(directory, { recursive: true }));

  it('holds tokens of users and of groups', () => {
    assert.deepEqual(read('a7ee-one\n\na7adm-two default\n'), [{ token: 'a7ee-one' }, { token: 'a7adm-two', group }]);
  });

  it('says who is a viewer at APISIX', () => {
    assert.deepEqual(readRoleCredentials(['one', 'two viewer']), [
      { token: 'one', role: 'admin' },
      { token: 'two', role: 'viewer' },
    ]);
  });

  it('is refused with a role that APISIX does not have, and the key is not told', () => {
    assert.throws(
      () => readRoleCredentials(['secret owner']),
      (error: Error) => !error.message.includes('secret'),
    );
  });

  for (const { name, text } of [
    { name: 'nothing', text: '\n' },
    { name: "a group's key without its group", text: 'a7adm-two\n' },
    { name: 'a group that does not exist', text: 'a7adm-two other\n' },
  ]) {
    it(`is refused with ${name}, and the token is not told`, () => {
      assert.throws(
        () => read(text),
        (error: Error) => !error.message.includes('a7adm-two'),
      );
    });
  }
});

describe('the directory of the stand-in', () => {
  for (const path of ['/tmp/a;b', '/tmp/a"b', '/tmp/$a', '/tmp/a\nb', `/tmp/${'long/'.repeat(20)}`]) {
    it(`is refused as ${JSON.stringify(path)}`, () => assert.throws(() => prepareLayout(path), /path/));
  }
});
