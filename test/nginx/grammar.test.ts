import assert from 'node:assert/strict';
import { findViolations, type NginxSpec } from '../../src/nginx/grammar.ts';
import { anAnswer, aProxy, aSpec } from './specs.ts';

interface Field {
  readonly field: string;
  readonly rule: string;
  readonly given: (value: never) => Partial<NginxSpec>;
  readonly accepted: readonly unknown[];
  readonly refused: readonly unknown[];
}

const label = 'a'.repeat(63);
const at = (length: number, text: string) => text.padEnd(length, 'a');
const one = 'spec.nginx.locations[0]';

/** The last value that each rule takes beside the first one that it does not. */
const fields: readonly Field[] = [
  {
    field: 'spec.nginx.listen',
    rule: 'must be a port number',
    given: (listen) => ({ listen }),
    accepted: [1, 65_535],
    refused: [0, -1, 65_536, 1.5, Number.NaN],
  },
  {
    field: 'spec.nginx.serverName',
    rule: 'must be a lower-case DNS name',
    given: (serverName) => ({ serverName }),
    accepted: ['a', '0', 'a-b', 'a--b.0-c', label, `${label}.${label}.${label}.${'a'.repeat(61)}`],
    refused: ['', '-a', 'a-', 'a.-b', 'a-.b', 'A', 'a_b', '.a', 'a.', 'a..b', '*.a', ` a`, 'a ', 'a\n'],
  },
  {
    field: 'spec.nginx.serverName',
    rule: 'must be a lower-case DNS name',
    given: (serverName) => ({ serverName }),
    accepted: [],
    refused: [`${label}a`, `a.${label}a`, `${label}.${label}.${label}.${'a'.repeat(62)}`, 'a/b', 'b=a', '\na'],
  },
  {
    field: 'spec.nginx.tlsDirectory',
    rule: 'must be a path of letters, digits, dots, dashes and underscores, where no part starts with a dot',
    given: (tlsDirectory) => ({ tlsDirectory }),
    accepted: ['a', '/a', 'Z9_-', '_', '-', '/a/b.c', 'a..', at(255, '/')],
    refused: ['', '/', '.', '..', '.a', '/.a', 'a/.b', 'a//b', 'a/', '//a', 'a b', 'a\n', '\na', at(256, '/'), 'ü'],
  },
  {
    field: 'spec.nginx.resolvers[0]',
    rule: 'must be an IP address',
    given: (resolver) => ({ resolvers: [resolver] }),
    accepted: ['::', '10.0.0.10', '2001:DB8::af', 'ffff:'.repeat(7).concat('ffff')],
    refused: ['', ':', 'g::', '10.0.0.10 ', ' 10.0.0.10', '10.0.0.10\n', '[::1]', '1:'.repeat(20), '10.0.0.1/8'],
  },
  {
    field: `${one}.path`,
    rule: 'must be a normalised path that starts with / and holds only letters, digits and ._~+,=:@/-',
    given: (path) => ({ locations: [anAnswer('ok', path)] }),
    accepted: ['/', '/azAZ09._~+,=:@-/', '/a/.b', '/a/..b/c', '/...', at(1024, '/')],
    refused: ['', 'a', ' /a', '/a b', '/a%41', '/a\n', '\n/a', '//', '/a//b', '/.', '/..', '/./a', '/a/../b', '/a/.'],
  },
  {
    field: `${one}.path`,
    rule: 'must be a normalised path that starts with / and holds only letters, digits and ._~+,=:@/-',
    given: (path) => ({ locations: [anAnswer('ok', path)] }),
    accepted: [],
    refused: [at(1025, '/'), '/a;', '/a{', '/$a', '/"', '/a\\', '/ü'],
  },
  {
    field: `${one}.path`,
    rule: 'must not begin with /.well-known/mtls-operator/, which the operator reserves',
    given: (path) => ({ locations: [anAnswer('ok', path)] }),
    accepted: ['/.well-known/mtls-operator', '/.well-known/', '/a/.well-known/mtls-operator/'],
    refused: ['/.well-known/mtls-operator/', '/.well-known/mtls-operator/config'],
  },
  {
    field: `${one}.return.status`,
    rule: 'must be a status from 200 to 599 that is not a redirect',
    given: (status) => ({ locations: [anAnswer('ok', '/a', status)] }),
    accepted: [200, 300, 304, 305, 306, 309, 599],
    refused: [199, 600, 200.5, Number.NaN, 301, 302, 303, 307, 308],
  },
  {
    field: `${one}.return.body`,
    rule: 'must not be empty for this status',
    given: (status) => ({ locations: [anAnswer('', '/a', status)] }),
    accepted: [200, 204, 404, 407, 409, 445, 493, 498, 500],
    refused: [408, 444, 494, 495, 496, 497, 499],
  },
  {
    field: `${one}.return.body`,
    rule: 'must be one line of at most 4000 bytes without $',
    given: (body) => ({ locations: [anAnswer(body)] }),
    // With the two quotes, and an escape before each quote of its own.
    accepted: ['', 'a'.repeat(3998), '"'.repeat(1999), '\\'.repeat(1999), 'ü'.repeat(1999)],
    refused: ['a'.repeat(3999), `${'"'.repeat(1999)}a`, `${'\\'.repeat(1999)}a`, `${'ü'.repeat(1999)}a`, '$', 'a\nb'],
  },
  {
    field: `${one}.proxy.host`,
    rule: 'must be a DNS name or an IPv4 address',
    given: (host) => ({ locations: [aProxy(host)] }),
    accepted: ['a', 'A', '10.0.0.7', 'a-b.C', 'a'.repeat(253)],
    refused: ['', '-a', 'a-', '.a', 'a.', 'a_b', ' a', 'a ', 'a\n', '\na', 'a:80', '::1', 'a/b', 'a'.repeat(254), '$a'],
  },
  {
    field: `${one}.proxy.host`,
    rule: 'must not be unix, which NGINX would take for a socket',
    given: (host) => ({ locations: [aProxy(host)] }),
    accepted: ['unix.test', 'a.unix'],
    refused: ['unix', 'UNIX', 'Unix'],
  },
  {
    field: `${one}.proxy.port`,
    rule: 'must be a port number',
    given: (port) => ({ locations: [aProxy('app', '/a', port)] }),
    accepted: [1, 65_535],
    refused: [0, 65_536, 80.5],
  },
];

describe('the grammar of NGINX fields', () => {
  for (const { field, rule, given, accepted, refused } of fields) {
    const shown = (value: unknown) => JSON.stringify(value)?.slice(0, 40);

    for (const value of accepted) {
      it(`${field} may be ${shown(value)}`, () => assert.deepEqual(findViolations(aSpec(given(value as never))), []));
    }

    for (const value of refused) {
      it(`${field} ${rule.slice(0, 30)}: ${shown(value)}`, () =>
        assert.deepEqual(findViolations(aSpec(given(value as never))), [
          { reason: 'InvalidSpec', message: `${field}: ${rule}` },
        ]));
    }
  }

  for (const { what, location } of [
    { what: 'both', location: { ...anAnswer('a'), ...aProxy('app') } },
    { what: 'neither', location: { path: '/a' } },
  ]) {
    it(`a location has exactly one of return and proxy, not ${what}`, () =>
      assert.deepEqual(findViolations(aSpec({ locations: [anAnswer('ok', '/'), location] })), [
        { reason: 'InvalidSpec', message: 'spec.nginx.locations[1]: must have exactly one of return and proxy' },
      ]));
  }

  it('each resolver and each location is judged, by its place', () => {
    const nginx = aSpec({ resolvers: ['::1', 'x'], locations: [anAnswer('ok'), anAnswer('ok', 'b')] });
    assert.deepEqual(
      findViolations(nginx).map(({ message }) => message.split(':')[0]),
      ['spec.nginx.resolvers[1]', 'spec.nginx.locations[1].path'],
    );
  });
});
