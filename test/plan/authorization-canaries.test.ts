import assert from 'node:assert/strict';
import type { Resource } from '../../src/api/kinds.ts';
import type { Secret } from '../../src/model/kube-object.ts';
import { toRfc2253 } from '../../src/pki/names/rfc2253.ts';
import { authorizationOf } from '../../src/plan/authorization/allow.ts';
import { restricted } from '../../src/plan/authorization/authorized.ts';
import { allowedChecks } from '../../src/plan/authorization/canaries.ts';
import type { HeldCertificate } from '../../src/plan/certificates/held.ts';
import { certificateSecret } from '../../src/plan/children/secret.ts';
import type { DataPlaneQuestion } from '../../src/plan/steps.ts';
import { aGatewayResource, anUpstreamResource, caRequest, issued, now, withStatus } from './given.ts';
import { neighbours as alone, Rehearsal } from './rehearse.ts';

const routes = [
  { name: 'hello', methods: ['GET', 'POST'], paths: ['/hello'] },
  { name: 'api', methods: ['GET'], paths: ['/api/*', '/v2/*'] },
  { name: 'put', methods: ['PUT'], paths: ['/put'] },
];
const service = { name: 's', hosts: ['test.com'], upstream: { nodes: [{ host: '127.0.0.1', port: 1 }] }, routes };
const https = [
  { host: '10.0.0.1', port: 9443 },
  { host: '10.0.0.2', port: 9443 },
];
const of = (...names: readonly string[]) => ({ clients: { mtlsGatewayRef: { name: 'test-com' }, names } });
const both = [
  { name: 'curl', commonName: 'CURL' },
  { name: 'app', commonName: 'APP', subject: { organization: 'Acme' } },
];

describe('a request that spec.authorization allows', () => {
  let ca: HeldCertificate;
  let other: HeldCertificate;
  before(async () => {
    [ca, other] = await Promise.all([issued(caRequest), issued(caRequest)]);
  });
  const issuer = () => toRfc2253(ca.facts.subject.der);

  interface Given {
    readonly entries?: readonly object[];
    readonly service?: object;
    readonly spec?: object;
    /** Of the MtlsGateway. */
    readonly gateway?: object;
    readonly accepts?: { readonly hosts: string[]; readonly issuers: string[] };
    readonly metadata?: object;
    readonly endpoints?: typeof https;
    /** Of its CA. */
    readonly chainPem?: string;
    readonly keyPem?: string;
    readonly now?: Temporal.Instant;
  }

  function gatewayOf({ gateway, accepts, metadata }: Given): Resource<unknown> {
    const found = withStatus(aGatewayResource({ hosts: ['test.com'], clients: both, ...gateway }), {
      accepts: accepts ?? { hosts: ['test.com'], issuers: [issuer()] },
    });
    return { ...found, metadata: { ...found.metadata, ...metadata } };
  }

  function secretIn(owner: Resource<unknown>, { chainPem = ca.chainPem, keyPem = ca.keyPem }: Given): Secret {
    return certificateSecret(owner, caRequest, { chainPem, keyPem, trustPem: chainPem });
  }

  function checks(given: Given) {
    const { entries = [of('curl')], endpoints = https.slice(0, 1) } = given;
    const resource = anUpstreamResource({
      service: { ...service, ...given.service },
      authorization: entries,
      ...given.spec,
    });
    const found = gatewayOf(given);
    const neighbours = {
      mtlsGateway: (name: string) => (name === 'test-com' ? found : undefined),
      secretOf: (owner: Resource<unknown>, name: string) =>
        owner === found && name === 'test-com-ca' ? secretIn(owner, given) : undefined,
    };
    const { hosts, upstream, retries = 0 } = { ...resource.spec.service, retries: 0 };
    const lists = restricted(resource.spec.service.routes, authorizationOf(resource, neighbours));
    const asked = { name: 's', hosts, nodes: upstream.nodes, retries, routes: lists };
    return allowedChecks({ resource, service: asked, endpoints, neighbours, now: given.now ?? now }).map(
      ({ endpoint, host, path, client }) => `${endpoint.host} ${host}${path} as ${client.request.commonName}`,
    );
  }

  const hello = '10.0.0.1 test.com/hello as CURL';
  const api = '10.0.0.1 test.com/api/ as CURL';
  const rows: readonly { readonly name: string; readonly given: () => Given; readonly want: readonly string[] }[] = [
    { name: 'is one for each route that takes GET', given: () => ({}), want: [hello, api] },
    {
      name: 'is sent to every address',
      given: () => ({ endpoints: https, entries: [{ ...of('curl'), paths: ['/hello'] }] }),
      want: [hello, '10.0.0.2 test.com/hello as CURL'],
    },
    {
      name: 'is one of the client that is allowed there, with its whole subject',
      given: () => ({
        entries: [
          { ...of('app'), paths: ['/api/*'] },
          { ...of('curl'), paths: ['/hello'] },
        ],
      }),
      want: [hello, '10.0.0.1 test.com/api/ as APP'],
    },
    {
      name: 'is for a path that the list names, where it names some',
      given: () => ({ entries: [{ ...of('curl'), paths: ['/api/a', '/v2/b/*'] }] }),
      want: ['10.0.0.1 test.com/api/a as CURL'],
    },
    {
      name: 'is none for methods other than GET',
      given: () => ({ entries: [{ ...of('curl'), methods: ['POST'] }] }),
      want: [],
    },
    {
      name: 'is for a name below a wildcard of both',
      given: () => ({ service: { hosts: ['*.test.com'] }, accepts: { hosts: ['*.test.com'], issuers: [issuer()] } }),
      want: [hello, api].map((one) => one.replace('test.com', 'mtls-operator-probe.test.com')),
    },
    {
      name: 'is for the name of NGINX where the service has no hosts',
      given: () => ({ service: { hosts: [] } }),
      want: [hello, api],
    },
    {
      name: 'is none where the gateway has its wildcard for one label, and the service a name of two',
      given: () => ({ service: { hosts: ['a.b.test.com'] }, accepts: { hosts: ['*.test.com'], issuers: [issuer()] } }),
      want: [],
    },
    {
      name: 'is none where no host is served by both',
      given: () => ({ accepts: { hosts: ['other.test'], issuers: [issuer()] } }),
      want: [],
    },
    { name: 'is none without an https address', given: () => ({ endpoints: [] }), want: [] },
    {
      name: 'is none of subjects, whose CA is elsewhere',
      given: () => ({ entries: [{ subjects: [{ subject: 'CN=CURL', issuer: issuer() }] }] }),
      want: [],
    },
    { name: 'is none of a CA without its key', given: () => ({ keyPem: '' }), want: [] },
    {
      name: 'is none of a CA with the key of another one',
      given: () => ({ keyPem: other.keyPem }),
      want: [],
    },
    { name: 'is none of a CA that has ended', given: () => ({ now: ca.facts.notAfter }), want: [] },
    { name: 'is none of a Secret that holds no certificate', given: () => ({ chainPem: 'x' }), want: [] },
    {
      name: 'is none of a CA that the gateway does not accept yet',
      given: () => ({ accepts: { hosts: ['test.com'], issuers: ['CN=Other'] } }),
      want: [],
    },
    {
      name: 'is none of a CA that was brought without a copy',
      given: () => ({ gateway: { ca: { secretRef: { name: 'brought' }, whenReplaced: 'ReplaceAtOnce' } } }),
      want: [],
    },
    {
      name: 'is none through an MtlsGateway that is being deleted',
      given: () => ({ metadata: { deletionTimestamp: '2026-11-22T10:00:00Z' } }),
      want: [],
    },
    {
      name: 'is none as a client that is revoked',
      given: () => ({ gateway: { clients: [{ name: 'curl', commonName: 'CURL', revoked: {} }] } }),
      want: [],
    },
  ];
  for (const { name, given, want } of rows) it(name, () => assert.deepEqual(checks(given()), want));

  describe('of an MtlsUpstream', () => {
    async function rehearsed(given: Given) {
      const spec = {
        ...anUpstreamResource().spec,
        gatewayRef: {},
        service: { ...service, upstream: { nodes: [{ host: '127.0.0.1', port: 8443 }] } },
        authorization: [of('curl')],
      };
      const rehearsal = new Rehearsal('MtlsUpstream', spec);
      const asked: DataPlaneQuestion[] = [];
      rehearsal.dataPlane = (question) => {
        asked.push(question);
        return {};
      };
      const found = gatewayOf(given);
      const secretOf = (owner: Resource<unknown>) => secretIn(owner, given);
      const text = await rehearsal.run({ neighbours: { ...alone, mtlsGateway: () => found, secretOf } });
      const enforced = rehearsal.resource.status.conditions?.find(({ type }) => type === 'Enforced');
      return { text, asked, enforced };
    }

    it('is sent beside those that are to be refused, and proves the way to NGINX', async () => {
      const { text, asked, enforced } = await rehearsed({});
      assert.match(text, /probe the data plane: 3 http requests, and 2 over TLS that are allowed/);
      assert.doesNotMatch(text, /PRIVATE KEY/);
      const [question] = asked;
      assert.ok(question?.by === 'http' && question.answersAs !== undefined);
      assert.deepEqual([enforced?.status, enforced?.reason], ['True', 'Proven']);
      assert.match(
        enforced?.message ?? '',
        /requests that spec.authorization does not allow, and those of an allowed client reach NGINX/,
      );
    });

    it('leaves the proof at the refusals where it cannot be sent', async () => {
      const { asked, enforced } = await rehearsed({ keyPem: '' });
      assert.ok(asked.every((one) => one.by === 'http' && one.allowed === undefined));
      assert.deepEqual([enforced?.status, enforced?.reason], ['Unknown', 'RefusalsProven']);
    });
  });
});
