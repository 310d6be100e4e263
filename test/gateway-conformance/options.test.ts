import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseOptions } from './options.ts';

describe('the options of test:gateway', () => {
  let directory: string;
  let tokenFile: string;
  const live = (change: Readonly<Record<string, string | undefined>> = {}) => {
    const flags = {
      type: 'apisix',
      admin: 'https://10.0.0.1:9180/',
      'token-file': tokenFile,
      https: '10.0.0.1:9443',
      http: '10.0.0.1:9080',
      'upstream-host': '10.0.0.2',
      ...change,
    };
    return Object.entries(flags).flatMap(([flag, value]) => (value === undefined ? [] : [`--${flag}`, value]));
  };

  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'options-'));
    tokenFile = join(directory, 'token');
    writeFileSync(tokenFile, 'secret-token\n');
  });
  after(() => rmSync(directory, { recursive: true }));

  it('are none for the stand-ins', () => assert.equal(parseOptions([]), undefined));

  it('name a live gateway', () =>
    assert.deepEqual(parseOptions([...live(), '--group', 'a', '--group', 'b']), {
      type: 'apisix',
      admin: { url: 'https://10.0.0.1:9180', token: 'secret-token' },
      tokenFile,
      https: { host: '10.0.0.1', port: 9443 },
      http: { host: '10.0.0.1', port: 9080 },
      upstreamHost: '10.0.0.2',
      group: 'a',
      furtherGroups: ['b'],
    }));

  const refused: readonly (readonly [string, Readonly<Record<string, string | undefined>>, RegExp])[] = [
    ['a type that there is not', { type: 'kong' }, /--type must be/],
    [
      'an Admin API without TLS, to which no token is sent',
      { admin: 'http://10.0.0.1' },
      /--admin must be an https URL/,
    ],
    ['a port without a host', { https: ':9443' }, /--https must be HOST:PORT/],
    ['a port that is none', { http: '10.0.0.1:99999' }, /--http must be HOST:PORT/],
    ['a name for the upstream', { 'upstream-host': 'localhost' }, /--upstream-host must be an IPv4 address/],
    ['a token that is not there', { 'token-file': '/nowhere/token' }, /file of --token-file cannot be read/],
    ['a missing flag', { http: undefined }, /--http is missing/],
    ['a flag that there is not', { bogus: 'x' }, /not understood/],
  ];
  for (const [name, change, sentence] of refused) {
    it(`refuse ${name}, and tell the usage`, () => {
      assert.throws(() => parseOptions(live(change)), sentence);
      assert.throws(() => parseOptions(live(change)), /npm run test:gateway/);
    });
  }
});
