import assert from 'node:assert/strict';
import { backdating } from '../../src/pki/x509/validity.ts';
import type { HeldCertificate } from '../../src/plan/certificates/held.ts';
import { findIssueReason } from '../../src/plan/certificates/issue-reason.ts';
import type { CertificateRequest } from '../../src/plan/certificates/request.ts';
import { caRequest, clientRequest, hours, issued, now, serverRequest } from './given.ts';

const ca = await issued(caRequest);
const otherCa = await issued(caRequest);
const server = await issued(serverRequest, ca);
const client = await issued(clientRequest, ca);

/** This CA ends after 100 h less the backdated minutes; a leaf that asks for more is clipped to that. */
const shortCa = await issued({ ...caRequest, duration: hours(100) });
const clipped = await issued(serverRequest, shortCa);

const permittedDnsDomains = ['test.com'];
const limitedCa = await issued({ ...caRequest, permittedDnsDomains });
/** Names of each type, and a full subject. */
const named: CertificateRequest = {
  ...clientRequest,
  dnsNames: ['curl.test'],
  otherNames: [
    { type: 'IP', value: '10.0.0.1' },
    { type: 'URI', value: 'spiffe://example.org/curl' },
    { type: 'email', value: 'curl@example.org' },
  ],
  subject: { countryName: 'DE', organizationName: 'Acme', serialNumber: '4711' },
};
const namedClient = await issued(named, ca);

const second = { seconds: 1 };
/** The server's last second, which belongs to it, and the moment when two thirds of its lifetime have passed. */
const end = server.facts.notAfter;
const due = server.facts.notBefore.add({ seconds: Math.floor(((2160 * 3600 - 1) * 2) / 3) });

const reasonAt = (
  at: Temporal.Instant,
  request: CertificateRequest,
  held: HeldCertificate,
  issuer: HeldCertificate | undefined = ca,
) => findIssueReason(held, { request, issuer, now: at });

describe('why a certificate must be issued', () => {
  it('is none for any certificate that was just issued', () => {
    assert.equal(findIssueReason(ca, { request: caRequest, now }), undefined);
    assert.equal(reasonAt(now, serverRequest, server), undefined);
    assert.equal(reasonAt(now, clientRequest, client), undefined);
  });

  it('is what is wrong with the Secret, where that holds none', () => {
    const missing = { reason: 'SecretMissing', message: 'The Secret does not exist' };
    assert.deepEqual(findIssueReason(missing, { request: serverRequest, issuer: ca, now }), missing);
  });

  describe('by what the certificate is', () => {
    for (const { name, request = serverRequest, held = server, issuer = ca, want } of [
      { name: 'a key of another certificate', held: { ...server, keyPem: client.keyPem }, want: 'KeyMismatch' },
      { name: 'a key that is none', held: { ...server, keyPem: 'garbage' }, want: 'KeyMismatch' },
      { name: 'a CA of the same name with another key', issuer: otherCa, want: 'IssuerChanged' },
      { name: 'the same DNS names in another order', request: withNames('*.test.com', 'test.com'), want: undefined },
      { name: 'a DNS name more', request: withNames('test.com', '*.test.com', 'a.test'), want: 'SpecDiffers' },
      { name: 'a DNS name less', request: withNames('test.com'), want: 'SpecDiffers' },
      { name: 'another Secret name alone', request: { ...serverRequest, secretName: 'renamed' }, want: undefined },
      {
        name: 'another key algorithm',
        request: { ...serverRequest, keyAlgorithm: 'ECDSA-P384' as const },
        want: 'SpecDiffers',
      },
      { name: 'a server certificate where a client is wanted', request: clientRequest, want: 'SpecDiffers' },
      {
        name: 'a CA that may be a server too',
        held: { ...server, facts: { ...server.facts, isCa: true } },
        want: 'SpecDiffers',
      },
      { name: 'a leaf where a CA is wanted', request: { ...serverRequest, role: 'ca' as const }, want: 'SpecDiffers' },
      {
        name: 'another common name',
        request: { ...clientRequest, commonName: 'OTHER' },
        held: client,
        want: 'SpecDiffers',
      },
    ]) {
      it(`${want ?? 'none'}: ${name}`, () => assert.equal(reasonAt(now, request, held, issuer)?.reason, want));
    }

    it('IssuerChanged: a CA that no longer signed itself', () => {
      const swapped = { ...ca, chainPem: server.chainPem, keyPem: server.keyPem };
      assert.equal(findIssueReason(swapped, { request: caRequest, now })?.reason, 'IssuerChanged');
    });
  });

  describe('by its names', () => {
    for (const { name, held, request, want } of [
      { name: 'a CA of the same domains', held: limitedCa, request: limited(...permittedDnsDomains), want: undefined },
      { name: 'a CA of another domain', held: limitedCa, request: limited('a.test'), want: 'set of names' },
      {
        name: 'a CA of one domain more',
        held: limitedCa,
        request: limited('test.com', 'a.test'),
        want: 'set of names',
      },
      { name: 'a CA that shall have no limits any more', held: limitedCa, request: caRequest, want: 'set of names' },
      { name: 'a CA that shall have limits', held: ca, request: limited('test.com'), want: 'set of names' },
    ]) {
      it(`${want === undefined ? 'none' : `SpecDiffers in the ${want}`}: ${name}`, () =>
        assert.equal(findIssueReason(held, { request, now })?.message, differing(want)));
    }

    for (const { name, request = named, want } of [
      { name: 'names of every type and a full subject', want: undefined },
      { name: 'an IP address less', request: withoutName('IP'), want: 'set of names' },
      { name: 'a URI less', request: withoutName('URI'), want: 'set of names' },
      { name: 'a mail address less', request: withoutName('email'), want: 'set of names' },
      { name: 'another country', request: withSubject({ countryName: 'FR' }), want: 'subject' },
      { name: 'another organization', request: withSubject({ organizationName: 'Other' }), want: 'subject' },
      { name: 'another serial number in the subject', request: withSubject({ serialNumber: '4712' }), want: 'subject' },
      { name: 'a unit more', request: withSubject({ organizationalUnitName: 'Edge' }), want: 'subject' },
    ]) {
      it(`${want === undefined ? 'none' : `SpecDiffers in the ${want}`}: ${name}`, () =>
        assert.equal(reasonAt(now, request, namedClient)?.message, differing(want)));
    }
  });

  describe('by its lifetime', () => {
    for (const { name, duration, held = server, issuer = ca, want } of [
      { name: 'the one that was asked for', duration: hours(2160), want: undefined },
      { name: 'a longer one', duration: hours(2161), want: 'SpecDiffers' },
      { name: 'a shorter one', duration: hours(2159), want: 'SpecDiffers' },
      { name: 'clipped to its CA', duration: hours(2160), held: clipped, issuer: shortCa, want: undefined },
      {
        name: 'clipped to its CA, and longer still',
        duration: hours(9999),
        held: clipped,
        issuer: shortCa,
        want: undefined,
      },
      {
        name: 'clipped to its CA, and now shorter than that',
        duration: hours(99),
        held: clipped,
        issuer: shortCa,
        want: 'SpecDiffers',
      },
    ]) {
      it(`${want ?? 'none'}: ${name}`, () =>
        assert.equal(reasonAt(now, { ...serverRequest, duration }, held, issuer)?.reason, want));
    }
  });

  describe('by the time', () => {
    const renewBefore = hours(24);
    const longerThanLife = hours(2161);
    for (const { name, at, request = serverRequest, want } of [
      { name: 'a second before two thirds of its lifetime', at: due.subtract(second), want: undefined },
      { name: 'after two thirds of its lifetime', at: due, want: 'RenewalDue' },
      { name: 'in its last second', at: end, want: 'RenewalDue' },
      { name: 'a second after its end', at: end.add(second), want: 'Expired' },
      {
        name: 'a second before renewBefore',
        at: end.subtract(renewBefore).subtract(second),
        request: { ...serverRequest, renewal: { before: renewBefore } },
        want: undefined,
      },
      {
        name: 'at renewBefore',
        at: end.subtract(renewBefore),
        request: { ...serverRequest, renewal: { before: renewBefore } },
        want: 'RenewalDue',
      },
      {
        name: 'with a renewBefore that would renew for ever',
        at: due.subtract(second),
        request: { ...serverRequest, renewal: { before: longerThanLife } },
        want: undefined,
      },
      { name: 'before its start, as a slow clock sees it', at: now.subtract(hours(1)), want: undefined },
    ]) {
      it(`${want ?? 'none'}: ${name}`, () => assert.equal(reasonAt(at, request, server)?.reason, want));
    }
  });

  describe('where a clock that was ahead has issued it', () => {
    const begin = server.facts.notBefore;
    const olderCa = { ...ca, facts: { ...ca.facts, notBefore: begin.subtract(hours(24)) } };
    const late = begin.subtract(backdating);
    for (const { name, at, issuer = olderCa, want } of [
      { name: 'and it is valid in 5 minutes', at: late, want: undefined },
      { name: 'and it is valid a second after that', at: late.subtract(second), want: 'NotYetValid' },
      { name: 'and the CA is not valid either', at: late.subtract(second), issuer: ca, want: undefined },
    ]) {
      it(`${want ?? 'none'}: ${name}`, () => assert.equal(reasonAt(at, serverRequest, server, issuer)?.reason, want));
    }

    it('none: of the CA itself, which nothing replaces', () => {
      const at = ca.facts.notBefore.subtract(backdating).subtract(second);
      assert.equal(findIssueReason(ca, { request: caRequest, now: at }), undefined);
    });
  });

  describe('below a CA that ends', () => {
    const lastHours = shortCa.facts.notAfter;
    const shorter = hours(48);

    it('is none, ever, where a new leaf would end with the CA as this one does', () => {
      for (let at = now; Temporal.Instant.compare(at, lastHours) <= 0; at = at.add(hours(1)))
        assert.equal(reasonAt(at, serverRequest, clipped, shortCa), undefined);
    });

    it('is RenewalDue while a new leaf would last longer, and no more once it is clipped', async () => {
      const request = { ...serverRequest, duration: shorter };
      let [held, issues] = [await issued(request, shortCa), 0];
      for (let at = now; Temporal.Instant.compare(at, lastHours) <= 0; at = at.add(hours(1))) {
        const reason = reasonAt(at, request, held, shortCa)?.reason;
        if (reason === undefined) continue;
        assert.equal(reason, 'RenewalDue');
        held = await issued(request, shortCa, at);
        issues += 1;
      }
      assert.equal(String(held.facts.notAfter), String(lastHours));
      assert.ok(issues > 0 && issues <= 3, `${issues} issues`);
    });

    it('is RenewalAsked when a person asks, although the new leaf ends at the same time', () => {
      const situation = { request: serverRequest, issuer: shortCa, now: lastHours, renewalAsked: true };
      assert.equal(findIssueReason(clipped, situation)?.reason, 'RenewalAsked');
    });
  });

  describe('where a person asks for a new one', () => {
    for (const { name, at = now, request = serverRequest, renewalAsked = true, want } of [
      { name: 'by the annotation alone', want: 'RenewalAsked' },
      { name: 'and has got it', renewalAsked: false, want: undefined },
      { name: 'when it is due all the same', at: end, want: 'RenewalAsked' },
      { name: 'when it has expired', at: end.add(second), want: 'Expired' },
      { name: 'and the spec was changed too', request: withNames('test.com'), want: 'SpecDiffers' },
    ]) {
      it(`${want ?? 'none'}: ${name}`, () => {
        const situation = { request, issuer: ca, now: at, renewalAsked };
        assert.equal(findIssueReason(server, situation)?.reason, want);
      });
    }
  });

  /** Everything is wrong at first; each row puts the first of those things right, so the next one shows. */
  describe('told first', () => {
    const wanted = { ...clientRequest, commonName: 'OTHER' };
    const late = end.add(second);
    for (const { want, held, issuer, request, at } of [
      { want: 'KeyMismatch', held: { ...client, keyPem: 'x' }, issuer: otherCa, request: wanted, at: late },
      { want: 'IssuerChanged', held: client, issuer: otherCa, request: wanted, at: late },
      { want: 'SpecDiffers', held: client, issuer: ca, request: wanted, at: late },
      { want: 'Expired', held: client, issuer: ca, request: clientRequest, at: late },
      { want: 'RenewalDue', held: client, issuer: ca, request: clientRequest, at: end },
    ]) {
      it(want, () => assert.equal(reasonAt(at, request, held, issuer)?.reason, want));
    }

    for (const { what, request } of [
      { what: 'role', request: { ...caRequest, keyAlgorithm: 'RSA-2048' as const } },
      { what: 'subject', request: { ...clientRequest, commonName: 'OTHER', dnsNames: ['a.test'] } },
      {
        what: 'set of names',
        request: { ...clientRequest, dnsNames: ['a.test'], keyAlgorithm: 'RSA-2048' as const },
      },
      { what: 'key algorithm', request: { ...clientRequest, keyAlgorithm: 'RSA-2048' as const, duration: hours(1) } },
      { what: 'lifetime', request: { ...clientRequest, duration: hours(1) } },
    ]) {
      it(`of the differences, the ${what}`, () =>
        assert.equal(reasonAt(now, request, client)?.message, `The ${what} of the certificate differs from the spec`));
    }
  });

  it('is gone once it was issued anew, whatever it was', async () => {
    const at = end.add(hours(1));
    const request = { ...serverRequest, dnsNames: ['new.test'], duration: hours(48) };
    assert.equal(reasonAt(at, request, await issued(request, ca, at)), undefined);
  });
});

function withNames(...dnsNames: readonly string[]): CertificateRequest {
  return { ...serverRequest, dnsNames };
}

function limited(...permittedDnsDomains: readonly string[]): CertificateRequest {
  return { ...caRequest, permittedDnsDomains };
}

function withoutName(left: string): CertificateRequest {
  return { ...named, otherNames: (named.otherNames ?? []).filter(({ type }) => type !== left) };
}

function withSubject(change: CertificateRequest['subject']): CertificateRequest {
  return { ...named, subject: { ...named.subject, ...change } };
}

function differing(what: string | undefined): string | undefined {
  return what && `The ${what} of the certificate differs from the spec`;
}
