import assert from 'node:assert/strict';
import { allowPlugins, isRestricted, unrestricted } from '../../src/gateway/allow-list.ts';
import { type Allowance, notAllowedText } from '../../src/model/allowance.ts';
import { isRefused, type Variables } from '../harness/expression.ts';

const route = { name: 'hello', methods: ['GET', 'POST'], paths: ['/*'] };
const curl: Allowance = {
  issuers: ['CN=CA', 'CN=NEXT CA'],
  subjects: ['CN=M\\C3\\BCller', 'CN=curl'],
  hosts: ['test.com'],
};
const verified = ['ssl_client_verify', '==', 'SUCCESS'];
const issuers = ['ssl_client_i_dn', 'in', ['CN=CA', 'CN=NEXT CA']];
const subjects = ['ssl_client_s_dn', 'in', ['CN=M\\C3\\BCller', 'CN=curl']];
const sni = ['ssl_server_name', '~*', '^(?:test\\.com)$'];

interface Plugins {
  readonly 'fault-injection': { readonly abort: { readonly vars: readonly unknown[] } };
}
const pluginsFor = (allow: readonly Allowance[], hosts: readonly string[] = ['test.com']) =>
  (allowPlugins({ ...route, allow }, hosts) as unknown as { readonly plugins: Plugins }).plugins;
const varsFor = (allow: readonly Allowance[], hosts?: readonly string[]) =>
  pluginsFor(allow, hosts)['fault-injection'].abort.vars;

const asCurl: Variables = {
  ...{
    ssl_client_verify: 'SUCCESS',
    ssl_client_i_dn: 'CN=CA',
    ssl_client_s_dn: 'CN=curl',
    ssl_server_name: 'test.com',
  },
  ...{ request_method: 'GET', uri: '/hello' },
};

describe('the list of who may send the requests of a route', () => {
  it('is no plugin where everybody may', () => assert.deepEqual(allowPlugins(route, ['test.com']), {}));

  it('refuses what one allowance does not allow, whatever else is set', () => {
    assert.deepEqual(pluginsFor([curl]), {
      'fault-injection': {
        abort: {
          ...{ http_status: 403, body: notAllowedText([curl]), percentage: 100 },
          vars: [['!AND', verified, issuers, subjects, sni]],
        },
        _meta: { disable: false },
      },
    });
  });

  it('refuses what none of several allows, each of them once and in one order', () => {
    const other = { ...curl, methods: ['GET'], paths: ['/a', '/b.c/*'] };
    const paths = ['OR', ['uri', 'in', ['/a']], ['uri', '~~', '^(?:/b\\.c/)']];
    const whole = [issuers, subjects, sni];
    const wanted = ['!AND', verified, ['OR', [...whole, ['request_method', 'in', ['GET']], paths], whole]];
    assert.deepEqual(varsFor([other, curl, other]), [wanted]);
    assert.deepEqual(varsFor([curl, other]), [wanted]);
  });

  it('takes the hosts of the service where an allowance names none', () => {
    const { hosts: _, ...anywhere } = curl;
    assert.deepEqual(varsFor([anywhere], ['b.test', '*.a.test']), [
      ['!AND', verified, issuers, subjects, ['ssl_server_name', '~*', '^(?:[^.]+\\.a\\.test|b\\.test)$']],
    ]);
  });

  for (const [what, allow, hosts] of [
    ['there is no allowance', [], ['test.com']],
    [
      'none names a certificate',
      [
        { ...curl, subjects: [] },
        { ...curl, issuers: [] },
      ],
      ['test.com'],
    ],
    ['there is no host to be verified at', [{ issuers: ['CN=CA'], subjects: ['CN=curl'] }], []],
  ] as const) {
    it(`refuses every request where ${what}`, () => {
      const vars = varsFor(allow, hosts);
      assert.ok(isRefused(vars, asCurl));
      assert.ok(isRefused(vars, {}));
    });
  }

  for (const [what, change, want] of [
    ['the client', {}, false],
    ['its host in capitals', { ssl_server_name: 'TEST.com' }, false],
    ['a client of the next CA', { ssl_client_i_dn: 'CN=NEXT CA' }, false],
    [
      'a client without a certificate',
      { ssl_client_verify: 'NONE', ssl_client_i_dn: undefined, ssl_client_s_dn: undefined },
      true,
    ],
    ['the plain port', Object.fromEntries(Object.keys(asCurl).map((name) => [name, undefined])), true],
    ['the same names, forged', { ssl_client_verify: 'FAILED:self-signed certificate' }, true],
    ['the same names at another host', { ssl_server_name: 'evil.test' }, true],
    ['the same names at a host that only ends so', { ssl_server_name: 'evil-test.com' }, true],
    ['the same subject of another CA', { ssl_client_i_dn: 'CN=OTHER' }, true],
    ['another client', { ssl_client_s_dn: 'CN=other' }, true],
  ] as const) {
    it(`${want ? 'refuses' : 'allows'} ${what}`, () =>
      assert.equal(isRefused(varsFor([curl]), { ...asCurl, ...change }), want));
  }

  it('is taken off only to ask what a gateway would say without it', () => {
    const object = { kind: 'routes', id: 'a', writeOnly: [], body: { name: 'a', plugins: {} } };
    const open = { ...object, body: { name: 'a' } };
    assert.deepEqual([isRestricted(object), isRestricted(open)], [true, false]);
    assert.deepEqual(unrestricted([object, open]), [open, open]);
  });
});
