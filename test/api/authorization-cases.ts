import { type Row, refusal } from './spec-case.ts';

const one = { subject: 'CN=partner', issuer: 'CN=Partner CA,O=Acme\\, Inc.,C=DE' };
const clients = { mtlsGatewayRef: { name: 'test-com' }, names: ['curl'] };
const uris = { mtlsGatewayRef: { name: 'test-com' }, names: ['spiffe://test.com/curl'] };
const exactlyOne = 'exactly one of clients, uris and subjects must be set';
const needsHosts =
  'must not have subjects while service.hosts is empty, since at a host of its own another tenant may trust a CA that issues any name';
const tooLong = 'the subjects and issuers of all entries must have at most 65536 characters in total';
const many = (count: number, make: (index: number) => unknown) => Array.from({ length: count }, (_, i) => make(i));

/** `spec.authorization` of an MtlsUpstream; `anywhere` is a spec without, and `atHosts` the same with hosts of its service. */
export const authorizationRows = (anywhere: object, atHosts: object): readonly Row[] => {
  const restricted = (...authorization: readonly unknown[]) => ({ ...atHosts, authorization });
  const entry = (fields: object) => restricted({ clients, ...fields });
  return [
    {
      name: 'every field of an authorization',
      spec: restricted(
        { clients, paths: ['/hello', '/api/*'], methods: ['GET', 'POST'] },
        { uris },
        { subjects: [one] },
      ),
    },
    { name: '32 entries', spec: restricted(...many(32, () => ({ clients }))) },
    { name: '33 entries', spec: restricted(...many(33, () => ({ clients }))), refused: refusal('spec.authorization') },
    { name: 'an authorization without entries', spec: restricted(), refused: refusal('spec.authorization') },
    { name: 'clients where the service has no hosts', spec: { ...anywhere, authorization: [{ clients }, { uris }] } },
    {
      name: 'subjects where the service has no hosts',
      spec: { ...anywhere, authorization: [{ subjects: [one] }] },
      refused: refusal('spec.authorization', needsHosts),
    },
    {
      name: 'an entry that names nobody',
      spec: restricted({ paths: ['/hello'] }),
      refused: refusal('spec.authorization[0]', exactlyOne),
    },
    {
      name: 'an entry that names clients and subjects',
      spec: restricted({ clients, subjects: [one] }),
      refused: refusal('spec.authorization[0]', exactlyOne),
    },
    {
      name: 'clients of no MtlsGateway',
      spec: restricted({ clients: { names: ['curl'] } }),
      refused: refusal('spec.authorization[0].clients.mtlsGatewayRef'),
    },
    {
      name: 'an MtlsGateway that is named as none can be',
      spec: restricted({ clients: { ...clients, mtlsGatewayRef: { name: 'Test' } } }),
      refused: refusal('spec.authorization[0].clients.mtlsGatewayRef.name'),
    },
    ...(['clients', 'uris'] as const).map((field) => ({
      name: `no name in ${field}`,
      spec: restricted({ [field]: { ...clients, names: [] } }),
      refused: refusal(`spec.authorization[0].${field}.names`),
    })),
    {
      name: '100 clients of an entry',
      spec: restricted({ clients: { ...clients, names: many(100, (i) => `c${i}`) } }),
    },
    {
      name: '101 clients of an entry',
      spec: restricted({ clients: { ...clients, names: many(101, (i) => `c${i}`) } }),
      refused: refusal('spec.authorization[0].clients.names'),
    },
    {
      name: 'a URI without a scheme',
      spec: restricted({ uris: { ...uris, names: ['test.com'] } }),
      refused: refusal('spec.authorization[0].uris.names[0]'),
    },
    {
      name: '101 subjects',
      spec: restricted({ subjects: many(101, (i) => ({ ...one, subject: `CN=${i}` })) }),
      refused: refusal('spec.authorization[0].subjects'),
    },
    {
      name: 'a subject without its issuer',
      spec: restricted({ subjects: [{ subject: one.subject }] }),
      refused: refusal('spec.authorization[0].subjects[0].issuer'),
    },
    {
      name: 'a subject in a form that no gateway shows',
      spec: restricted({ subjects: [{ ...one, subject: 'CN=a, O=b' }] }),
      refused: refusal('spec.authorization[0].subjects[0].subject'),
    },
    {
      name: 'subjects of more than 65536 characters',
      spec: restricted({
        subjects: many(100, (i) => ({ subject: `CN=${'a'.repeat(500)}${i}`, issuer: `CN=${'b'.repeat(200)}` })),
      }),
      refused: refusal('spec.authorization', tooLong),
    },
    ...['hello', '/a?b', '/a b', '/*/b', ''].map((path) => ({
      name: `the path ${JSON.stringify(path)} of an entry`,
      spec: entry({ paths: [path] }),
      refused: refusal('spec.authorization[0].paths[0]'),
    })),
    {
      name: '17 paths of an entry',
      spec: entry({ paths: many(17, (i) => `/${i}`) }),
      refused: refusal('spec.authorization[0].paths'),
    },
    {
      name: 'a method of an entry that no route can have',
      spec: entry({ methods: ['TRACE'] }),
      refused: refusal('spec.authorization[0].methods[0]'),
    },
    { name: 'no method of an entry', spec: entry({ methods: [] }), refused: refusal('spec.authorization[0].methods') },
  ];
};
