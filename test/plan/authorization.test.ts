import assert from 'node:assert/strict';
import type { Resource } from '../../src/api/kinds.ts';
import type { MtlsGatewaySpec } from '../../src/api/mtls-gateway.ts';
import type { Authorization } from '../../src/plan/authorization/allow.ts';
import { authorizationOf } from '../../src/plan/authorization/allow.ts';
import { judgeAuthorization, restricted } from '../../src/plan/authorization/authorized.ts';
import { aGatewayResource, anUpstreamResource, withStatus } from './given.ts';

const accepts = {
  hosts: ['test.com', '*.test.com'],
  issuers: ['CN=ROOTCA,serialNumber=01', 'CN=ROOTCA,serialNumber=02'],
};
const routes = [
  { name: 'hello', methods: ['GET', 'POST'], paths: ['/hello'] },
  { name: 'api', methods: ['GET'], paths: ['/api/*', '/v2/*'] },
];
const service = { name: 's', hosts: ['test.com'], upstream: { nodes: [{ host: '127.0.0.1', port: 1 }] }, routes };

const aGateway = (spec: object = {}): Resource<MtlsGatewaySpec> =>
  withStatus(
    aGatewayResource({
      clients: [
        { name: 'curl', commonName: 'CLIENT', uris: ['spiffe://test.com/curl'] },
        {
          name: 'other',
          commonName: 'Müller, Inc.',
          subject: { organizations: undefined },
          uris: ['spiffe://test.com/other'],
        },
      ],
      ...spec,
    }),
    { accepts },
  );
const clients = (...names: readonly string[]) => ({ clients: { mtlsGatewayRef: { name: 'test-com' }, names } });
const uris = (...names: readonly string[]) => ({ uris: { mtlsGatewayRef: { name: 'test-com' }, names } });

function authorized(
  entries: readonly object[],
  gateway: Resource<unknown> | 'none' = aGateway(),
  more: object = {},
): Authorization {
  const upstream = anUpstreamResource({ service: { ...service, ...more }, authorization: entries });
  return (
    authorizationOf(upstream, {
      mtlsGateway: (name) => (name === 'test-com' && gateway !== 'none' ? gateway : undefined),
    }) ?? assert.fail('none')
  );
}
const allowOf = (found: Authorization, route = 'hello') => found.allow.get(route);
const reasons = ({ problems }: Authorization) => problems.map((one) => `${one.class} ${one.reason}`);

const ofCurl = { issuers: accepts.issuers, subjects: ['CN=CLIENT'], hosts: accepts.hosts.toSorted() };

describe('the authorization of an MtlsUpstream', () => {
  it('is none where the spec has none, and leaves its routes alone', () => {
    assert.equal(authorizationOf(anUpstreamResource({ service }), { mtlsGateway: () => undefined }), undefined);
    assert.deepEqual(restricted(routes, undefined), routes);
  });

  it('knows a client by its subject, under every issuer that its MtlsGateway accepts, at its hosts', () => {
    const found = authorized([clients('curl')]);
    assert.deepEqual([allowOf(found), allowOf(found, 'api'), reasons(found)], [[ofCurl], [ofCurl], []]);
  });

  it('writes subjects as a gateway shows them', () =>
    assert.deepEqual(allowOf(authorized([clients('other')]))?.[0]?.subjects, ['CN=M\\C3\\BCller\\, Inc.']));

  it('knows clients by a URI of their spec', () =>
    assert.deepEqual(allowOf(authorized([uris('spiffe://test.com/curl')])), [ofCurl]));

  it('takes subjects as they are written, by issuer, at the hosts of the service', () => {
    const found = authorized([
      {
        subjects: [
          { subject: 'CN=b', issuer: 'CN=X' },
          { subject: 'CN=c', issuer: 'CN=Y' },
          { subject: 'CN=a', issuer: 'CN=X' },
          { subject: 'CN=a', issuer: 'CN=X' },
        ],
      },
    ]);
    assert.deepEqual(allowOf(found), [
      { issuers: ['CN=X'], subjects: ['CN=a', 'CN=b'] },
      { issuers: ['CN=Y'], subjects: ['CN=c'] },
    ]);
  });

  for (const [what, limits, hello, api] of [
    ['a method of one route', { methods: ['POST'] }, { methods: ['POST'] }, undefined],
    ['every method of a route', { methods: ['GET', 'POST', 'PUT'] }, {}, {}],
    ['a path of one route', { paths: ['/hello'] }, {}, undefined],
    ['a path below that of a route', { paths: ['/api/a', '/api/b/*'] }, undefined, { paths: ['/api/a', '/api/b/*'] }],
    ['some of the paths of a route', { paths: ['/v2/*'] }, undefined, { paths: ['/v2/*'] }],
    ['all paths', { paths: ['/*'] }, {}, {}],
    ['a path and a method', { paths: ['/hello'], methods: ['GET'] }, { methods: ['GET'] }, undefined],
  ] as const) {
    it(`limits an entry to ${what}`, () => {
      const found = authorized([{ ...clients('curl'), ...limits }]);
      const wanted = (part: object | undefined) => (part === undefined ? [] : [{ ...ofCurl, ...part }]);
      assert.deepEqual([allowOf(found), allowOf(found, 'api')], [wanted(hello), wanted(api)]);
      assert.deepEqual(reasons(found), []);
    });
  }

  const twins = [
    { name: 'curl', commonName: 'CLIENT' },
    { name: 'twin', commonName: 'CLIENT' },
  ];
  const revoked = { name: 'curl', commonName: 'CLIENT', revoked: {} };
  const elsewhere = { gatewayRef: { name: 'default', group: 'other' } };
  const [, second] = [1, 2].map(() => withStatus(aGatewayResource(), {}));
  for (const [what, entry, gateway, want, message] of [
    [
      'an MtlsGateway that is not there',
      clients('curl'),
      'none',
      'transient ClientUnknown',
      /the MtlsGateway test-com does not exist/,
    ],
    ['an MtlsGateway that has no status yet', clients('curl'), second, 'transient ClientUnknown', /does not say yet/],
    [
      'an MtlsGateway of another gateway',
      clients('curl'),
      aGateway(elsewhere),
      'permanent ClientElsewhere',
      /default\/other/,
    ],
    [
      'an MtlsGateway whose spec is none',
      clients('curl'),
      { ...aGateway(), spec: {} },
      'transient ClientUnknown',
      /test-com/,
    ],
    [
      'a client that is not there',
      clients('nobody'),
      aGateway(),
      'transient ClientUnknown',
      /has no client nobody yet/,
    ],
    [
      'a URI that no client has',
      uris('spiffe://nobody'),
      aGateway(),
      'transient ClientUnknown',
      /no client spiffe:\/\/nobody/,
    ],
    [
      'a client with the subject of one that is not named',
      clients('curl'),
      aGateway({ clients: twins }),
      'permanent ClientAmbiguous',
      /curl has the same subject as twin/,
    ],
    [
      'a client with the subject of one that is revoked',
      clients('twin'),
      aGateway({ clients: [revoked, twins[1]] }),
      'permanent ClientAmbiguous',
      /twin has the same subject as curl/,
    ],
    [
      'methods that no route has',
      { ...clients('curl'), methods: ['DELETE'] },
      aGateway(),
      'permanent AllowsNothing',
      /no route has requests of these methods/,
    ],
    [
      'paths that no route has',
      { ...clients('curl'), paths: ['/helo'] },
      aGateway(),
      'permanent AllowsNothing',
      /no route has requests of these/,
    ],
  ] as const) {
    it(`allows nobody by ${what}, says so, and goes on with the other entries`, () => {
      const partner = { subjects: [{ subject: 'CN=p', issuer: 'CN=P' }] };
      const found = authorized([entry, partner], gateway as Resource<unknown> | 'none');
      assert.deepEqual(allowOf(found), [{ issuers: ['CN=P'], subjects: ['CN=p'] }]);
      assert.deepEqual(reasons(found), [want]);
      const { status, failure } = judgeAuthorization(found);
      assert.equal(status, 'False');
      assert.match(failure?.message ?? '', /^spec\.authorization\[0\]/);
      assert.match(failure?.message ?? '', message);
    });
  }

  it('allows two clients of one subject where both are named', () =>
    assert.deepEqual(allowOf(authorized([clients('curl', 'twin')], aGateway({ clients: twins })))?.[0]?.subjects, [
      'CN=CLIENT',
    ]));

  it('does not allow a client that is revoked, and fails for nothing', () => {
    const found = authorized([clients('curl')], aGateway({ clients: [revoked] }));
    assert.deepEqual([allowOf(found), reasons(found)], [[], []]);
    assert.match(judgeAuthorization(found).message, /not allowed, since they are revoked: curl/);
  });

  it('tells of one path of an entry that no route has', () => {
    const found = authorized([{ ...clients('curl'), paths: ['/hello', '/helo'] }]);
    assert.deepEqual([allowOf(found), reasons(found)], [[ofCurl], ['permanent AllowsNothing']]);
  });

  it('refuses everybody at a route of which nothing is known', () =>
    assert.deepEqual(
      restricted([{ name: 'new', methods: [], paths: [] }], authorized([clients('curl')]))[0]?.allow,
      [],
    ));

  it('takes what fits: 2000 values for one route', () => {
    const many = (prefix: string, count: number) => ({
      subjects: Array.from({ length: count }, (_, i) => ({ subject: `CN=${prefix}${i}`, issuer: 'CN=X' })),
    });
    // Of each entry 98 subjects, an issuer and a host.
    const full = Array.from({ length: 20 }, (_, i) => many(`${i}-`, 98));
    assert.deepEqual(reasons(authorized(full)), []);
    const found = authorized([...full, many('more', 1)]);
    assert.deepEqual(reasons(found), ['permanent AuthorizationTooLarge']);
    assert.equal(allowOf(found)?.length, 20);
  });

  it('takes what fits: 256 KiB for all routes', () => {
    const long = { subjects: [{ subject: `CN=${'a'.repeat(509)}`, issuer: `CN=${'b'.repeat(509)}` }] };
    const wide = { routes: Array.from({ length: 60 }, (_, i) => ({ name: `r${i}`, paths: [`/${i}`] })) };
    // 1,032 characters with the host, at 60 routes each.
    const found = authorized(
      Array.from({ length: 5 }, () => long),
      aGateway(),
      wide,
    );
    assert.deepEqual(reasons(found), ['permanent AuthorizationTooLarge']);
    assert.equal(allowOf(found, 'r0')?.length, 4);
  });

  it('names no more than 8 problems, and counts the rest', () => {
    const { message } = judgeAuthorization(authorized([clients(...Array.from({ length: 12 }, (_, i) => `c${i}`))]));
    assert.match(message, /c7 yet; 4 more; nobody is allowed by that/);
  });
});
