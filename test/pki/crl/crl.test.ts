import assert from 'node:assert/strict';
import { fromBER, type Integer } from 'asn1js';
import fc from 'fast-check';
import { CertificateRevocationList } from 'pkijs';
import { type CrlEntry, type CrlReason, crlReasons, toSerial } from '../../../src/pki/crl/draft.ts';
import { LintedCrl } from '../../../src/pki/crl/linted-crl.ts';
import { isCrlOf, readCrl } from '../../../src/pki/crl/read.ts';
import { signCrl } from '../../../src/pki/crl/sign.ts';
import { keyAlgorithms } from '../../../src/pki/keys/algorithm.ts';
import { limits } from '../../../src/pki/limits.ts';
import { toPem } from '../../../src/pki/x509/pem.ts';
import { aCa, aKeyPair, type GivenCa, now } from '../given.ts';
import { aCrlDraft, requireCrl, requireLintedCrl, revokedNow, signedBy } from './given.ts';

const second = (from: number, to: number) =>
  fc.integer({ min: from, max: to }).map((seconds) => Temporal.Instant.fromEpochMilliseconds(seconds * 1000));
const serials = fc
  .uint8Array({ minLength: 1, maxLength: 19 })
  .map((octets) => toSerial(Buffer.from(octets).toString('hex')))
  .filter((serial) => serial !== undefined);
const entry = fc.record({
  revokedAt: second(0, now.epochMilliseconds / 1000),
  reason: fc.constantFrom(...(Object.keys(crlReasons) as CrlReason[])),
});
const lists = fc.record({
  entries: fc.array(fc.tuple(serials, entry), { maxLength: 20 }).map((all) => new Map(all)),
  number: fc.bigInt(1n, 2n ** 159n - 1n),
  nextUpdate: second(now.epochMilliseconds / 1000 + 1, Date.UTC(2130, 0) / 1000),
});

describe('lists of revoked certificates', () => {
  let ca: GivenCa;

  before(async function () {
    this.timeout(30_000);
    ca = await aCa();
    await Promise.all(keyAlgorithms.map(aKeyPair));
  });

  it('are read back as they were drafted', () =>
    fc.assert(
      fc.asyncProperty(lists, async (list) => {
        const crl = requireCrl(await signedBy(ca, aCrlDraft(ca, list)));
        assert.deepEqual(printed(crl.entries), printed(list.entries));
        assert.equal(crl.number, list.number);
        assert.deepEqual([String(crl.thisUpdate), String(crl.nextUpdate)], [String(now), String(list.nextUpdate)]);
        assert.equal(crl.authorityKeyId, ca.facts.subjectKeyId);
        assert.ok(isCrlOf(crl, ca.facts));
      }),
      { numRuns: 100 },
    ));

  it('are the same bytes in whichever order their entries came', () => {
    const [one, other] = [revokedNow('aa', '0b'.slice(1), 'abcdef'), revokedNow('abcdef', 'b', 'aa')];
    const tbs = [one, other].map((entries) => requireLintedCrl(aCrlDraft(ca, { entries })).tbsDer);
    assert.deepEqual(tbs[0], tbs[1]);
  });

  it('say to pkijs what they say to us', () =>
    fc.assert(
      fc.asyncProperty(lists, async (list) => {
        const der = derOf(await signedBy(ca, aCrlDraft(ca, list)));
        const read = new CertificateRevocationList({ schema: fromBER(der).result });
        assert.equal(read.version, 1);
        assert.equal(read.thisUpdate.value.getTime(), now.epochMilliseconds);
        assert.equal(read.nextUpdate?.value.getTime(), list.nextUpdate.epochMilliseconds);
        const revoked = read.revokedCertificates ?? [];
        const numbers = revoked.map(serialOf);
        assert.deepEqual(numbers.toSorted(), [...list.entries.keys()].toSorted());
        for (const { userCertificate, revocationDate, crlEntryExtensions } of revoked) {
          const wanted = list.entries.get(serialOf({ userCertificate }));
          assert.equal(revocationDate.value.getTime(), wanted?.revokedAt.epochMilliseconds);
          const extensions = crlEntryExtensions?.extensions ?? [];
          assert.equal(extensions.length, wanted?.reason === 'unspecified' ? 0 : 1);
          assert.ok(extensions.every(({ critical }) => !critical));
        }
        const extensions = read.crlExtensions?.extensions ?? [];
        assert.deepEqual(
          extensions.map(({ extnID, critical }) => [extnID, critical]),
          [
            ['2.5.29.35', false],
            ['2.5.29.20', false],
          ],
        );
      }),
      { numRuns: 50 },
    ));

  for (const algorithm of keyAlgorithms) {
    it(`are signed by a CA of ${algorithm}, and known as its own`, async () => {
      const [one, other] = [await aCa(algorithm), await aCa()];
      const crl = requireCrl(await signedBy(one, aCrlDraft(one, { entries: revokedNow('7f') })));
      assert.ok(isCrlOf(crl, one.facts));
      assert.ok(!isCrlOf(crl, { ...other.facts, subject: one.facts.subject }), 'another key of the same name');
      assert.ok(!isCrlOf({ ...crl, tbsDer: crl.tbsDer.with(-1, 0xff) }, one.facts), 'other bytes');
    });
  }

  it('are of nobody with another name', async () => {
    const crl = requireCrl(await signedBy(ca, aCrlDraft(ca)));
    const { facts: other } = await aCa('ECDSA-P256');
    assert.ok(!isCrlOf(crl, { ...ca.facts, subject: { ...other.subject, rdns: ['other'] } }));
  });

  it('are not signed with the key of another', async () => {
    const { privateKeyPem } = await aKeyPair('Ed25519');
    await assert.rejects(signCrl(requireLintedCrl(aCrlDraft(ca)), privateKeyPem), /not the one of the issuer/);
  });

  it(`hold ${limits.crlEntries} entries, are read within the limits, and no more`, async function () {
    this.timeout(30_000);
    const many = (count: number) =>
      new Map(
        Array.from({ length: count }, (_, index) => [
          `7${index.toString(16).padStart(39, '0')}`,
          { revokedAt: now, reason: 'keyCompromise' } as const,
        ]),
      );
    const pem = await signedBy(ca, aCrlDraft(ca, { entries: many(limits.crlEntries) }));
    assert.ok(pem.length <= limits.crlSize, `${pem.length} characters`);
    assert.equal(requireCrl(pem).entries.size, limits.crlEntries);
    const refused = LintedCrl.check(aCrlDraft(ca, { entries: many(limits.crlEntries + 1) }));
    assert.deepEqual(reasonsOf(refused), ['CrlTooLarge']);
  });

  const refusals: readonly { name: string; change: Parameters<typeof aCrlDraft>[1]; want: string }[] = [
    { name: 'the number 0', change: { number: 0n }, want: 'CrlNumberUnfit' },
    { name: 'a number of more than 20 octets', change: { number: 2n ** 159n }, want: 'CrlNumberUnfit' },
    { name: 'a next list that is due at once', change: { nextUpdate: now }, want: 'CrlPeriodEmpty' },
    {
      name: 'a fraction of a second',
      change: { thisUpdate: now.subtract({ milliseconds: 1 }) },
      want: 'CrlTimeNotWhole',
    },
    {
      name: 'a serial number with a leading zero',
      change: { entries: revokedNow('0a') },
      want: 'CrlSerialNumberUnfit',
    },
    { name: 'a serial number of 0', change: { entries: revokedNow('') }, want: 'CrlSerialNumberUnfit' },
    {
      name: 'what is revoked from later on',
      change: { entries: new Map([['7f', { revokedAt: now.add({ seconds: 1 }), reason: 'unspecified' }]]) },
      want: 'CrlEntryInFuture',
    },
  ];
  for (const { name, change, want } of refusals) {
    it(`are not signed with ${name}`, () => {
      assert.deepEqual(reasonsOf(LintedCrl.check(aCrlDraft(ca, change))), [want]);
    });
  }

  it('are not signed by who may not sign lists', () => {
    const facts = { ...ca.facts, keyUsage: [5] };
    assert.deepEqual(reasonsOf(LintedCrl.check(aCrlDraft({ facts }))), ['CrlIssuerMayNotSign']);
    const old = { ...ca.facts, keyUsage: undefined };
    assert.ok(LintedCrl.check(aCrlDraft({ facts: old })) instanceof LintedCrl, 'a CA without key usages may');
  });

  it('are not signed by a CA without a name, or with a key that we do not sign with', () => {
    const nameless = { ...ca.facts, subject: { ...ca.facts.subject, der: Uint8Array.of(0x30, 0) } };
    assert.deepEqual(reasonsOf(LintedCrl.check(aCrlDraft({ facts: nameless }))), ['CrlIssuerNameEmpty']);
    const weak = { ...ca.facts, keyAlgorithm: 'RSA-1024' };
    assert.deepEqual(reasonsOf(LintedCrl.check(aCrlDraft({ facts: weak }))), ['CrlIssuerKeyUnsupported']);
  });

  it('are found unreadable where they are anything else, and nothing is thrown', async () => {
    const pem = await signedBy(ca, aCrlDraft(ca, { entries: revokedNow('7f') }));
    const others = [
      '',
      ca.certificatePem,
      pem + pem,
      ` ${pem}`,
      pem.slice(0, -30),
      `${pem}${' '.repeat(limits.crlSize)}`,
    ];
    for (const text of others) assert.deepEqual(reasonsOf(readCrl(text)), ['CrlUnreadable'], text.slice(0, 40));
    const der = derOf(pem);
    for (const index of der.keys()) {
      const read = readCrl(toPem('X509 CRL', der.with(index, (der[index] ?? 0) ^ 0x41)));
      assert.ok('reason' in read || !isCrlOf(read, ca.facts), `octet ${index}`);
    }
  });
});

function printed(entries: ReadonlyMap<string, CrlEntry>): readonly string[] {
  return Array.from(entries, ([serial, { revokedAt, reason }]) => `${serial} ${revokedAt} ${reason}`).sort();
}

function serialOf({ userCertificate }: { readonly userCertificate: Integer }): string {
  return toSerial(Buffer.from(userCertificate.valueBlock.valueHexView).toString('hex')) ?? '';
}

function derOf(pem: string): Uint8Array {
  return Buffer.from(pem.replaceAll(/-----.*-----|\n/g, ''), 'base64');
}

function reasonsOf(found: object): readonly string[] {
  return (Array.isArray(found) ? found : [found]).map(({ reason }) => reason);
}
