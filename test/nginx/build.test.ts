import assert from 'node:assert/strict';
import { build } from '../../src/nginx/build.ts';
import { fingerprintPath, readFingerprint } from '../../src/nginx/fingerprint.ts';
import type { NginxSpec } from '../../src/nginx/grammar.ts';
import { render } from '../../src/nginx/render.ts';
import { parse } from './nginx-parser.ts';
import { anAnswer, aProxy, aSpec, buildSpec, purpose, renderSpec } from './specs.ts';

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
    const own = `= ${fingerprintPath}`;
    const paths = (locations: NginxSpec['locations']) =>
      parse(renderSpec(aSpec({ locations })))[0]
        ?.body?.filter(({ name }) => name === 'location')
        .map(({ args }) => args.join(' '));
    assert.deepEqual(paths([anAnswer('a', '/a')]), [own, '/', '/a']);
    assert.deepEqual(paths([anAnswer('all', '/')]), [own, '/']);
  });

  it('is changed by every field but the name of its ConfigMap, and who runs it', () => {
    const changed: { readonly [Field in keyof NginxSpec]-?: Partial<NginxSpec> } = {
      listen: { listen: 9443 },
      serverName: { serverName: 'other.test' },
      tlsDirectory: { tlsDirectory: 'other' },
      resolvers: { resolvers: ['10.0.0.10'] },
      locations: { locations: [anAnswer('other')] },
      configMapName: {},
      deployment: {},
      additionalListen: { additionalListen: [9443] },
      additionalServerNames: { additionalServerNames: ['*.test.com'] },
      unknownNames: { unknownNames: 'Reject' },
      tls: { tls: { versions: ['TLSv1.3'], ciphers: 'Default' } },
      clientVerification: { clientVerification: { mode: 'Required', depth: 3, revocationLists: false } },
      output: { output: 'WholeFile' },
    };
    const unchanged = Object.entries(changed).filter(([, change]) => renderSpec(aSpec(change)) === renderSpec(aSpec()));
    assert.deepEqual(
      unchanged.map(([field]) => field),
      ['configMapName', 'deployment'],
    );
  });
});

describe('the fingerprint of a server block', () => {
  it('differs with each list of revoked certificates, of which the text says only that there is one', () => {
    const [one, other, none] = ['1', '2', undefined].map((digit) => {
      const built = build(aSpec(), { ...purpose, revoked: digit?.repeat(64) });
      assert.ok(built.ok);
      return { ...built.value.fingerprint, text: render(built.value.statements) };
    });
    assert.ok(one && other && none);
    assert.equal(new Set([one.config, other.config, none.config]).size, 3);
    assert.equal(new Set([one.resource, other.resource, none.resource]).size, 1);
    assert.equal(one.text.replaceAll(one.config, ''), other.text.replaceAll(other.config, ''));
    assert.match(one.text, /^ {4}ssl_crl tls\/ca\.crl;$/m);
    assert.doesNotMatch(none.text, /ssl_crl/);
  });

  const configOf = (nginx: NginxSpec, by: Partial<typeof purpose> = {}) => {
    const built = build(nginx, { ...purpose, ...by });
    assert.ok(built.ok);
    return built.value;
  };

  it('is what NGINX tells to who asks for it, and to nobody else', () => {
    const { statements, fingerprint } = configOf(aSpec());
    const [server] = parse(render(statements));
    const own = server?.body?.filter(({ args }) => args.includes(fingerprintPath));
    const [{ name, args, body: [answer] = [] } = { name: '', args: [] }] = own ?? [];
    assert.deepEqual([own?.length, name, args, answer?.name], [1, 'location', ['=', fingerprintPath], 'return']);
    const [status, body = ''] = answer?.args ?? [];
    assert.deepEqual(readFingerprint({ status: Number(status), body }), fingerprint);
  });

  it('is told at every path to who asks for it by the header of a probe', () => {
    const { statements, fingerprint } = configOf(aSpec());
    const [server] = parse(render(statements));
    const [{ args, body: [answer] = [] } = { args: [] }, ...more] =
      server?.body?.filter(({ name }) => name === 'if') ?? [];
    assert.deepEqual([args, answer?.name, more.length], [['($http_mtls_operator_probe)'], 'return', 0]);
    const [status, body = ''] = answer?.args ?? [];
    assert.deepEqual(readFingerprint({ status: Number(status), body }), fingerprint);
  });

  for (const { name, other } of [
    { name: 'the port', other: configOf(aSpec({ listen: 9443 })) },
    { name: 'an answer', other: configOf(aSpec({ locations: [anAnswer('Hello again')] })) },
    { name: 'the length of the chain', other: configOf(aSpec(), { verifyDepth: 2 }) },
    { name: 'the resource, so that nobody can try out texts', other: configOf(aSpec(), { uid: 'another' }) },
  ]) {
    it(`is another for another text: ${name}`, () =>
      assert.notEqual(other.fingerprint.config, configOf(aSpec()).fingerprint.config));
  }

  it('is the same for the same text', () => {
    const [a, b] = [anAnswer('a', '/a'), aProxy('10.0.0.7', '/b')];
    const [one, other] = [configOf(aSpec({ locations: [a, b] })), configOf(aSpec({ locations: [b, a] }))];
    assert.deepEqual(one.fingerprint, other.fingerprint);
  });

  it('says of which resource it is, whatever the text', () => {
    const { resource } = configOf(aSpec()).fingerprint;
    assert.equal(configOf(aSpec({ listen: 9443 })).fingerprint.resource, resource);
    assert.notEqual(configOf(aSpec(), { uid: 'another' }).fingerprint.resource, resource);
  });

  it('shows neither the uid nor anything of the text', () => {
    const { fingerprint } = configOf(aSpec({ locations: [aProxy('app.internal')] }));
    assert.doesNotMatch(JSON.stringify(fingerprint), new RegExp(`app|internal|8080|${purpose.uid}`));
  });

  const told = `mtls-operator ${'a'.repeat(16)} ${'b'.repeat(64)}`;
  for (const { name, answer } of [
    { name: 'an answer of an application', answer: { status: 200, body: 'Hello API7!' } },
    { name: 'a page that repeats it', answer: { status: 200, body: `see ${told}` } },
    { name: 'a page that goes on after it', answer: { status: 200, body: `${told}\n` } },
    { name: 'what is not found', answer: { status: 404, body: told } },
    { name: 'a hash of another length', answer: { status: 200, body: told.slice(0, -1) } },
  ]) {
    it(`is not read out of ${name}`, () => assert.equal(readFingerprint(answer), undefined));
  }
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
      { name: 'neither an answer nor a proxy', location: { path: '/a', requireClientCertificate: false } },
      { name: 'an answer and a proxy', location: { ...anAnswer('a'), ...aProxy('10.0.0.7') } },
      { name: 'a path that we keep for ourselves', location: anAnswer('ok', '/.well-known/mtls-operator/config') },
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
    it(`refuses ${name}`, () => assert.equal(buildSpec(aSpec({ locations: [location] })).ok, false));
  }
  for (const { name, location } of accepted) {
    it(`takes ${name}`, () => assert.equal(buildSpec(aSpec({ locations: [location] })).ok, true));
  }

  it('refuses one path twice', () => {
    const built = buildSpec(aSpec({ locations: [anAnswer('a'), anAnswer('b')] }));
    assert.deepEqual(built, {
      ok: false,
      findings: [{ reason: 'InvalidSpec', message: 'spec.nginx.locations[1]: is there twice' }],
    });
  });

  it('never repeats the value in a finding', () => {
    const built = buildSpec(aSpec({ serverName: 'Secret$Value', locations: [anAnswer('Secret$Value')] }));
    assert.ok(!built.ok);
    assert.equal(built.findings.length, 2);
    assert.doesNotMatch(JSON.stringify(built), /Secret\$Value/);
  });
});
