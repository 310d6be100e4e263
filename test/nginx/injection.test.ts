import assert from 'node:assert/strict';
import { mtlsUpstreamSpec } from '../../src/api/mtls-upstream.ts';
import type { NginxSpec } from '../../src/nginx/grammar.ts';
import { type Parsed, parse } from './nginx-parser.ts';
import { anAnswer, aProxy, aService, aSpec, buildSpec, renderSpec } from './specs.ts';

const withContentType = (contentType: string) => ({
  ...anAnswer('ok'),
  return: { status: 200, body: 'ok', contentType },
});

/** The classes of ingress-nginx's advisories. An attack is refused with the field named, or it stays one argument. */
const refused: readonly { readonly name: string; readonly given: Partial<NginxSpec>; readonly field: string }[] = [
  {
    name: 'CVE-2021-25745, a path aimed at a mounted token',
    given: { locations: [anAnswer('', '/x/../../var/run/secrets/kubernetes.io/serviceaccount/token')] },
    field: 'spec.nginx.locations[0].path',
  },
  {
    name: 'CVE-2021-25745, a directory of files aimed at a mounted token',
    given: { locations: [{ path: '/', requireClientCertificate: false, root: '/var/run/secrets/kubernetes.io' }] },
    field: 'spec.nginx.locations[0].root',
  },
  {
    name: 'CVE-2021-25745, a directory of files that climbs out',
    given: { locations: [{ path: '/', requireClientCertificate: false, root: '/srv/../etc/nginx/tls' }] },
    field: 'spec.nginx.locations[0].root',
  },
  {
    name: 'CVE-2021-25746, a directive in a further name',
    given: { additionalServerNames: ['a.test; ssl_verify_client off'] },
    field: 'spec.nginx.additionalServerNames[0]',
  },
  {
    name: 'CVE-2023-5044, a directive behind a media type',
    given: { locations: [withContentType('text/html; charset=utf-8; add_header X 1')] },
    field: 'spec.nginx.locations[0].return.contentType',
  },
  {
    name: 'CVE-2021-25748, a header behind a media type',
    given: { locations: [withContentType('text/html\r\nSet-Cookie: a=b')] },
    field: 'spec.nginx.locations[0].return.contentType',
  },
  {
    name: 'CVE-2025-1098, a Service with a directive behind it',
    given: { locations: [aService('app; mirror /x')] },
    field: 'spec.nginx.locations[0].proxy.serviceRef.name',
  },
  {
    name: 'CVE-2020-8553, a Service whose name reaches into another namespace',
    given: { locations: [aService('app.other')] },
    field: 'spec.nginx.locations[0].proxy.serviceRef.name',
  },
  {
    name: 'CVE-2021-25746, a directive in a host name',
    given: { serverName: 'test.com; root /' },
    field: 'spec.nginx.serverName',
  },
  {
    name: 'CVE-2021-25746, a regular expression as server name',
    given: { serverName: '~^(?<x>.+)$' },
    field: 'spec.nginx.serverName',
  },
  {
    name: 'CVE-2021-25748, a newline in a path',
    given: { locations: [anAnswer('ok', '/a\n/b')] },
    field: 'spec.nginx.locations[0].path',
  },
  {
    name: 'CVE-2021-25748, a newline at the end, which a careless $ lets pass',
    given: { serverName: 'test.com\n' },
    field: 'spec.nginx.serverName',
  },
  {
    name: 'CVE-2021-25748, a carriage return in a body',
    given: { locations: [anAnswer('a\rb')] },
    field: 'spec.nginx.locations[0].return.body',
  },
  {
    name: 'CVE-2021-25748, NUL in a body',
    given: { locations: [anAnswer('a\0b')] },
    field: 'spec.nginx.locations[0].return.body',
  },
  {
    name: 'CVE-2023-5044, a redirect from a status',
    given: { locations: [anAnswer('https://elsewhere.example', '/hello', 301)] },
    field: 'spec.nginx.locations[0].return.status',
  },
  {
    name: 'CVE-2025-1097, a variable in a text that is compared or shown',
    given: { locations: [anAnswer('$ssl_client_raw_cert')] },
    field: 'spec.nginx.locations[0].return.body',
  },
  {
    name: 'CVE-2025-1098, a target with a directive behind it',
    given: { locations: [aProxy('10.0.0.1; mirror /x')] },
    field: 'spec.nginx.locations[0].proxy.host',
  },
  {
    name: 'CVE-2025-24513, a directory that climbs out',
    given: { tlsDirectory: 'tls/../../etc' },
    field: 'spec.nginx.tlsDirectory',
  },
  {
    name: 'CVE-2025-24513, a directory that a variable chooses',
    given: { tlsDirectory: 'tls/$host' },
    field: 'spec.nginx.tlsDirectory',
  },
  {
    name: 'CVE-2025-24514, a URL where a host belongs',
    given: { locations: [aProxy('http://10.0.0.1/#;')] },
    field: 'spec.nginx.locations[0].proxy.host',
  },
  {
    name: 'CVE-2025-24514, a socket of the machine',
    given: { locations: [aProxy('unix:/run/docker.sock')] },
    field: 'spec.nginx.locations[0].proxy.host',
  },
  {
    name: 'CVE-2025-1974, a directive that loads code when the configuration is tested',
    given: { tlsDirectory: 'tls;}ssl_engine /proc/1/fd/9;#' },
    field: 'spec.nginx.tlsDirectory',
  },
  {
    name: 'CVE-2025-1098, a resolver with a directive behind it',
    given: { resolvers: ['10.0.0.10; mirror /x'] },
    field: 'spec.nginx.resolvers[0]',
  },
  {
    name: 'CVE-2026-24512, a block in a path',
    given: { locations: [anAnswer('ok', '/a{root/;}')] },
    field: 'spec.nginx.locations[0].path',
  },
  {
    name: 'CVE-2026-24512, a regular expression as path',
    given: { locations: [anAnswer('ok', '~ ^/(.*)')] },
    field: 'spec.nginx.locations[0].path',
  },
  {
    name: 'CVE-2026-4342, a comment and a way out of it',
    given: { locations: [anAnswer('# a comment\nssl_verify_client off;')] },
    field: 'spec.nginx.locations[0].return.body',
  },
];

const inert: readonly { readonly name: string; readonly body: string }[] = [
  { name: 'CVE-2023-5044, a value that ends its directive', body: 'x"; root /; #' },
  { name: 'CVE-2023-5044, an escape before the quote', body: 'x\\"; root /; #' },
  { name: 'CVE-2026-4342, a comment sign', body: '# ssl_verify_client off;' },
  { name: 'CVE-2021-25746, the end of the block', body: '} } ssl_verify_client off; server {' },
];

/** Fields that a user may wish for, and which must not exist. */
const unknownFields: readonly { readonly name: string; readonly given: Readonly<Record<string, unknown>> }[] = [
  { name: 'CVE-2021-25742, a snippet', given: { snippet: 'ssl_verify_client off;' } },
  { name: 'CVE-2023-5043, a configuration snippet', given: { 'configuration-snippet': 'lua_code_cache off;' } },
  { name: 'CVE-2025-1097, a pattern for the common name', given: { 'auth-tls-match-cn': 'CN=x"; #' } },
  { name: 'CVE-2025-15566, names of headers', given: { 'auth-proxy-set-headers': { 'X"; root /': 'x' } } },
  { name: 'CVE-2020-8553, a file name', given: { fileName: 'a-b', namespace: 'a', name: 'b' } },
];

const names = ({ name, body = [] }: Parsed): readonly string[] => [name, ...body.flatMap(names)];

describe('the classes of the ingress-nginx advisories', () => {
  for (const { name, given, field } of refused) {
    it(`refuses ${name}`, () => {
      const built = buildSpec(aSpec(given));
      assert.ok(!built.ok);
      assert.deepEqual(
        built.findings.map(({ message }) => message.split(': ')[0]),
        [field],
      );
    });
  }

  for (const { name, body } of inert) {
    it(`keeps as one argument ${name}`, () => {
      const printed = parse(renderSpec(aSpec({ locations: [anAnswer(body)] })));
      assert.deepEqual(printed.flatMap(names), parse(renderSpec(aSpec())).flatMap(names));
      assert.ok(JSON.stringify(printed).includes(JSON.stringify(['200', body])));
    });
  }

  for (const { name, given } of unknownFields) {
    it(`has no field for ${name}`, () => {
      assert.equal(renderSpec({ ...aSpec(), ...given }), renderSpec(aSpec()));
      assert.deepEqual(mtlsUpstreamSpec.shape.nginx.parse({ ...aSpec(), ...given }), aSpec());
    });
  }
});
