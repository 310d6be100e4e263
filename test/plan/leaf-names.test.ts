import assert from 'node:assert/strict';
import { hasNames, hasSubject, namesOf } from '../../src/plan/certificates/leaf-names.ts';
import type { CertificateRequest } from '../../src/plan/certificates/request.ts';
import { caRequest, clientRequest, issued, serverRequest } from './given.ts';

const subject = {
  ...{ countryName: 'DE', stateOrProvinceName: 'Berlin', localityName: 'Berlin', organizationName: 'Acme' },
  ...{ organizationalUnitName: 'Edge', serialNumber: '4711' },
};
const otherNames = [
  { type: 'IP', value: '2001:db8::1' },
  { type: 'IP', value: '10.0.0.1' },
  { type: 'URI', value: 'spiffe://example.org/ns/shop' },
] as const;
const email = { type: 'email', value: 'Ops@Example.org' } as const;
const tag = { type: 'URI', value: 'tag:mtls-operator.dev,2026:client:CLIENT' } as const;

const fullServer: CertificateRequest = { ...serverRequest, subject, otherNames };
const fullClient: CertificateRequest = { ...clientRequest, dnsNames: ['curl.test'], otherNames: [email] };
const limitedCa: CertificateRequest = { ...caRequest, permittedDnsDomains: ['test.com', 'a.test'] };

const ca = await issued(caRequest);
const limited = await issued(limitedCa);
const server = await issued(fullServer, ca);
const client = await issued(clientRequest, ca);
const namedClient = await issued(fullClient, ca);

describe('the names that a leaf shall have', () => {
  for (const { name, request, want } of [
    {
      name: 'of a server: its DNS names, then the others',
      request: fullServer,
      want: [{ type: 'DNS', value: 'test.com' }, { type: 'DNS', value: '*.test.com' }, ...otherNames],
    },
    { name: 'of a client without any: a URI made from its common name', request: clientRequest, want: [tag] },
    {
      name: 'of a client with some: those alone',
      request: fullClient,
      want: [{ type: 'DNS', value: 'curl.test' }, email],
    },
    {
      name: 'of a client whose common name is no text for a URI: one that is escaped',
      request: { ...clientRequest, commonName: 'Jürgen & Söhne' },
      want: [{ type: 'URI', value: 'tag:mtls-operator.dev,2026:client:J%C3%BCrgen%20%26%20S%C3%B6hne' }],
    },
  ]) {
    it(name, () => assert.deepEqual(namesOf(request), want));
  }

  for (const { name, held, request, want } of [
    { name: 'those of all types', held: server, request: fullServer, want: true },
    { name: 'the one made for it', held: client, request: clientRequest, want: true },
    {
      name: 'another order',
      held: server,
      request: { ...fullServer, otherNames: otherNames.toReversed() },
      want: true,
    },
    { name: 'an address in another spelling', held: server, request: withNames('2001:DB8:0::1'), want: true },
    { name: 'another address', held: server, request: withNames('2001:db8::2'), want: false },
    { name: 'a name less', held: server, request: { ...fullServer, otherNames: otherNames.slice(1) }, want: false },
    { name: 'no other names', held: server, request: serverRequest, want: false },
    {
      name: 'a host of another case in an address of mail',
      held: namedClient,
      request: mail('Ops@example.org'),
      want: true,
    },
    { name: 'another case before the @', held: namedClient, request: mail('ops@Example.org'), want: false },
    {
      name: 'the one made for another common name',
      held: client,
      request: { ...clientRequest, commonName: 'C' },
      want: false,
    },
    { name: 'names of its own for the one made', held: client, request: fullClient, want: false },
    { name: 'a CA without constraints', held: ca, request: caRequest, want: true },
    { name: 'the domains of a CA', held: limited, request: limitedCa, want: true },
    { name: 'the domains of a CA in another order', held: limited, request: domains('a.test', 'test.com'), want: true },
    { name: 'a domain more', held: limited, request: domains('a.test', 'test.com', 'b.test'), want: false },
    { name: 'a domain less', held: limited, request: domains('a.test'), want: false },
    { name: 'no domains any more', held: limited, request: caRequest, want: false },
    { name: 'domains for the first time', held: ca, request: limitedCa, want: false },
  ]) {
    it(`${want ? 'are' : 'are not'} there: ${name}`, () => assert.equal(hasNames(held.facts, request), want));
  }
});

describe('the subject that a certificate shall have', () => {
  for (const { name, held, request, want } of [
    { name: 'every field', held: server, request: fullServer, want: true },
    { name: 'of a CA, whichever generation it is of', held: ca, request: caRequest, want: true },
    { name: 'of a CA of another name', held: ca, request: { ...caRequest, commonName: 'OTHER' }, want: false },
    {
      name: 'of a CA with an organization for the first time',
      held: ca,
      request: { ...caRequest, subject: { organizationName: 'Acme' } },
      want: false,
    },
    {
      name: 'whichever of its names was the first',
      held: server,
      request: { ...fullServer, dnsNames: fullServer.dnsNames.toReversed() },
      want: true,
    },
    {
      name: 'with a common name that is no name of it any more',
      held: server,
      request: { ...fullServer, dnsNames: ['a.test'] },
      want: false,
    },
    { name: 'without its fields', held: server, request: serverRequest, want: false },
    { name: 'of another common name', held: client, request: { ...clientRequest, commonName: 'client' }, want: false },
    ...Object.keys(subject).map((field) => ({
      name: `with another ${field}`,
      held: server,
      request: { ...fullServer, subject: { ...subject, [field]: 'XX' } },
      want: false,
    })),
    ...Object.keys(subject).map((field) => ({
      name: `without its ${field}`,
      held: server,
      request: { ...fullServer, subject: { ...subject, [field]: undefined } },
      want: false,
    })),
  ]) {
    it(`${want ? 'is' : 'is not'} there: ${name}`, () => assert.equal(hasSubject(held.facts, request), want));
  }

  it('is empty for a server whose first name is longer than a common name may be', async () => {
    const long: CertificateRequest = { ...serverRequest, dnsNames: [`${'a'.repeat(60)}.test.com`] };
    const { facts } = await issued(long, ca);
    assert.equal(facts.commonName, undefined);
    assert.ok(hasSubject(facts, long));
    assert.ok(hasNames(facts, long));
  });
});

function withNames(address: string): CertificateRequest {
  return { ...fullServer, otherNames: [{ type: 'IP', value: address }, ...otherNames.slice(1)] };
}

function mail(value: string): CertificateRequest {
  return { ...fullClient, otherNames: [{ type: 'email', value }] };
}

function domains(...permittedDnsDomains: readonly string[]): CertificateRequest {
  return { ...caRequest, permittedDnsDomains };
}
