/**
 * The largest specs that the schema admits: every list and every string as long as it may be, all at once. Where a rule
 * about several of them makes a choice (many names or long ones, many hosts or many paths), there is a spec for each.
 */
const many = <Item>(count: number, make: (index: number) => Item): readonly Item[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** `start`, `x` in between and `end`, in so many characters. */
const fill = (length: number, start: string, end = '') => start.padEnd(length - end.length, 'x') + end;
/** The same in labels. */
const longHost = (start: string, length = 253) => fill(length, `${start}-`).replace(/(?<=^(.{60})+)./g, '.');
const longName = (start: string) => fill(253, `${start}-`);
const longPath = (start: string) => fill(1024, `/${start}/`);
const longUri = (start: string) => fill(2048, `https://${start}.test/`);
const longEmail = (start: string) => `${fill(64, `${start}-`)}@${longHost('mail', 189)}`;
const longAddress = (index: number) => `2001:0db8:0000:0000:0000:ffff:255.255.255.${100 + index}`;
/** Of characters that take four bytes. */
const longText = (length: number) => '🔑'.repeat(length);

const lifetime = { duration: '500000h000000m000000s', renewBefore: '000720h000000m000000s' };
const caSubject = {
  country: 'DE',
  stateOrProvince: longText(128),
  locality: longText(128),
  organization: longText(64),
  organizationalUnit: longText(64),
};
const subject = { ...caSubject, serialNumber: fill(64, 'A') };
const commonName = longText(64);
const generated = {
  ...{ commonName, subject: caSubject, ...lifetime, duration: '999999h000000m000000s' },
  secretName: longName('ca'),
};

/** 128 of them. */
const manyNames = {
  dnsNames: many(32, (i) => `d${i}.test`),
  ipAddresses: many(32, longAddress),
  uris: many(32, (i) => `https://u${i}.test`),
  emailAddresses: many(32, (i) => `e${i}@mail.test`),
};
/** 8,192 characters at most. */
const longNames = {
  dnsNames: many(8, (i) => longHost(`d${i}`)),
  ipAddresses: [longAddress(0)],
  uris: many(2, (i) => longUri(`u${i}`)),
  emailAddresses: many(7, (i) => longEmail(`e${i}`)),
};

const hosts = (name: string, count = 32) => many(count, (i) => longHost(`${name}-${i}`));

/** Names of one certificate, shared out in several ways. */
interface Names {
  readonly ca?: object;
  readonly server: object;
  readonly client: (index: number) => object;
}

const manyAtOnce: Names = {
  server: { ipAddresses: manyNames.ipAddresses, uris: manyNames.uris },
  client: (index) => (index < 8 ? manyNames : {}),
};
const longAtOnce: Names = {
  server: { ipAddresses: manyNames.ipAddresses, uris: many(3, (i) => longUri(`s${i}`)) },
  client: (index) => (index === 0 ? longNames : { uris: many(4, (i) => longUri(`u${i}`)) }),
};
/** All below domains that the CA is kept to. */
const constrained = (name: string): Names => ({
  ca: { permittedDnsDomains: hosts(name) },
  server: {},
  client: (index) => ({ dnsNames: hosts(name, index < 29 ? 32 : 1) }),
});

const everyMethod = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'];
const longDn = (index: number) => fill(512, `CN=${index}-`);
/** 131,072 characters of names at most. */
const revoked = many(1000, (i) => {
  if (i === 0) return { sha256Fingerprint: 'ab'.repeat(32) };
  const issuer = i < 90 ? longDn(i) : `CN=CA ${i}`;
  return i < 90 ? { subject: longDn(i), issuer } : { serialNumber: `${1000 + i}`.repeat(10), issuer };
});

const aGateway = (name: string, names: Names) => ({
  hosts: hosts(name),
  ca: { generated: { ...generated, ...names.ca } },
  serverCertificate: { secretName: longName('server'), subject, ...lifetime, ...names.server },
  clients: many(100, (i) => ({
    ...{ name: fill(63, `c${i}-`), commonName, subject, secretName: longName(`client-${i}`), ...lifetime },
    ...names.client(i),
    // With the reason, which is one of a list, and of an instant as many digits as it may have.
    ...(i === 99 && { revoked: { since: `2026-11-30T00:00:00.${'0'.repeat(19)}Z`, secret: 'Delete' } }),
  })),
  revoked,
  clientVerification: { exemptPaths: many(16, (i) => fill(256, `/e${i}/`, '*')) },
  verification: { path: longPath('verification') },
});

interface Service {
  readonly hosts: number;
  readonly routes: number;
  /** Of each route. */
  readonly paths: number;
}

/** 131,072 characters of names at most. */
const revokedNumbers = many(1000, (i) => ({
  serialNumber: `${1000 + i}`.repeat(10),
  issuer: i < 240 ? fill(512, `CN=${i}-`) : `CN=${i}`,
  reason: 'cessationOfOperation',
}));

/** One entry for each way to name clients; 65,536 characters of subjects and issuers at most. */
const authorization = many(32, (i) => {
  const mtlsGatewayRef = { name: longName('gateway') };
  const limits = { paths: many(16, (j) => longPath(`${i}/${j}`)), methods: everyMethod };
  if (i === 0) return { clients: { mtlsGatewayRef, names: many(100, (j) => fill(63, `c${j}-`)) }, ...limits };
  if (i === 1) return { uris: { mtlsGatewayRef, names: many(100, (j) => longUri(`u${j}`)) } };
  const isFirst = i === 2;
  return {
    subjects: many(isFirst ? 100 : 1, (j) => ({
      subject: isFirst && j < 60 ? longDn(j) : `CN=${j}`,
      issuer: isFirst && j < 60 ? longDn(j) : 'CN=CA',
    })),
  };
});

const anUpstream = (name: string, names: Names, service: Service) => ({
  ca: { generated: { ...generated, ...names.ca } },
  serverCertificate: {
    ...{ dnsNames: hosts(name), secretName: longName('server'), subject, ...lifetime },
    ...names.server,
  },
  clientCertificate: { commonName, secretName: longName('client'), subject, ...lifetime, ...names.client(0) },
  revoked: revokedNumbers,
  authorization,
  nginx: {
    listen: 65535,
    additionalListen: many(7, (i) => 65_534 - i),
    additionalServerNames: many(31, (i) => longHost(`s${i}`)),
    tls: { versions: ['TLSv1.2', 'TLSv1.3'] },
    deployment: {
      replicas: 50,
      image: fill(255, 'nginx:'),
      resources: {
        requests: { cpu: '99999m', memory: '999999Mi' },
        limits: { cpu: '99999m', memory: '999999Mi' },
      },
    },
    serverName: hosts(name)[0],
    configMapName: longName('nginx'),
    tlsDirectory: fill(255, '/tls'),
    resolvers: many(4, (i) => `2001:0db8:0000:0000:0000:0000:0000:000${i}`),
    locations: many(64, (i) => ({
      path: longPath(`l${i}`),
      ...(i === 0
        ? { proxy: { host: longHost('app'), port: 65535 } }
        : i === 1
          ? { root: fill(255, '/srv/') }
          : i === 2
            ? { proxy: { serviceRef: { name: fill(63, 's') }, port: 65535 } }
            : { return: { status: 599, body: longText(999), contentType: fill(127, 'text/') } }),
    })),
  },
  service: {
    name: fill(100, name),
    hosts: hosts(name, service.hosts),
    upstream: { nodes: many(64, (i) => ({ host: longHost(`n${i}`), port: 65535, weight: 65535 })), retries: 10 },
    routes: many(service.routes, (i) => ({
      name: fill(100, `r${i}-`),
      methods: everyMethod,
      paths: many(service.paths, (j) => longPath(`${i}/${j}`)),
    })),
  },
});

/** Two of one name are rivals: they claim the same. */
export type Largest = (name: string) => object;

export const largestGateways: Readonly<Record<string, Largest>> = {
  'as many names as its clients may have': (name) => aGateway(name, manyAtOnce),
  'names as long as its clients may have': (name) => aGateway(name, longAtOnce),
  'as many name constraints as its CA may have': (name) => aGateway(name, constrained(name)),
};

export const largestUpstreams: Readonly<Record<string, Largest>> = {
  'as many hosts as it may have': (name) => anUpstream(name, manyAtOnce, { hosts: 32, routes: 32, paths: 1 }),
  'as many routes as it may have': (name) => anUpstream(name, longAtOnce, { hosts: 4, routes: 64, paths: 4 }),
  'as many paths in a route as it may have': (name) =>
    anUpstream(name, constrained(name), { hosts: 4, routes: 4, paths: 64 }),
};
