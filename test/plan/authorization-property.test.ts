import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { MtlsUpstreamSpec } from '../../src/api/mtls-upstream.ts';
import { compile } from '../../src/gateway/apisix/payload.ts';
import { notAllowedText } from '../../src/model/allowance.ts';
import type { UpstreamTls } from '../../src/model/gateway-state.ts';
import { toRfc2253 } from '../../src/pki/names/rfc2253.ts';
import { authorizationOf } from '../../src/plan/authorization/allow.ts';
import { restricted } from '../../src/plan/authorization/authorized.ts';
import { allowedChecks } from '../../src/plan/authorization/canaries.ts';
import { subjectOf } from '../../src/plan/certificates/leaf-names.ts';
import { certificateSecret } from '../../src/plan/children/secret.ts';
import { isRefused } from '../harness/expression.ts';
import { aGatewayResource, anUpstreamResource, caRequest, issued, now, withStatus } from './given.ts';

/** Two clients of one name among them, and one that is revoked. */
const clients = [
  { name: 'a', commonName: 'A', uris: ['spiffe://a'] },
  { name: 'b', commonName: 'B, Inc.', uris: ['spiffe://b', 'spiffe://both'] },
  { name: 'c', commonName: 'C', uris: ['spiffe://both'] },
  { name: 'twin', commonName: 'C' },
  { name: 'gone', commonName: 'G', uris: ['spiffe://gone'], revoked: {} },
];
const subjects: Readonly<Record<string, string>> = {
  a: 'CN=A',
  b: 'CN=B\\, Inc.',
  c: 'CN=C',
  twin: 'CN=C',
  gone: 'CN=G',
};
const accepts = { hosts: ['own.test'], issuers: ['CN=ONE', 'CN=TWO'] };
const gateway = withStatus(aGatewayResource({ hosts: ['own.test'], clients }), { accepts });
const routes = [
  { name: 'hello', methods: ['GET', 'POST'], paths: ['/hello', '/hello/a'] },
  { name: 'api', methods: ['GET'], paths: ['/api/*'] },
] as const;

const ref = { mtlsGatewayRef: { name: 'test-com' } };
const some = <Value>(values: readonly Value[]) => fc.subarray([...values], { minLength: 1 });
const certificate = {
  subject: fc.constantFrom(...Object.values(subjects), 'CN=P'),
  issuer: fc.constantFrom('CN=ONE', 'CN=TWO', 'CN=OTHER'),
};
const who = fc.oneof(
  some(['a', 'b', 'c', 'twin', 'gone', 'nobody']).map((names) => ({ clients: { ...ref, names } })),
  some(['spiffe://a', 'spiffe://b', 'spiffe://both', 'spiffe://gone']).map((names) => ({ uris: { ...ref, names } })),
  fc.array(fc.record(certificate), { minLength: 1, maxLength: 3 }).map((subjects) => ({ subjects })),
);
const limits = fc.record(
  {
    paths: some(['/hello', '/hello/*', '/api/a', '/api/*', '/*', '/none']),
    methods: some(['GET', 'POST', 'PUT'] as const),
  },
  { requiredKeys: [] },
);
const entry = fc.tuple(who, limits).map(([names, limit]) => ({ ...names, ...limit }));
const request = fc.record({
  ...certificate,
  verify: fc.constantFrom('SUCCESS', 'SUCCESS', 'SUCCESS', 'NONE', 'FAILED:x', undefined),
  host: fc.constantFrom('own.test', 'Own.Test', 'service.test', 'evil.test'),
  at: fc.constantFrom(
    ...(['GET', 'POST'] as const).flatMap((method) =>
      ['/hello', '/hello/a'].map((path) => ({ route: 'hello', method, path })),
    ),
    ...['/api/', '/api/a', '/api/b'].map((path) => ({ route: 'api', method: 'GET' as const, path })),
  ),
});
type Entry = NonNullable<MtlsUpstreamSpec['authorization']>[number];
type Request = typeof request extends fc.Arbitrary<infer Value> ? Value : never;

/** What the documentation says, of one entry. */
function allows(entry: Entry, { subject, issuer, host, at }: Request): boolean {
  const isAt = entry.paths?.some((path) =>
    path.endsWith('*') ? at.path.startsWith(path.slice(0, -1)) : path === at.path,
  );
  if (isAt === false || entry.methods?.includes(at.method) === false) return false;
  if (entry.subjects) {
    const isNamed = entry.subjects.some((one) => one.subject === subject && one.issuer === issuer);
    return isNamed && host === 'service.test';
  }
  const names = entry.clients?.names ?? [];
  const isNamed = (one: (typeof clients)[number]) =>
    names.includes(one.name) || (one.uris ?? []).some((uri) => entry.uris?.names.includes(uri));
  const bearers = clients.filter(({ name }) => subjects[name] === subject);
  const areAllNamed = bearers.length > 0 && bearers.every((one) => isNamed(one) && one.revoked === undefined);
  return areAllNamed && accepts.issuers.includes(issuer) && host.toLowerCase() === 'own.test';
}

describe('the authorization of an MtlsUpstream as a gateway judges it', () => {
  it('allows exactly what an entry says, of whatever entries and requests', () => {
    const service = {
      name: 's',
      hosts: ['service.test'],
      upstream: { nodes: [{ host: '127.0.0.1', port: 1 }] },
      routes,
    };
    let allowed = 0;
    fc.assert(
      fc.property(
        fc.array(entry, { minLength: 1, maxLength: 4 }),
        fc.array(request, { minLength: 1, maxLength: 40 }),
        (entries, requests) => {
          const resource = anUpstreamResource({ service, authorization: entries });
          const authorization = authorizationOf(resource, { mtlsGateway: () => gateway });
          const varsOf = compiled(restricted(resource.spec.service.routes, authorization));
          for (const one of requests) {
            const { verify, subject, issuer, host, at } = one;
            const isAllowed = !isRefused(varsOf(at.route), {
              ...{ ssl_client_verify: verify, ssl_server_name: host, request_method: at.method, uri: at.path },
              ...(verify !== undefined && verify !== 'NONE' && { ssl_client_i_dn: issuer, ssl_client_s_dn: subject }),
            });
            allowed += isAllowed ? 1 : 0;
            const wanted =
              verify === 'SUCCESS' && (resource.spec.authorization ?? []).some((each) => allows(each, one));
            assert.equal(isAllowed, wanted, JSON.stringify(one));
          }
        },
      ),
      { numRuns: 1000 },
    );
    assert.ok(allowed > 50, `only ${allowed} requests were allowed`);
  });

  it('allows each request by which a probe asks for what is allowed', async () => {
    const ca = await issued(caRequest);
    const issuer = toRfc2253(ca.facts.subject.der);
    const accepting = withStatus(gateway, {
      accepts: { hosts: ['own.test', '*.wild.test'], issuers: [issuer, 'CN=TWO'] },
    });
    const secret = certificateSecret(accepting, caRequest, { ...ca, trustPem: ca.chainPem });
    const neighbours = { mtlsGateway: () => accepting, secretOf: () => secret };
    const hosts = some(['own.test', 'service.test', '*.wild.test', 'a.wild.test', 'a.b.wild.test'] as const);
    const methods = some(['GET', 'POST'] as const);
    let sent = 0;
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 4 }), hosts, methods, (entries, served, taken) => {
        const routesOf = routes.map((route) => ({ ...route, methods: taken }));
        const service = {
          name: 's',
          hosts: served,
          upstream: { nodes: [{ host: '127.0.0.1', port: 1 }] },
          routes: routesOf,
        };
        const resource = anUpstreamResource({ service, authorization: entries });
        const lists = restricted(resource.spec.service.routes, authorizationOf(resource, neighbours));
        const asked = { name: 's', hosts: served, nodes: [], retries: 0, routes: lists };
        const endpoints = [{ host: '10.0.0.1', port: 9443 }];
        const varsOf = compiled(lists);
        for (const { host, path, client, refusal } of allowedChecks({
          resource,
          service: asked,
          endpoints,
          neighbours,
          now,
        })) {
          sent += 1;
          const route = lists.find(({ allow }) => allow !== undefined && notAllowedText(allow) === refusal);
          const names = { ssl_client_i_dn: issuer, ssl_client_s_dn: subjectOf(client.request) };
          const request = {
            ...names,
            ssl_client_verify: 'SUCCESS',
            ssl_server_name: host,
            request_method: 'GET',
            uri: path,
          };
          assert.equal(isRefused(varsOf(route?.name ?? ''), request), false, JSON.stringify(request));
        }
      }),
      { numRuns: 500 },
    );
    assert.ok(sent > 50, `only ${sent} requests were sent`);
  });
});

/** By the name of the route: the expressions that refuse a request. */
function compiled(all: UpstreamTls['service']['routes']) {
  const state: UpstreamTls = {
    kind: 'upstream',
    client: { chainPem: '', keyPem: '', sha256Fingerprint: '00' },
    ...{ serverTrust: [], serverName: 'nginx.test' },
    service: { name: 's', hosts: ['service.test'], nodes: [], retries: 0, routes: all },
  };
  const owner = { cluster: 'c', kind: 'MtlsUpstream', namespace: 'n', name: 'n', uid: 'u' };
  const objects = compile(state, owner, { verifiesUpstream: false });
  return (route: string): readonly unknown[] => {
    const found = objects.find(({ kind, body }) => kind === 'routes' && body['name'] === route);
    const { plugins } = JSON.parse(JSON.stringify(found?.body)) as {
      readonly plugins: { readonly 'fault-injection': { readonly abort: { readonly vars: readonly unknown[] } } };
    };
    return plugins['fault-injection'].abort.vars;
  };
}
