import assert from 'node:assert/strict';
import { build } from '../../src/nginx/build.ts';
import type { NginxSpec } from '../../src/nginx/grammar.ts';
import { parse } from './nginx-parser.ts';
import { anAnswer, aProxy, aSpec, renderSpec } from './specs.ts';

describe('the server block', () => {
  it('holds what guide B asks for', () => {
    const [server] = parse(renderSpec(aSpec({ tlsDirectory: '/var/tls' })));
    const find = (name: string) => server?.body?.filter((inner) => inner.name === name).map(({ args }) => args);
    assert.deepEqual(find('listen'), [['8443', 'ssl']]);
    assert.deepEqual(find('server_name'), [['test.com']]);
    assert.deepEqual(find('ssl_certificate'), [['/var/tls/tls.crt']]);
    assert.deepEqual(find('ssl_certificate_key'), [['/var/tls/tls.key']]);
    assert.deepEqual(find('ssl_client_certificate'), [['/var/tls/ca.crt']]);
    assert.deepEqual(find('ssl_verify_client'), [['on']]);
  });

  it('does not depend on the order of the locations', () => {
    const [a, b] = [anAnswer('a', '/a'), aProxy('10.0.0.7', '/b')];
    assert.equal(renderSpec(aSpec({ locations: [a, b] })), renderSpec(aSpec({ locations: [b, a] })));
  });

  it('answers 404 where no location was written, unless / was', () => {
    const paths = (locations: NginxSpec['locations']) =>
      parse(renderSpec(aSpec({ locations })))[0]
        ?.body?.filter(({ name }) => name === 'location')
        .map(({ args }) => args[0]);
    assert.deepEqual(paths([anAnswer('a', '/a')]), ['/', '/a']);
    assert.deepEqual(paths([anAnswer('all', '/')]), ['/']);
  });

  it('is changed by every field but the name of its ConfigMap', () => {
    const changed: { readonly [Field in keyof NginxSpec]-?: Partial<NginxSpec> } = {
      listen: { listen: 9443 },
      serverName: { serverName: 'other.test' },
      tlsDirectory: { tlsDirectory: 'other' },
      locations: { locations: [anAnswer('other')] },
      configMapName: {},
    };
    const unchanged = Object.entries(changed).filter(([, change]) => renderSpec(aSpec(change)) === renderSpec(aSpec()));
    assert.deepEqual(
      unchanged.map(([field]) => field),
      ['configMapName'],
    );
  });
});

describe('what NGINX would not do as written', () => {
  const { refused, accepted } = {
    refused: [
      { name: 'an escape in a path, which is compared decoded', location: anAnswer('ok', '/a%20b') },
      { name: 'a double slash, which is merged', location: anAnswer('ok', '/a//b') },
      { name: 'a dot segment', location: anAnswer('ok', '/a/./b') },
      { name: 'a dot segment at the end', location: anAnswer('ok', '/a/..') },
      { name: 'an empty body with a status that then closes the connection', location: anAnswer('', '/a', 444) },
      { name: 'an empty body with a status that NGINX keeps for itself', location: anAnswer('', '/a', 496) },
      { name: 'a body that is longer than a token may be', location: anAnswer('界'.repeat(1400)) },
      { name: 'a body of half a character', location: anAnswer('\ud800') },
      { name: 'neither an answer nor a proxy', location: { path: '/a' } },
      { name: 'an answer and a proxy', location: { ...anAnswer('a'), ...aProxy('10.0.0.7') } },
      { name: 'a port that is none', location: aProxy('10.0.0.7', '/a', 65536) },
      { name: 'a status that is none', location: anAnswer('a', '/a', 99) },
    ],
    accepted: [
      { name: 'a name that starts with dots', location: anAnswer('ok', '/..a/.well-known') },
      { name: 'a 4xx with a body', location: anAnswer('no', '/a', 444) },
      { name: 'the longest body of the API', location: anAnswer('🔐'.repeat(999)) },
    ],
  };
  for (const { name, location } of refused) {
    it(`refuses ${name}`, () => assert.equal(build(aSpec({ locations: [location] })).ok, false));
  }
  for (const { name, location } of accepted) {
    it(`takes ${name}`, () => assert.equal(build(aSpec({ locations: [location] })).ok, true));
  }

  it('refuses one path twice', () => {
    const built = build(aSpec({ locations: [anAnswer('a'), anAnswer('b')] }));
    assert.deepEqual(built, {
      ok: false,
      findings: [{ reason: 'InvalidSpec', message: 'spec.nginx.locations: must not name a path twice' }],
    });
  });

  it('never repeats the value in a finding', () => {
    const built = build(aSpec({ serverName: 'Secret$Value', locations: [anAnswer('Secret$Value')] }));
    assert.ok(!built.ok);
    assert.equal(built.findings.length, 2);
    assert.doesNotMatch(JSON.stringify(built), /Secret\$Value/);
  });
});
