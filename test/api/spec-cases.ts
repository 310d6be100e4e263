import { mtlsGateway, mtlsUpstream, parseSpec } from '../../src/api/kinds.ts';
import { authorizationRows } from './authorization-cases.ts';
import { certificateRows, upstreamCertificateRows } from './certificate-cases.ts';
import { formCases } from './form-cases.ts';
import { revokedClientRows, revokedRows } from './revocation-cases.ts';
import { revokedNumberRows } from './revoked-number-cases.ts';
import { type Row, refusal, type SpecCase } from './spec-case.ts';

export type { SpecCase } from './spec-case.ts';

const label = 'a'.repeat(63);
const longName = [label, label, label, label].join('.');
const many = (count: number, make: (index: number) => unknown) => Array.from({ length: count }, (_, i) => make(i));

const oneSecret = 'each certificate needs a Secret of its own, but two have the same secretName';
const reservedName =
  'must not be ca or server or end with -ca or -server, as the names of other Secrets do; or give a secretName';

const curl = { name: 'curl', commonName: 'CLIENT' };
const generated = (fields: object) => ({ ca: { generated: fields } });

export const minimalGateway = { hosts: ['test.com'] };
const gateway = (fields: object) => ({ ...minimalGateway, ...fields });
const clients = (...each: readonly object[]) => gateway({ clients: each.map((fields) => ({ ...curl, ...fields })) });

const gatewayRows: readonly Row[] = [
  { name: 'hosts alone', spec: minimalGateway },
  {
    name: 'every field of MtlsGateway',
    spec: {
      gatewayRef: { name: 'edge.eu', group: 'Gruppe Süd 1' },
      hosts: ['test.com', '*.test.com', `${label}.test`, 'localhost'],
      ca: {
        generated: {
          commonName: 'Wurzel Ü',
          secretName: 'root.ca',
          keyAlgorithm: 'ECDSA-P384',
          duration: '999999h',
          renewBefore: '8760h',
        },
      },
      serverCertificate: { secretName: 'edge', keyAlgorithm: 'RSA-3072', duration: '60m', renewBefore: '300s' },
      clients: [
        { ...curl, secretName: 'curl-client', keyAlgorithm: 'RSA-4096', duration: '1h30m', renewBefore: '60m' },
        { name: 'server', commonName: 'S', secretName: 'another' },
      ],
      verification: { path: "/a-b_c.d~!$&'()*+,;=:@%2F/ip" },
      deletionPolicy: 'Retain',
      unusedSecretPolicy: 'Retain',
    },
  },
  { name: 'no hosts', spec: {}, refused: refusal('spec.hosts') },
  { name: 'an empty list of hosts', spec: { hosts: [] }, refused: refusal('spec.hosts') },
  { name: '33 hosts', spec: { hosts: many(33, (i) => `h${i}.test`) }, refused: refusal('spec.hosts') },
  ...[
    '',
    'Test.com',
    'test.com.',
    '-a.test',
    'a..b',
    'a_b',
    '*',
    'a.*.test',
    '*.*.test',
    '*test.com',
    'a b',
    'test.com\n',
  ]
    .concat(`${label}a.test`, longName)
    .map((host) => ({
      name: `the host ${JSON.stringify(host)}`,
      spec: { hosts: [host] },
      refused: refusal('spec.hosts[0]'),
    })),
  { name: 'a host twice', spec: { hosts: ['a.test', 'b.test', 'a.test'] }, refused: refusal('spec.hosts[2]') },
  { name: 'a host that is a number', spec: { hosts: [1] }, refused: refusal('spec.hosts[0]') },
  {
    name: 'a gateway name in capitals',
    spec: gateway({ gatewayRef: { name: 'Default' } }),
    refused: refusal('spec.gatewayRef.name'),
  },
  {
    name: 'an empty gateway group',
    spec: gateway({ gatewayRef: { group: '' } }),
    refused: refusal('spec.gatewayRef.group'),
  },
  {
    name: 'a gateway group of two lines',
    spec: gateway({ gatewayRef: { group: 'a\nb' } }),
    refused: refusal('spec.gatewayRef.group'),
  },
  {
    name: 'a common name with a control character',
    spec: gateway(generated({ commonName: 'ROOT\u0007CA' })),
    refused: refusal('spec.ca.generated.commonName'),
  },
  {
    name: 'a common name that turns the direction of the text',
    spec: clients({ commonName: 'a\u202egnp.exe' }),
    refused: refusal('spec.clients[0].commonName'),
  },
  {
    name: 'a common name with a control character of Latin-1',
    spec: gateway(generated({ commonName: 'ROOT\u009bCA' })),
    refused: refusal('spec.ca.generated.commonName'),
  },
  {
    name: 'a common name of 65 characters',
    spec: gateway(generated({ commonName: 'x'.repeat(65) })),
    refused: refusal('spec.ca.generated.commonName'),
  },
  { name: 'a common name of 64 characters beyond the first plane', spec: clients({ commonName: '🔑'.repeat(64) }) },
  {
    name: 'a Secret name with a slash',
    spec: gateway({ serverCertificate: { secretName: 'a/b' } }),
    refused: refusal('spec.serverCertificate.secretName'),
  },
  {
    name: 'a key algorithm that we do not make',
    spec: gateway({ serverCertificate: { keyAlgorithm: 'RSA-1024' } }),
    refused: refusal('spec.serverCertificate.keyAlgorithm'),
  },
  ...['90d', '1.5h', '-1h', '1h ', '0030m1h', '1000000h'].map((duration) => ({
    name: `the duration ${JSON.stringify(duration)}`,
    spec: gateway({ serverCertificate: { duration } }),
    refused: refusal('spec.serverCertificate.duration'),
  })),
  {
    name: 'a duration below 1h',
    spec: gateway({ serverCertificate: { duration: '59m59s' } }),
    refused: refusal('spec.serverCertificate.duration', 'must be at least 1h'),
  },
  {
    name: 'a renewal less than 5m before the end',
    spec: gateway({ serverCertificate: { renewBefore: '299s' } }),
    refused: refusal('spec.serverCertificate.renewBefore', 'must be at least 5m'),
  },
  {
    name: 'a renewal before the start',
    spec: gateway({ serverCertificate: { duration: '2h', renewBefore: '4801s' } }),
    refused: refusal('spec.serverCertificate.renewBefore', 'must be at most two thirds of duration'),
  },
  {
    name: 'a renewal before the start of the default duration',
    spec: gateway(generated({ renewBefore: '43800h' })),
    refused: refusal('spec.ca.generated.renewBefore', 'must be at most two thirds of duration'),
  },
  { name: '100 clients', spec: gateway({ clients: many(100, (i) => ({ ...curl, name: `c${i}` })) }) },
  {
    name: '101 clients',
    spec: gateway({ clients: many(101, (i) => ({ ...curl, name: `c${i}` })) }),
    refused: refusal('spec.clients'),
  },
  { name: 'two clients of one name', spec: clients({}, { commonName: 'OTHER' }), refused: refusal('spec.clients[1]') },
  {
    name: 'a client without a common name',
    spec: gateway({ clients: [{ name: 'curl' }] }),
    refused: refusal('spec.clients[0].commonName'),
  },
  {
    name: 'a client name of 64 characters',
    spec: clients({ name: `${label}a` }),
    refused: refusal('spec.clients[0].name'),
  },
  { name: 'a client name in capitals', spec: clients({ name: 'Curl' }), refused: refusal('spec.clients[0].name') },
  { name: 'a client called ca', spec: clients({ name: 'ca' }), refused: refusal('spec.clients[0].name', reservedName) },
  ...['b-ca', 'b-server'].map((name) => ({
    name: `a client called ${name}, whose Secret could be that of another resource`,
    spec: clients({ name }),
    refused: refusal('spec.clients[0].name', reservedName),
  })),
  { name: 'a client called b-ca with a Secret of its own', spec: clients({ name: 'b-ca', secretName: 'mine' }) },
  { name: 'a client called placa', spec: clients({ name: 'placa' }) },
  {
    name: 'a client called server',
    spec: clients({ name: 'server' }),
    refused: refusal('spec.clients[0].name', reservedName),
  },
  {
    name: 'a client that renews before it starts',
    spec: clients({ duration: '1h', renewBefore: '2h' }),
    refused: refusal('spec.clients[0].renewBefore', 'must be at most two thirds of duration'),
  },
  { name: 'the Secrets of two clients', spec: clients({ secretName: 'a' }, { name: 'other', secretName: 'b' }) },
  {
    name: 'one Secret for two clients',
    spec: clients({ secretName: 'a' }, { name: 'other', secretName: 'a' }),
    refused: refusal('spec', oneSecret),
  },
  {
    name: 'one Secret for a client and the gateway',
    spec: { ...clients({ secretName: 'a' }), serverCertificate: { secretName: 'a' } },
    refused: refusal('spec', oneSecret),
  },
  {
    name: 'one Secret for a client and the CA',
    spec: { ...clients({ secretName: 'a' }), ...generated({ secretName: 'a' }) },
    refused: refusal('spec', oneSecret),
  },
  {
    name: 'one Secret for the gateway and the CA',
    spec: gateway({ ...generated({ secretName: 'a' }), serverCertificate: { secretName: 'a' } }),
    refused: refusal('spec', oneSecret),
  },
  ...['ip', '', '/a b', '/a\n', '/"', '/a?b', '/#'].map((path) => ({
    name: `the verification path ${JSON.stringify(path)}`,
    spec: gateway({ verification: { path } }),
    refused: refusal('spec.verification.path'),
  })),
  {
    name: 'a depth and exempt paths',
    spec: gateway({ clientVerification: { depth: 8, exemptPaths: ['/healthz', '/public/*', '/a.b+c'] } }),
  },
  ...[-1, 9].map((depth) => ({
    name: `the depth ${depth}`,
    spec: gateway({ clientVerification: { depth } }),
    refused: refusal('spec.clientVerification.depth'),
  })),
  ...['', 'healthz', '/a*b', '/%41', '/a?b', '/a\nb', '/(.*)|'].map((path) => ({
    name: `the exempt path ${JSON.stringify(path)}`,
    spec: gateway({ clientVerification: { exemptPaths: [path] } }),
    refused: refusal('spec.clientVerification.exemptPaths[0]'),
  })),
  {
    name: 'an exemption of everything',
    spec: gateway({ clientVerification: { exemptPaths: ['/*'] } }),
    refused: refusal('spec.clientVerification.exemptPaths', 'must not be /*, which would exempt every path'),
  },
  ...['/healthz', '/health*'].map((exempt) => ({
    name: `a proof at a path that ${exempt} exempts`,
    spec: gateway({ verification: { path: '/healthz' }, clientVerification: { exemptPaths: ['/a', exempt] } }),
    refused: refusal(
      'spec.verification',
      'must not be exempt from client verification, since the operator proves there that client certificates are required',
    ),
  })),
  {
    name: 'an unknown deletion policy',
    spec: gateway({ deletionPolicy: 'Orphan' }),
    refused: refusal('spec.deletionPolicy'),
  },
  {
    name: 'an unknown policy for Secrets that are not used any more',
    spec: gateway({ unusedSecretPolicy: 'Keep' }),
    refused: refusal('spec.unusedSecretPolicy'),
  },
  ...revokedRows(minimalGateway),
  ...revokedClientRows((fields) => clients(fields)),
];

const hello = { path: '/hello', return: { status: 200, body: 'Hello API7!' } };
const minimalNginx = { serverName: 'test.com', locations: [hello] };
const node = { host: '10.0.0.7', port: 8443 };
const minimalService = {
  name: 'mtls-nginx',
  upstream: { nodes: [node] },
  routes: [{ name: 'hello', paths: ['/hello'] }],
};

export const minimalUpstream = {
  serverCertificate: { dnsNames: ['test.com'] },
  clientCertificate: { commonName: 'client' },
  nginx: minimalNginx,
  service: minimalService,
};
const upstream = (fields: object) => ({ ...minimalUpstream, ...fields });
const server = (fields: object) => upstream({ serverCertificate: { dnsNames: ['test.com'], ...fields } });
const client = (fields: object) => upstream({ clientCertificate: { commonName: 'client', ...fields } });
const nginx = (fields: object) => upstream({ nginx: { ...minimalNginx, ...fields } });
const location = (fields: object) => nginx({ locations: [{ ...hello, ...fields }] });
const service = (fields: object) => upstream({ service: { ...minimalService, ...fields } });
const nodes = (...each: readonly object[]) => service({ upstream: { nodes: each } });
const route = (fields: object) => service({ routes: [{ name: 'hello', paths: ['/hello'], ...fields }] });

const hostsOf = (count: number) => many(count, (i) => `h${i}.test`);
const routesOf = (count: number, paths: number, name = 'r') =>
  many(count, (i) => ({ name: `${name}${i}`, paths: many(paths, (j) => `/${name}/${i}/${j}`) }));
const pathsRule = 'must have at most 256 paths in total; spread them over several MtlsUpstreams';
const placesRule =
  'must be at most 1024 when multiplied by the number of paths of all routes; spread them over several MtlsUpstreams';

const answer = (fields: object) => location({ return: { status: 200, ...fields } });

const oneAnswer = 'exactly one of return, proxy and root must be set';
const privilegedRule =
  'must be 1024 or above with deployment, like those of additionalListen, since NGINX has no privileges there';
const oneTarget = 'exactly one of host and serviceRef must be set';
const demandRule =
  'must have a location with requireClientCertificate where clientVerification.mode is Optional, and none where it is Required, which holds for all';
const proxied = (proxy: object) => nginx({ locations: [{ path: '/', proxy: { port: 80, ...proxy } }] });
const served = (root: string) => nginx({ locations: [{ path: '/', root }] });

const normalisedRule = 'must hold no empty part and no part . or .., since NGINX compares paths without them';
const ownPathsRule = 'must not begin with /.well-known/mtls-operator/, which the operator reserves';
const redirectRule = 'must not be a redirect, whose text NGINX would send as a Location header';
const bodyRule = 'must not be empty for this status, since NGINX would not answer with it';
const serverNameRule = 'nginx.serverName must be covered by serverCertificate.dnsNames';

const upstreamRows: readonly Row[] = [
  ...authorizationRows(minimalUpstream, {
    ...minimalUpstream,
    service: { ...minimalUpstream.service, hosts: ['test.com'] },
  }),
  ...revokedNumberRows(minimalUpstream, nginx({ clientVerification: { mode: 'Required', revocationLists: true } })),
  { name: 'the fields of MtlsUpstream that are required', spec: minimalUpstream },
  {
    name: 'every field of MtlsUpstream',
    spec: {
      gatewayRef: { name: 'default', group: 'default' },
      ca: { generated: { commonName: 'ROOTCA', secretName: 'root' } },
      serverCertificate: { dnsNames: ['test.com', '*.test.com'], secretName: 'nginx-tls', renewBefore: '720h' },
      clientCertificate: { commonName: 'client', secretName: 'gateway-client', duration: '2h' },
      nginx: {
        listen: 9443,
        serverName: 'www.test.com',
        configMapName: 'nginx-conf',
        tlsDirectory: '/etc/nginx/tls',
        locations: [
          { path: '/hello/a-b_c.d~+,=:@', return: { status: 599, body: '"quoted"; {braces} \\ back' } },
          { path: '/..a/.well-known/...', return: { status: 444, body: 'closed' } },
          { path: '/empty', return: { status: 404 } },
          { path: '/', proxy: { host: 'app.internal', port: 65535 } },
        ],
      },
      service: {
        name: 'mtls-nginx.v1_a',
        hosts: ['*.example.com', 'example.com'],
        upstream: {
          retries: 10,
          nodes: [node, { ...node, weight: 0 }, { host: 'NGINX.example', port: 1, weight: 65535 }],
        },
        routes: [
          { name: 'hello', methods: ['GET', 'POST'], paths: ['/hello', '/hello/*', '/pre*'] },
          { name: 'all', methods: ['PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'], paths: ['/*'] },
        ],
      },
      deletionPolicy: 'Delete',
      unusedSecretPolicy: 'Delete',
    },
  },
  { name: 'no service', spec: upstream({ service: undefined }), refused: refusal('spec.service') },
  { name: 'no DNS name', spec: server({ dnsNames: [] }), refused: refusal('spec.serverCertificate.dnsNames') },
  {
    name: 'a DNS name with a port',
    spec: server({ dnsNames: ['test.com', 'test.com:8443'] }),
    refused: refusal('spec.serverCertificate.dnsNames[1]'),
  },
  {
    name: 'a wildcard as the only DNS name',
    spec: upstream({
      serverCertificate: { dnsNames: ['*.test.com'] },
      nginx: { ...minimalNginx, serverName: 'a.test.com' },
    }),
  },
  {
    name: 'a server name of another domain',
    spec: nginx({ serverName: 'test.org' }),
    refused: refusal('spec', serverNameRule),
  },
  {
    name: 'a server name two labels below a wildcard',
    spec: {
      ...server({ dnsNames: ['test.com', '*.test.com'] }),
      nginx: { ...minimalNginx, serverName: 'a.b.test.com' },
    },
    refused: refusal('spec', serverNameRule),
  },
  {
    name: 'a server name with a space',
    spec: nginx({ serverName: 'test.com x' }),
    refused: refusal('spec.nginx.serverName'),
  },
  {
    name: 'a server certificate for half an hour',
    spec: server({ duration: '30m' }),
    refused: refusal('spec.serverCertificate.duration', 'must be at least 1h'),
  },
  {
    name: 'a client certificate for half an hour',
    spec: client({ duration: '30m' }),
    refused: refusal('spec.clientCertificate.duration', 'must be at least 1h'),
  },
  {
    name: 'a client certificate without a name',
    spec: client({ commonName: '' }),
    refused: refusal('spec.clientCertificate.commonName'),
  },
  {
    name: 'a Secret name that ends in a hyphen',
    spec: client({ secretName: 'a-' }),
    refused: refusal('spec.clientCertificate.secretName'),
  },
  {
    name: 'one Secret for both ends',
    spec: { ...server({ secretName: 'a' }), clientCertificate: { commonName: 'client', secretName: 'a' } },
    refused: refusal('spec', oneSecret),
  },
  {
    name: 'one Secret for NGINX and the CA',
    spec: { ...server({ secretName: 'a' }), ...generated({ secretName: 'a' }) },
    refused: refusal('spec', oneSecret),
  },
  {
    name: 'one Secret for the client certificate and the CA',
    spec: { ...client({ secretName: 'a' }), ...generated({ secretName: 'a' }) },
    refused: refusal('spec', oneSecret),
  },
  ...[0, 65536, 84.5, '8443'].map((listen) => ({
    name: `the port ${JSON.stringify(listen)}`,
    spec: nginx({ listen }),
    refused: refusal('spec.nginx.listen'),
  })),
  {
    name: 'a ConfigMap name with an underscore',
    spec: nginx({ configMapName: 'a_b' }),
    refused: refusal('spec.nginx.configMapName'),
  },
  ...['../tls', 'tls/../../etc', '/', 'tls;', 'tls tls', '$tls', 'tls//a', '.tls'].map((tlsDirectory) => ({
    name: `the TLS directory ${JSON.stringify(tlsDirectory)}`,
    spec: nginx({ tlsDirectory }),
    refused: refusal('spec.nginx.tlsDirectory'),
  })),
  { name: 'no location', spec: nginx({ locations: [] }), refused: refusal('spec.nginx.locations') },
  { name: 'one path twice', spec: nginx({ locations: [hello, hello] }), refused: refusal('spec.nginx.locations[1]') },
  ...['hello', '/a b', '/a;', '/a{', '/$uri', '/a"', "/a'", '/a\\', '/a\n', '/#', '/a*', '/a%20b'].map((path) => ({
    name: `the location ${JSON.stringify(path)}`,
    spec: location({ path }),
    refused: refusal('spec.nginx.locations[0].path'),
  })),
  ...['//', '/a//b', '/./a', '/a/../b', '/a/.', '/..'].map((path) => ({
    name: `the location ${JSON.stringify(path)}`,
    spec: location({ path }),
    refused: refusal('spec.nginx.locations[0].path', normalisedRule),
  })),
  ...['/.well-known/mtls-operator/', '/.well-known/mtls-operator/config'].map((path) => ({
    name: `the location ${JSON.stringify(path)}`,
    spec: location({ path }),
    refused: refusal('spec.nginx.locations[0].path', ownPathsRule),
  })),
  ...['/.well-known/', '/.well-known/mtls-operator'].map((path) => ({
    name: `the location ${JSON.stringify(path)}`,
    spec: location({ path }),
  })),
  {
    name: 'a location that does nothing',
    spec: nginx({ locations: [{ path: '/hello' }] }),
    refused: refusal('spec.nginx.locations[0]', oneAnswer),
  },
  {
    name: 'a location that answers and serves files',
    spec: location({ root: '/srv' }),
    refused: refusal('spec.nginx.locations[0]', oneAnswer),
  },
  {
    name: 'every field of NGINX',
    spec: nginx({
      additionalListen: [9443],
      additionalServerNames: ['*.test.com'],
      unknownNames: 'Reject',
      tls: { versions: ['TLSv1.3'], ciphers: 'Intermediate' },
      clientVerification: { mode: 'Optional', depth: 2, revocationLists: true },
      output: 'WholeFile',
      locations: [
        { ...hello, requireClientCertificate: true },
        { path: '/json', return: { status: 200, body: '{}', contentType: 'application/json; charset=utf-8' } },
        { path: '/site', root: '/usr/share/nginx/html' },
        {
          path: '/app',
          proxy: {
            serviceRef: { name: 'app' },
            port: 80,
            identityHeaders: true,
            timeouts: { connectSeconds: 1, readSeconds: 60, sendSeconds: 60 },
          },
        },
      ],
    }),
  },
  {
    name: 'an NGINX that the operator runs',
    spec: nginx({
      deployment: {
        replicas: 3,
        image: 'registry.example:5000/nginx@sha256:0a',
        resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { cpu: '2', memory: '64Mi' } },
      },
    }),
  },
  ...[
    { listen: 443, deployment: {} },
    { additionalListen: [80], deployment: {} },
  ].map((fields) => ({
    name: `the ports ${JSON.stringify(fields)}`,
    spec: nginx(fields),
    refused: refusal('spec.nginx.listen', privilegedRule),
  })),
  ...[0, 51].map((replicas) => ({
    name: `${replicas} replicas of NGINX`,
    spec: nginx({ deployment: { replicas } }),
    refused: refusal('spec.nginx.deployment.replicas'),
  })),
  {
    name: 'a further port that is the first one',
    spec: nginx({ additionalListen: [8443] }),
    refused: refusal('spec.nginx.additionalListen', 'must not repeat listen'),
  },
  {
    name: 'a further port twice',
    spec: nginx({ additionalListen: [9443, 9443] }),
    refused: refusal('spec.nginx.additionalListen[1]'),
  },
  {
    name: 'a further name that is the first one',
    spec: nginx({ additionalServerNames: ['test.com'] }),
    refused: refusal('spec.nginx.additionalServerNames', 'must not repeat serverName'),
  },
  ...['~^a', '*', '.test.com', 'a b', 'a;'].map((name) => ({
    name: `the further name ${name}`,
    spec: nginx({ additionalServerNames: [name] }),
    refused: refusal('spec.nginx.additionalServerNames[0]'),
  })),
  {
    name: 'an old version of TLS',
    spec: nginx({ tls: { versions: ['TLSv1.1'] } }),
    refused: refusal('spec.nginx.tls.versions[0]'),
  },
  { name: 'a cipher list', spec: nginx({ tls: { ciphers: 'ALL' } }), refused: refusal('spec.nginx.tls.ciphers') },
  {
    name: 'an optional client certificate that no location requires',
    spec: nginx({ clientVerification: { mode: 'Optional' } }),
    refused: refusal('spec.nginx.locations', demandRule),
  },
  {
    name: 'a location that requires what all require',
    spec: location({ requireClientCertificate: true }),
    refused: refusal('spec.nginx.locations', demandRule),
  },
  ...['text', 'text/html;', 'text/html\n', 'text/$x'].map((contentType) => ({
    name: `the media type ${JSON.stringify(contentType)}`,
    spec: answer({ contentType }),
    refused: refusal('spec.nginx.locations[0].return.contentType'),
  })),
  ...['/etc/nginx/tls', '/', '/proc', '/srv/../etc', '/srv/', '/srv/a;', 'srv', '/run/secrets'].map((root) => ({
    name: `files in ${root}`,
    spec: served(root),
    refused: refusal('spec.nginx.locations[0].root'),
  })),
  { name: 'a proxy to nobody', spec: proxied({}), refused: refusal('spec.nginx.locations[0].proxy', oneTarget) },
  {
    name: 'a proxy to two',
    spec: proxied({ host: 'app', serviceRef: { name: 'app' } }),
    refused: refusal('spec.nginx.locations[0].proxy', oneTarget),
  },
  ...['app.other', 'App', '0a', 'a/b'].map((name) => ({
    name: `the Service ${name}`,
    spec: proxied({ serviceRef: { name } }),
    refused: refusal('spec.nginx.locations[0].proxy.serviceRef.name'),
  })),
  {
    name: 'a connection that may take longer than systems let it',
    spec: proxied({ host: 'app', timeouts: { connectSeconds: 76 } }),
    refused: refusal('spec.nginx.locations[0].proxy.timeouts.connectSeconds'),
  },
  {
    name: 'a location that answers and proxies',
    spec: location({ proxy: { host: 'app', port: 80 } }),
    refused: refusal('spec.nginx.locations[0]', oneAnswer),
  },
  ...['$host', 'a\nb', 'a\u0000', 'a\u0085b'].map((body) => ({
    name: `the body ${JSON.stringify(body)}`,
    spec: answer({ body }),
    refused: refusal('spec.nginx.locations[0].return.body'),
  })),
  { name: 'a body of 999 characters beyond the first plane', spec: answer({ body: '🔑'.repeat(999) }) },
  {
    name: 'a body of 1,000 characters',
    spec: answer({ body: 'x'.repeat(1000) }),
    refused: refusal('spec.nginx.locations[0].return.body'),
  },
  {
    name: 'the status 199',
    spec: answer({ status: 199 }),
    refused: refusal('spec.nginx.locations[0].return.status'),
  },
  ...[301, 302, 303, 307, 308].map((status) => ({
    name: `the status ${status}`,
    spec: answer({ status, body: 'https://elsewhere.example' }),
    refused: refusal('spec.nginx.locations[0].return.status', redirectRule),
  })),
  ...[408, 444, 494, 495, 496, 497, 499].map((status) => ({
    name: `the status ${status} without a body`,
    spec: answer({ status }),
    refused: refusal('spec.nginx.locations[0].return.body', bodyRule),
  })),
  {
    name: 'a proxy host with a path',
    spec: nginx({ locations: [{ path: '/', proxy: { host: 'app/x', port: 80 } }] }),
    refused: refusal('spec.nginx.locations[0].proxy.host'),
  },
  ...['unix', 'UNIX'].map((host) => ({
    name: `the proxy host ${host}`,
    spec: nginx({ locations: [{ path: '/', proxy: { host, port: 80 } }] }),
    refused: refusal(
      'spec.nginx.locations[0].proxy.host',
      'must not be unix, which NGINX would read as a local socket',
    ),
  })),
  {
    name: 'a proxy host that begins with unix',
    spec: nginx({ locations: [{ path: '/', proxy: { host: 'unix.test', port: 80 } }] }),
  },
  ...['10.0.0.256', '1::2::3', '1:2:3:4:5:6:7:8:9', 'dns.test', '10.0.0.10:53', 'fe80::1%eth0'].map((resolver) => ({
    name: `the resolver ${resolver}`,
    spec: nginx({ resolvers: [resolver] }),
    refused: refusal('spec.nginx.resolvers[0]'),
  })),
  { name: 'resolvers of both families', spec: nginx({ resolvers: ['10.0.0.10', 'fd00::a', '::1', '255.0.0.0'] }) },
  {
    name: 'five resolvers',
    spec: nginx({ resolvers: many(5, (i) => `10.0.0.${i}`) }),
    refused: refusal('spec.nginx.resolvers'),
  },
  { name: 'a service name with a space', spec: service({ name: 'a b' }), refused: refusal('spec.service.name') },
  {
    name: 'a service host with a scheme',
    spec: service({ hosts: ['https://a'] }),
    refused: refusal('spec.service.hosts[0]'),
  },
  { name: 'no node', spec: nodes(), refused: refusal('spec.service.upstream.nodes') },
  {
    name: 'a node host with a port',
    spec: nodes({ host: 'a:1', port: 1 }),
    refused: refusal('spec.service.upstream.nodes[0].host'),
  },
  {
    name: 'a node without a port',
    spec: nodes({ host: 'a' }),
    refused: refusal('spec.service.upstream.nodes[0].port'),
  },
  {
    name: 'a weight below 0',
    spec: nodes({ ...node, weight: -1 }),
    refused: refusal('spec.service.upstream.nodes[0].weight'),
  },
  {
    name: '11 retries',
    spec: service({ upstream: { nodes: [node], retries: 11 } }),
    refused: refusal('spec.service.upstream.retries'),
  },
  {
    name: 'a route name that starts with a dot',
    spec: route({ name: '.a' }),
    refused: refusal('spec.service.routes[0].name'),
  },
  {
    name: 'a method that is none',
    spec: route({ methods: ['FETCH'] }),
    refused: refusal('spec.service.routes[0].methods[0]'),
  },
  {
    name: 'a method twice',
    spec: route({ methods: ['GET', 'GET'] }),
    refused: refusal('spec.service.routes[0].methods[1]'),
  },
  ...['hello', '/a b', '/a*b', '/**', '/a?b=c'].map((path) => ({
    name: `the route path ${JSON.stringify(path)}`,
    spec: route({ paths: [path] }),
    refused: refusal('spec.service.routes[0].paths[0]'),
  })),
  { name: '256 paths of 64 routes', spec: service({ routes: routesOf(64, 4) }) },
  {
    name: '257 paths of five routes',
    spec: service({ routes: [...routesOf(4, 64), ...routesOf(1, 1, 'more')] }),
    refused: refusal('spec.service.routes', pathsRule),
  },
  { name: '32 paths at 32 hosts', spec: service({ hosts: hostsOf(32), routes: routesOf(4, 8) }) },
  {
    name: '33 paths at 32 hosts',
    spec: service({ hosts: hostsOf(32), routes: routesOf(3, 11) }),
    refused: refusal('spec.service.hosts', placesRule),
  },
  {
    name: 'every host, route and path that fits into its list',
    spec: service({ hosts: hostsOf(32), routes: routesOf(64, 64) }),
    refused: refusal('spec.service.routes', pathsRule),
  },
];

export const specCases: readonly SpecCase[] = [
  ...certificateRows.map(({ fields, ...row }) => ({ ...row, spec: gateway(fields), kind: 'MtlsGateway' as const })),
  ...upstreamCertificateRows.map(({ fields, ...row }) => ({
    ...row,
    spec: upstream(fields),
    kind: 'MtlsUpstream' as const,
  })),
  ...gatewayRows.map((row) => ({ ...row, kind: 'MtlsGateway' as const })),
  ...upstreamRows.map((row) => ({ ...row, kind: 'MtlsUpstream' as const })),
  ...formCases({
    gateway: gateway({ clientTrust: [{ secretRef: { name: 'roots' } }] }),
    withClient: clients({}),
    upstream: nginx({
      locations: [
        hello,
        { path: '/app', proxy: { host: 'app', port: 80 } },
        { path: '/service', proxy: { serviceRef: { name: 'app' }, port: 80 } },
        { path: '/site', root: '/srv' },
      ],
    }),
  }),
];

/** Through JSON, which has no undefined: what reaches the parser came from the API server. */
export function parseCase({ kind, spec }: Pick<SpecCase, 'kind' | 'spec'>) {
  const plain = JSON.parse(JSON.stringify(spec));
  return kind === 'MtlsGateway' ? parseSpec(mtlsGateway, plain) : parseSpec(mtlsUpstream, plain);
}
