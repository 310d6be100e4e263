import { type Row, refusal } from './spec-case.ts';

/** What a spec may say of its certificates, issued or brought along. `fields` are set in a spec that is otherwise sound. */
interface CertificateRow extends Pick<Row, 'name' | 'refused'> {
  readonly fields: object;
}

const server = (fields: object) => ({ serverCertificate: fields });
const curl = (fields: object) => ({ clients: [{ name: 'curl', commonName: 'CLIENT', ...fields }] });
const generated = (fields: object) => ({ ca: { generated: fields } });
const brought = { secretRef: { name: 'brought' } };
const password = { passwordSecretRef: { name: 'password' } };

const oneCa = 'exactly one of generated and secretRef must be set';
const oneSource = 'exactly one of configMapRef and secretRef must be set';
const inPlace = 'must not be combined with secretRef, since no Secret is written then';
const alone =
  'must not be combined with subject, names, renewBefore and keystore, which are for a certificate that the operator issues';
const noAddresses = 'must be host names, not IP addresses: clients send no SNI for an address';

const fewCharacters = 'the names of one certificate must have at most 8192 characters in total';
const fewNames = 'must have at most 1024 names in total; spread them over several MtlsGateways';

/** Five of them, of so many characters in total. */
const urisOf = (characters: number) => {
  const each = Math.floor(characters / 5);
  return [0, 1, 2, 3, 4].map((i) => `u:${i}`.padEnd(i === 0 ? characters - 4 * each : each, 'x'));
};
const clientsWith = (count: number, names: number) => ({
  clients: Array.from({ length: count }, (_, client) => ({
    name: `c${client}`,
    commonName: 'CLIENT',
    dnsNames: Array.from({ length: names }, (_, i) => `n${i}.test`),
  })),
});

const subject = {
  country: 'DE',
  stateOrProvince: 'Württemberg',
  locality: 'Tübingen',
  organization: 'API7',
  organizationalUnit: '网关',
};

export const certificateRows: readonly CertificateRow[] = [
  {
    name: 'everything that a leaf may be called',
    fields: {
      ...server({ ipAddresses: ['10.0.0.1', '2001:db8::1'], uris: ['spiffe://test.com/gateway'] }),
      ...curl({
        subject: { ...subject, serialNumber: 'A-1 (2)' },
        dnsNames: ['client.test', '*.client.test', 'xn--bcher-kva.example'],
        ipAddresses: ['::1', '::ffff:10.0.0.1'],
        uris: ['spiffe://test.com/curl'],
        emailAddresses: ["o'hara+x@test.com"],
        keyRotation: 'Never',
        keystore: { pkcs12: { passwordSecretRef: { name: 'password', key: 'a_b-C.txt' } } },
      }),
    },
  },
  {
    name: 'every key algorithm that is new',
    fields: { ...server({ keyAlgorithm: 'ECDSA-P521' }), ...generated({ keyAlgorithm: 'Ed25519' }) },
  },
  {
    name: 'a CA with a subject and domains of its own',
    fields: generated({ subject, permittedDnsDomains: ['test.com'] }),
  },
  { name: 'a CA of your own', fields: { ca: brought } },
  { name: 'a CA of your own that is replaced at once', fields: { ca: { ...brought, whenReplaced: 'ReplaceAtOnce' } } },
  { name: 'a server certificate of your own', fields: server(brought) },
  {
    name: 'trust from a ConfigMap and from a Secret',
    fields: {
      clientTrust: [
        { configMapRef: { name: 'roots' }, keepRemoved: true },
        { secretRef: { name: 'roots', key: 'bundle.pem' } },
      ],
      serverTrust: [{ configMapRef: { name: 'roots', key: 'ca.pem' } }],
    },
  },
  { name: 'a renewal at a third of the lifetime before its end', fields: server({ renewBefore: '33%' }) },
  { name: 'a renewal at two thirds of the lifetime before its end', fields: server({ renewBefore: '66%' }) },
  {
    name: 'a renewal at more than two thirds before the end',
    fields: server({ renewBefore: '67%' }),
    refused: refusal('spec.serverCertificate.renewBefore', 'must be at most two thirds of duration'),
  },
  ...['0%', '100%', '1.5%', '%', '5 %', '-5%', '5%5m'].map((renewBefore) => ({
    name: `a renewal ${JSON.stringify(renewBefore)} before the end`,
    fields: server({ renewBefore }),
    refused: refusal('spec.serverCertificate.renewBefore'),
  })),
  { name: 'a ca of no sort', fields: { ca: {} }, refused: refusal('spec.ca', oneCa) },
  {
    name: 'a generated CA that would be replaced at once',
    fields: { ca: { generated: {}, whenReplaced: 'ReplaceAtOnce' } },
    refused: refusal('spec.ca', 'whenReplaced is only for a CA of secretRef'),
  },
  {
    name: 'a CA that is made and brought',
    fields: { ca: { generated: {}, ...brought } },
    refused: refusal('spec.ca', oneCa),
  },
  {
    name: 'a CA whose Secret has no name',
    fields: { ca: { secretRef: {} } },
    refused: refusal('spec.ca.secretRef.name'),
  },
  {
    name: 'a CA of another namespace',
    fields: { ca: { secretRef: { name: 'other/rootca' } } },
    refused: refusal('spec.ca.secretRef.name'),
  },
  {
    name: 'a certificate of your own with a secretName',
    fields: server({ ...brought, secretName: 'a' }),
    refused: refusal('spec.serverCertificate.secretName', inPlace),
  },
  ...[
    { subject },
    { uris: ['a:b'] },
    { ipAddresses: ['10.0.0.1'] },
    { renewBefore: '5m' },
    { keystore: { pkcs12: password } },
  ].map((fields) => ({
    name: `a certificate of your own with ${Object.keys(fields)}`,
    fields: server({ ...brought, ...fields }),
    refused: refusal('spec.serverCertificate.secretRef', alone),
  })),
  { name: 'trust from nowhere', fields: { clientTrust: [{}] }, refused: refusal('spec.clientTrust[0]', oneSource) },
  {
    name: 'trust from two places at once',
    fields: { serverTrust: [{ configMapRef: { name: 'a' }, secretRef: { name: 'a' } }] },
    refused: refusal('spec.serverTrust[0]', oneSource),
  },
  {
    name: 'trust that keeps what is taken out, as a text',
    fields: { clientTrust: [{ configMapRef: { name: 'a' }, keepRemoved: 'true' }] },
    refused: refusal('spec.clientTrust[0].keepRemoved'),
  },
  {
    name: '17 sources of trust',
    fields: { clientTrust: Array.from({ length: 17 }, () => ({ configMapRef: { name: 'a' } })) },
    refused: refusal('spec.clientTrust'),
  },
  {
    name: 'a key of a Secret with a slash',
    fields: { clientTrust: [{ secretRef: { name: 'a', key: '../ca.crt' } }] },
    refused: refusal('spec.clientTrust[0].secretRef.key'),
  },
  {
    name: 'a keystore without a password',
    fields: server({ keystore: { pkcs12: {} } }),
    refused: refusal('spec.serverCertificate.keystore.pkcs12.passwordSecretRef'),
  },
  ...['de', 'DEU', 'D1', ''].map((country) => ({
    name: `the country ${JSON.stringify(country)}`,
    fields: server({ subject: { country } }),
    refused: refusal('spec.serverCertificate.subject.country'),
  })),
  {
    name: 'an organization of 65 characters',
    fields: server({ subject: { organization: 'x'.repeat(65) } }),
    refused: refusal('spec.serverCertificate.subject.organization'),
  },
  {
    name: 'a serial number with a star',
    fields: server({ subject: { serialNumber: '1*' } }),
    refused: refusal('spec.serverCertificate.subject.serialNumber'),
  },
  ...['10.0.0', 'test.com', '10.0.0.0/8', '2001:db8::/32', 'fe80::1%eth0'].map((address) => ({
    name: `the IP address ${JSON.stringify(address)}`,
    fields: server({ ipAddresses: ['10.0.0.1', address] }),
    refused: refusal('spec.serverCertificate.ipAddresses[1]'),
  })),
  ...['test.com', 'spiffe:', 'a b://c', '://x', 'http://ü'].map((uri) => ({
    name: `the URI ${JSON.stringify(uri)}`,
    fields: server({ uris: [uri] }),
    refused: refusal('spec.serverCertificate.uris[0]'),
  })),
  ...['a', 'a@', '@b', 'a b@c', 'A <a@b>', 'ü@b.c', 'a@b@c'].map((email) => ({
    name: `the e-mail address ${JSON.stringify(email)}`,
    fields: curl({ emailAddresses: [email] }),
    refused: refusal('spec.clients[0].emailAddresses[0]'),
  })),
  {
    name: 'a domain of a CA with a star',
    fields: generated({ permittedDnsDomains: ['*.test.com'] }),
    refused: refusal('spec.ca.generated.permittedDnsDomains[0]'),
  },
  {
    name: 'a key that rotates sometimes',
    fields: server({ keyRotation: 'Sometimes' }),
    refused: refusal('spec.serverCertificate.keyRotation'),
  },
  {
    name: 'a host that is an address',
    fields: { hosts: ['test.com', '10.0.0.1'] },
    refused: refusal('spec.hosts', noAddresses),
  },
  { name: 'a server with names of 8,192 characters', fields: server({ uris: urisOf(8192) }) },
  {
    name: 'a server with names of 8,193 characters',
    fields: server({ uris: urisOf(8188), ipAddresses: ['::1', '::'] }),
    refused: refusal('spec.serverCertificate', fewCharacters),
  },
  { name: 'a client with names of 8,192 characters', fields: curl({ uris: urisOf(8184), dnsNames: ['one.test'] }) },
  {
    name: 'a client with names of 8,193 characters',
    fields: curl({ uris: urisOf(8184), emailAddresses: ['ab@c.test'] }),
    refused: refusal('spec.clients[0]', fewCharacters),
  },
  { name: 'clients with 1,024 names', fields: clientsWith(32, 32) },
  {
    name: 'clients with 1,025 names',
    fields: { clients: [...clientsWith(32, 32).clients, { name: 'one', commonName: 'C', dnsNames: ['one.test'] }] },
    refused: refusal('spec.clients', fewNames),
  },
];

const oneServer = 'exactly one of dnsNames, for a certificate that the operator issues, and secretRef must be set';
const oneClient = 'exactly one of commonName, for a certificate that the operator issues, and secretRef must be set';

export const upstreamCertificateRows: readonly CertificateRow[] = [
  {
    name: 'both ends brought along, below a CA to trust',
    fields: {
      ca: brought,
      serverCertificate: { secretRef: { name: 'nginx' } },
      clientCertificate: { secretRef: { name: 'gateway' } },
    },
  },
  { name: 'a Secret to mount for a certificate of your own', fields: server({ ...brought, secretName: 'nginx-tls' }) },
  { name: 'NGINX without names', fields: server({}), refused: refusal('spec.serverCertificate', oneServer) },
  {
    name: 'NGINX with names and a certificate of your own',
    fields: server({ dnsNames: ['test.com'], ...brought }),
    refused: refusal('spec.serverCertificate', oneServer),
  },
  {
    name: 'a gateway without a common name',
    fields: { clientCertificate: {} },
    refused: refusal('spec.clientCertificate', oneClient),
  },
  {
    name: 'a gateway with a common name and a certificate of your own',
    fields: { clientCertificate: { commonName: 'client', ...brought } },
    refused: refusal('spec.clientCertificate', oneClient),
  },
  {
    name: 'a certificate of your own for the gateway in a keystore',
    fields: { clientCertificate: { ...brought, keystore: { pkcs12: password } } },
    refused: refusal('spec.clientCertificate.secretRef', alone),
  },
  {
    name: 'NGINX with names of 8,193 characters',
    fields: server({ dnsNames: ['test.com'], uris: urisOf(8193) }),
    refused: refusal('spec.serverCertificate', fewCharacters),
  },
  {
    name: 'a gateway with names of 8,193 characters',
    fields: { clientCertificate: { commonName: 'client', uris: urisOf(8193) } },
    refused: refusal('spec.clientCertificate', fewCharacters),
  },
];
