import assert from 'node:assert/strict';
import { judgeSpec, type NginxSpec } from '../../src/nginx/grammar.ts';
import { anAnswer, aProxy, aService, aSpec, withTimeouts } from './specs.ts';

interface Field {
  readonly field: string;
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
    given: (listen) => ({ listen }),
    accepted: [1, 65_535],
    refused: [0, -1, 65_536, 1.5, Number.NaN],
  },
  {
    field: 'spec.nginx.serverName',
    given: (serverName) => ({ serverName }),
    accepted: ['a', '0', 'a-b', 'a--b.0-c', label, `${label}.${label}.${label}.${'a'.repeat(61)}`],
    refused: ['', '-a', 'a-', 'a.-b', 'a-.b', 'A', 'a_b', '.a', 'a.', 'a..b', '*.a', ` a`, 'a ', 'a\n'],
  },
  {
    field: 'spec.nginx.serverName',
    given: (serverName) => ({ serverName }),
    accepted: [],
    refused: [`${label}a`, `a.${label}a`, `${label}.${label}.${label}.${'a'.repeat(62)}`, 'a/b', 'b=a', '\na'],
  },
  {
    field: 'spec.nginx.tlsDirectory',
    given: (tlsDirectory) => ({ tlsDirectory }),
    accepted: ['a', '/a', 'Z9_-', '_', '-', '/a/b.c', 'a..', at(255, '/')],
    refused: ['', '/', '.', '..', '.a', '/.a', 'a/.b', 'a//b', 'a/', '//a', 'a b', 'a\n', '\na', at(256, '/'), 'ü'],
  },
  {
    field: 'spec.nginx.resolvers[0]',
    given: (resolver) => ({ resolvers: [resolver] }),
    accepted: ['::', '10.0.0.10', '2001:DB8::af', 'ffff:'.repeat(7).concat('ffff')],
    refused: ['', ':', 'g::', '10.0.0.10 ', ' 10.0.0.10', '10.0.0.10\n', '[::1]', '1:'.repeat(20), '10.0.0.1/8'],
  },
  {
    field: `${one}.path`,
    given: (path) => ({ locations: [anAnswer('ok', path)] }),
    accepted: ['/', '/azAZ09._~+,=:@-/', '/a/.b', '/a/..b/c', '/...', at(1024, '/')],
    refused: ['', 'a', ' /a', '/a b', '/a%41', '/a\n', '\n/a', '//', '/a//b', '/.', '/..', '/./a', '/a/../b', '/a/.'],
  },
  {
    field: `${one}.path`,
    given: (path) => ({ locations: [anAnswer('ok', path)] }),
    accepted: [],
    refused: [at(1025, '/'), '/a;', '/a{', '/$a', '/"', '/a\\', '/ü'],
  },
  {
    field: `${one}.path`,
    given: (path) => ({ locations: [anAnswer('ok', path)] }),
    accepted: ['/.well-known/mtls-operator', '/.well-known/', '/a/.well-known/mtls-operator/'],
    refused: ['/.well-known/mtls-operator/', '/.well-known/mtls-operator/config'],
  },
  {
    field: `${one}.return.status`,
    given: (status) => ({ locations: [anAnswer('ok', '/a', status)] }),
    accepted: [200, 300, 304, 305, 306, 309, 599],
    refused: [199, 600, 200.5, Number.NaN, 301, 302, 303, 307, 308],
  },
  {
    field: `${one}.return.body`,
    given: (body) => ({ locations: [anAnswer(body)] }),
    accepted: ['', 'a'.repeat(999), '"'.repeat(999), '\\'.repeat(999), '🔐'.repeat(999), '#;{}'],
    refused: ['a'.repeat(1000), '🔐'.repeat(1000), '$', 'a\nb', '\0', '\x85', '\ud800', 'a\r'],
  },
  {
    field: `${one}.return.body`,
    given: (status) => ({ locations: [anAnswer('', '/a', status)] }),
    accepted: [200, 204, 404, 407, 409, 445, 493, 498, 500],
    refused: [408, 444, 494, 495, 496, 497, 499],
  },
  {
    field: `${one}.return.contentType`,
    given: (contentType) => ({ locations: [{ ...anAnswer('ok'), return: { status: 200, body: 'ok', contentType } }] }),
    accepted: ['application/json', 'text/html; charset=utf-8', 'image/svg+xml'],
    refused: [
      '',
      'json',
      'text/html;',
      'text/html; charset=',
      'text/html\n',
      'text/*',
      'Text/html',
      'a/b; x=y',
      'a/$b',
    ],
  },
  {
    field: `${one}.root`,
    given: (root) => ({ locations: [{ path: '/', requireClientCertificate: false, root }] }),
    accepted: ['/srv', '/srv/site', '/var/www/a.b', '/usr/share/nginx/html', '/opt/app_1', '/data/x'],
    refused: [
      '',
      '/',
      'srv',
      '/etc',
      '/etc/nginx/tls',
      '/srv/',
      '/srv/..',
      '/srv/../etc',
      '/srv/.git',
      '/srvx',
      '/srv//a',
    ],
  },
  {
    field: `${one}.root`,
    given: (root) => ({ locations: [{ path: '/', requireClientCertificate: false, root }] }),
    accepted: [],
    refused: [
      '/proc/self',
      '/run/mtls-operator',
      '/var/run/secrets',
      '/dev/stdin',
      '/srv/$host',
      '/srv/a;',
      '/srv/a\n',
    ],
  },
  {
    field: `${one}.proxy.serviceRef.name`,
    given: (name) => ({ locations: [aService(name)] }),
    accepted: ['app', 'a-b', label],
    refused: ['', 'A', 'a.b', '0a', 'a_b', '-a', 'a;', 'a b', `${label}a`, 'a/b', '$a'],
  },
  {
    field: `${one}.proxy.timeouts.connectSeconds`,
    given: (connectSeconds) => ({ locations: [withTimeouts({ connectSeconds })] }),
    accepted: [1, 75],
    refused: [0, 76, 1.5, -1],
  },
  {
    field: `${one}.proxy.timeouts.readSeconds`,
    given: (readSeconds) => ({ locations: [withTimeouts({ readSeconds })] }),
    accepted: [1, 86_400],
    refused: [0, 86_401],
  },
  {
    field: `${one}.proxy.timeouts.sendSeconds`,
    given: (sendSeconds) => ({ locations: [withTimeouts({ sendSeconds })] }),
    accepted: [1, 86_400],
    refused: [0, 86_401],
  },
  {
    field: 'spec.nginx.additionalListen[0]',
    given: (port) => ({ additionalListen: [port] }),
    accepted: [1, 65_535],
    refused: [0, 65_536],
  },
  {
    field: 'spec.nginx.additionalListen',
    given: (additionalListen) => ({ additionalListen }),
    accepted: [[1, 2, 3, 4, 5, 6, 7]],
    refused: [[], [1, 2, 3, 4, 5, 6, 7, 8], [8443]],
  },
  {
    field: 'spec.nginx.additionalServerNames[0]',
    given: (name) => ({ additionalServerNames: [name] }),
    accepted: ['*.test.com', 'www.test.com', 'a'],
    refused: ['', '*', 'a.*', '~^a$', '.test.com', 'A', 'a b', '*.a;', '_', '"a"'],
  },
  {
    field: 'spec.nginx.additionalServerNames',
    given: (additionalServerNames) => ({ additionalServerNames }),
    accepted: [Array.from({ length: 31 }, (_, at) => `n${at}`)],
    refused: [[], Array.from({ length: 32 }, (_, at) => `n${at}`), ['test.com']],
  },
  {
    field: 'spec.nginx.clientVerification.depth',
    given: (depth) => ({ clientVerification: { mode: 'Required', depth, revocationLists: false } }),
    accepted: [1, 8],
    refused: [0, 9, 1.5],
  },
  {
    field: 'spec.nginx.tls.versions',
    given: (versions) => ({ tls: { versions, ciphers: 'Default' } }),
    accepted: [['TLSv1.2'], ['TLSv1.3'], ['TLSv1.3', 'TLSv1.2']],
    refused: [[]],
  },
  {
    field: 'spec.nginx.tls.versions[0]',
    given: (version) => ({ tls: { versions: [version], ciphers: 'Default' } }),
    accepted: [],
    refused: ['TLSv1.1', 'SSLv3', '', 'TLSv1.3;'],
  },
  {
    field: 'spec.nginx.locations',
    given: ([mode, requireClientCertificate]: readonly ['Required' | 'Optional', boolean]) => ({
      clientVerification: { mode, revocationLists: false },
      locations: [{ ...anAnswer('ok'), requireClientCertificate }],
    }),
    accepted: [
      ['Required', false],
      ['Optional', true],
    ],
    refused: [
      ['Required', true],
      ['Optional', false],
    ],
  },
  {
    field: `${one}.proxy.host`,
    given: (host) => ({ locations: [aProxy(host)] }),
    accepted: ['a', 'A', '10.0.0.7', 'a-b.C', 'a'.repeat(253)],
    refused: ['', '-a', 'a-', '.a', 'a.', 'a_b', ' a', 'a ', 'a\n', '\na', 'a:80', '::1', 'a/b', 'a'.repeat(254), '$a'],
  },
  {
    field: `${one}.proxy.host`,
    given: (host) => ({ locations: [aProxy(host)] }),
    accepted: ['unix.test', 'a.unix'],
    refused: ['unix', 'UNIX', 'Unix'],
  },
  {
    field: `${one}.proxy.port`,
    given: (port) => ({ locations: [aProxy('app', '/a', port)] }),
    accepted: [1, 65_535],
    refused: [0, 65_536, 80.5],
  },
];

/** The fields that the grammar refuses, each once. */
const refusedFields = (spec: NginxSpec) => {
  const judged = judgeSpec(spec);
  return judged.ok ? [] : [...new Set(judged.findings.map(({ message }) => message.split(': ')[0]))];
};

describe('the grammar of NGINX fields', () => {
  for (const { field, given, accepted, refused } of fields) {
    const shown = (value: unknown) => JSON.stringify(value)?.slice(0, 40);

    for (const value of accepted) {
      it(`${field} may be ${shown(value)}`, () => assert.deepEqual(refusedFields(aSpec(given(value as never))), []));
    }

    for (const value of refused) {
      it(`${field} must not be ${shown(value)}`, () =>
        assert.deepEqual(refusedFields(aSpec(given(value as never))), [field]));
    }
  }

  const none = { path: '/a', requireClientCertificate: false };
  for (const { what, location } of [
    { what: 'two', location: { ...anAnswer('a'), ...aProxy('app') } },
    { what: 'all three', location: { ...anAnswer('a'), ...aProxy('app'), root: '/srv' } },
    { what: 'none', location: none },
  ]) {
    it(`a location has exactly one of return, proxy and root, not ${what}`, () =>
      assert.deepEqual(refusedFields(aSpec({ locations: [anAnswer('ok', '/'), location] })), [
        'spec.nginx.locations[1]',
      ]));
  }

  for (const { what, proxy } of [
    { what: 'both', proxy: { host: 'app', serviceRef: { name: 'app' }, port: 80, identityHeaders: false } },
    { what: 'neither', proxy: { port: 80, identityHeaders: false } },
  ]) {
    it(`a proxy has exactly one of host and serviceRef, not ${what}`, () =>
      assert.deepEqual(refusedFields(aSpec({ locations: [{ ...none, proxy }] })), ['spec.nginx.locations[0].proxy']));
  }

  it('each resolver and each location is judged, by its place', () => {
    const nginx = aSpec({ resolvers: ['::1', 'x'], locations: [anAnswer('ok'), anAnswer('ok', 'b')] });
    assert.deepEqual(refusedFields(nginx), ['spec.nginx.resolvers[1]', 'spec.nginx.locations[1].path']);
  });

  it('what is no object at all is refused', () => {
    for (const spec of [undefined, null, 'server {}', [], 1]) assert.equal(judgeSpec(spec).ok, false);
  });
});
