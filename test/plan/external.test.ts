import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import fc from 'fast-check';
import type { Secret } from '../../src/model/kube-object.ts';
import type { Certificate } from '../../src/pki/x509/certificate.ts';
import {
  endWarningTime,
  type Judged,
  type LeafDemand,
  readExternalCa,
  readExternalLeaf,
} from '../../src/plan/certificates/external.ts';
import { finish } from '../../src/std/steps.ts';
import { aSecret } from '../harness/material.ts';
import { cpuMilliseconds } from '../harness/spend.ts';
import { requirePathCertificate } from '../pki/given.ts';
import { aKeyOfCurve, anRsaKey, ca, leaf, type Made, Openssl } from '../pki/path/given.ts';

const at = Temporal.Now.instant().add({ seconds: 60 });
const second = { seconds: 1 };

/** `tls.crt`, `tls.key` and `ca.crt` of a Secret; left out: not in it. */
interface Files {
  readonly crt?: string;
  readonly key?: string;
  readonly trust?: string;
}

const secretOf = ({ crt, key, trust }: Files) => {
  const files = Object.entries({ 'tls.crt': crt, 'tls.key': key, 'ca.crt': trust });
  const given = files.flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const]));
  return aSecret('brought', Object.fromEntries(given)) as Secret;
};
const summary = ({ verdicts }: Judged<unknown>) => verdicts.map(({ severity, reason }) => `${severity} ${reason}`);
const subjects = (certificates: readonly Certificate[] = []) => certificates.map(({ subject }) => subject.text);
const blocks = (pem = '') => pem.split(/(?<=-----END CERTIFICATE-----\n)/).filter((block) => block !== '');

describe('material that a person brought along', () => {
  const openssl = new Openssl();
  after(() => openssl.remove());

  const root = openssl.root();
  const other = openssl.root({ subject: '/CN=Other' });
  const int = openssl.issue(root, { subject: '/CN=Intermediate', extensions: ca });
  const deep = openssl.issue(int, { subject: '/CN=Deep', extensions: ca });
  const v1 = openssl.root({ subject: '/CN=Old', extensions: [] });
  const server = openssl.issue(int);
  const direct = openssl.issue(root, { variant: 1 });
  const selfSigned = openssl.root({ subject: '/CN=test.com', extensions: leaf, variant: 2 });
  const rsa = openssl.issue(root, { variant: 3, key: () => anRsaKey(2048) });
  const curve = openssl.issue(root, { variant: 4, key: () => aKeyOfCurve('P-384') });
  const pair = ({ pem, keyPem }: Made, ...above: readonly Made[]): Files => ({
    crt: [pem, ...above.map((one) => one.pem)].join(''),
    key: keyPem,
  });

  describe('as a CA', () => {
    interface Case {
      readonly name: string;
      readonly files: Files;
      readonly at?: Temporal.Instant;
      readonly want?: readonly string[];
      /** Subjects of the issuer, of those behind each leaf, and of the anchors; absent: nothing goes on. */
      readonly issuer?: string;
      readonly behind?: readonly Made[];
      readonly anchors?: readonly string[];
    }
    const cases: readonly Case[] = [
      { name: 'a root', files: pair(root), issuer: 'CN=Root', anchors: ['CN=Root'] },
      {
        name: 'a root that is in ca.crt too',
        files: { ...pair(root), trust: root.pem },
        issuer: 'CN=Root',
        anchors: ['CN=Root'],
      },
      {
        name: 'an intermediate with the root in ca.crt',
        files: { ...pair(int), trust: root.pem },
        issuer: 'CN=Intermediate',
        behind: [int],
        anchors: ['CN=Root'],
      },
      {
        name: 'an intermediate with the root behind it',
        files: pair(int, root),
        issuer: 'CN=Intermediate',
        behind: [int],
        anchors: ['CN=Root'],
      },
      {
        name: 'an intermediate below another',
        files: { ...pair(deep, int), trust: root.pem },
        issuer: 'CN=Deep',
        behind: [deep, int],
        anchors: ['CN=Root'],
      },
      {
        name: 'a root of X.509 version 1, which counts as a CA',
        files: pair(v1),
        want: ['soft CertificateVersion1'],
        issuer: 'CN=Old',
        anchors: ['CN=Old'],
      },
      { name: 'ca.crt alone, to trust', files: { trust: root.pem }, anchors: ['CN=Root'] },
      {
        name: 'ca.crt alone with several roots',
        files: { trust: root.pem + other.pem },
        anchors: ['CN=Root', 'CN=Other'],
      },
      {
        name: 'ca.crt alone with a root twice',
        files: { trust: root.pem + root.pem },
        want: ['soft CertificateDuplicate'],
        anchors: ['CN=Root'],
      },
      { name: 'an empty Secret', files: {}, want: ['hard DataMissing'] },
      { name: 'an intermediate without its root', files: pair(int), want: ['hard ChainIncomplete'] },
      {
        name: 'an intermediate beside the root of others',
        files: { ...pair(int), trust: other.pem },
        want: ['hard ChainIncomplete'],
      },
      {
        name: 'a root that ca.crt does not have',
        files: { ...pair(root), trust: other.pem },
        want: ['hard ChainIncomplete'],
      },
      {
        name: 'a leaf',
        files: { ...pair(direct), trust: root.pem },
        want: ['hard NotACa', 'hard ExtendedKeyUsageWrong'],
      },
      { name: 'the key of another', files: { ...pair(root), key: other.keyPem }, want: ['hard KeyMismatch'] },
      { name: 'no key', files: { crt: root.pem }, want: ['hard KeyUnreadable'] },
      {
        name: 'no certificate',
        files: { key: root.keyPem },
        want: ['hard CertificateMissing'],
      },
      { name: 'a bundle that is none', files: { trust: 'x' }, want: ['hard CertificateMissing'] },
      {
        name: 'a bundle that is none beside a root',
        files: { ...pair(root), trust: 'x' },
        want: ['hard CertificateMissing'],
      },
      {
        name: 'a root that has ended',
        files: pair(root),
        at: at.add({ hours: 24 * 40 }),
        want: ['hard CertificateExpired'],
      },
      {
        name: 'the key of the root behind the intermediate',
        files: { ...pair(int, root), key: root.keyPem },
        want: ['hard ChainOutOfOrder'],
      },
    ];
    for (const { name, files, at: then = at, want = [], issuer, behind = [], anchors } of cases) {
      it(`${anchors === undefined ? 'refuses' : 'takes'} ${name}`, () => {
        const brought = finish(readExternalCa(secretOf(files), then));
        assert.deepEqual(summary(brought), want);
        assert.equal(
          brought.value?.issuer && requirePathCertificate(brought.value.issuer.chainPem).subject.text,
          issuer,
        );
        assert.deepEqual(brought.value && subjects(brought.value.anchors), anchors);
        if (anchors !== undefined)
          assert.deepEqual(
            blocks(brought.value?.intermediatesPem),
            behind.map((one) => one.pem),
          );
      });
    }

    it('is an issuer that may sign, whatever its version, and whose PEM is itself alone', () => {
      for (const files of [pair(v1), { ...pair(int), trust: root.pem }]) {
        const { value } = finish(readExternalCa(secretOf(files), at));
        assert.equal(value?.issuer?.facts.isCa, true);
        assert.equal(value?.issuer?.chainPem, files.crt);
      }
    });
  });

  describe('as a leaf', () => {
    const demand: LeafDemand = { role: 'server', hosts: ['test.com'], trusted: [] };
    interface Case {
      readonly name: string;
      readonly files: Files;
      readonly demand?: Partial<LeafDemand>;
      readonly at?: Temporal.Instant;
      readonly want?: readonly string[];
      readonly chain?: readonly Made[];
      readonly anchors?: readonly string[];
    }
    const cases: readonly Case[] = [
      { name: 'without a word on who issued it', files: pair(server), chain: [server] },
      { name: 'with its intermediate', files: pair(server, int), chain: [server, int] },
      {
        name: 'whose root stands in ca.crt',
        files: { ...pair(server, int), trust: root.pem },
        chain: [server, int],
        anchors: ['CN=Root'],
      },
      {
        name: 'whose root stands in the chain, and drops it there',
        files: pair(server, int, root),
        chain: [server, int],
        anchors: ['CN=Root'],
      },
      {
        name: 'that its own key signed, and keeps it',
        files: pair(selfSigned),
        want: ['soft SelfSignedLeaf'],
        chain: [selfSigned],
      },
      {
        name: 'of a CA that its peers trust',
        files: pair(direct),
        demand: { trusted: [root.certificate] },
        chain: [direct],
      },
      {
        name: 'of a CA that ca.crt has, where its peers trust another',
        files: { ...pair(direct), trust: root.pem },
        demand: { trusted: [other.certificate] },
        chain: [direct],
        anchors: ['CN=Root'],
      },
      { name: 'for any name', files: pair(direct), demand: { hosts: [] }, chain: [direct] },
      {
        name: 'of a CA that its peers do not trust',
        files: pair(direct),
        demand: { trusted: [other.certificate] },
        want: ['hard ChainIncomplete'],
      },
      {
        name: 'whose intermediate is missing, where its peers trust the root',
        files: pair(server),
        demand: { trusted: [root.certificate] },
        want: ['hard ChainIncomplete'],
      },
      {
        name: 'for the other direction',
        files: pair(direct),
        demand: { role: 'client' },
        want: ['hard ExtendedKeyUsageWrong'],
      },
      { name: 'of another host', files: pair(direct), demand: { hosts: ['a.test'] }, want: ['hard HostNotCovered'] },
      { name: 'with the key of another', files: { ...pair(direct), key: root.keyPem }, want: ['hard KeyMismatch'] },
      {
        name: 'with its key among the certificates',
        files: { crt: direct.pem + direct.keyPem, key: direct.keyPem },
        want: ['hard PrivateKeyAmongCertificates'],
      },
      {
        name: 'beside a bundle that is none',
        files: { ...pair(direct), trust: 'x' },
        want: ['hard CertificateMissing'],
      },
      {
        name: 'that is not there',
        files: {},
        want: ['hard CertificateMissing'],
      },
      {
        name: 'that has ended',
        files: pair(direct),
        at: direct.certificate.notAfter.add(second),
        want: ['hard CertificateExpired', 'soft CertificateEndsSoon'],
      },
      {
        name: 'in its last second',
        files: pair(direct),
        at: direct.certificate.notAfter,
        want: ['soft CertificateEndsSoon'],
        chain: [direct],
      },
      {
        name: 'when a fifth of its lifetime is left',
        files: pair(direct),
        at: endWarningTime(direct.certificate),
        want: ['soft CertificateEndsSoon'],
        chain: [direct],
      },
      {
        name: 'a second before that',
        files: pair(direct),
        at: endWarningTime(direct.certificate).subtract(second),
        chain: [direct],
      },
    ];
    for (const { name, files, demand: change, at: then = at, want = [], chain, anchors = [] } of cases) {
      it(`${chain === undefined ? 'refuses' : 'takes'} one ${name}`, () => {
        const brought = finish(readExternalLeaf(secretOf(files), { ...demand, ...change }, then));
        assert.deepEqual(summary(brought), want);
        assert.deepEqual(
          brought.value && blocks(brought.value.held.chainPem),
          chain?.map(({ pem }) => pem),
        );
        if (chain !== undefined) assert.deepEqual(subjects(brought.value?.anchors), anchors);
      });
    }

    for (const { name, made, type } of [
      { name: 'PKCS#1', made: rsa, type: 'pkcs1' },
      { name: 'SEC 1', made: curve, type: 'sec1' },
      { name: 'PKCS#8', made: curve, type: 'pkcs8' },
    ] as const) {
      it(`has its key as PKCS#8, brought as ${name}`, () => {
        const key = createPrivateKey(made.keyPem).export({ type, format: 'pem' }).toString();
        const { value } = finish(readExternalLeaf(secretOf({ crt: made.pem, key }), demand, at));
        assert.equal(value?.held.keyPem, made.keyPem);
      });
    }
  });

  describe('of any content', () => {
    const demand: LeafDemand = { role: 'server', hosts: ['test.com'], trusted: [root.certificate] };
    const judge = (secret: Secret) => [
      finish(readExternalCa(secret, at)),
      finish(readExternalLeaf(secret, demand, at)),
    ];

    for (const { name, text } of [
      { name: 'nothing but one letter', text: 'A'.repeat(10_000_000) },
      { name: 'beginnings of blocks', text: '-----BEGIN CERTIFICATE-----\n'.repeat(350_000) },
      { name: 'beginnings of keys', text: '-----BEGIN PRIVATE KEY-----\n'.repeat(350_000) },
      { name: 'a certificate again and again', text: root.pem.repeat(15_000) },
    ]) {
      it(`is refused at once: 10 MB of ${name} under each key`, async () => {
        const secret = secretOf({ crt: text, key: text, trust: text });
        const spent = await cpuMilliseconds(1000, () => {
          for (const { value, verdicts } of judge(secret)) {
            assert.equal(value, undefined);
            assert.ok(verdicts.some(({ severity }) => severity === 'hard'));
          }
        });
        assert.ok(spent <= 1000, `${spent} ms`);
      });
    }

    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('', root.pem, int.pem, server.pem, server.keyPem, v1.pem),
      fc
        .tuple(fc.constantFrom(root.pem, server.pem, server.keyPem), fc.nat(900), fc.string())
        .map(([pem, place, junk]) => pem.slice(0, place) + junk + pem.slice(place + junk.length)),
    );
    const someFiles = fc.record({ crt: text, key: text, trust: text }, { requiredKeys: [] });

    it('gives a value or a hard verdict, never both, and never throws', () =>
      fc.assert(
        fc.property(someFiles, (files) => {
          for (const { value, verdicts } of judge(secretOf(files)))
            assert.equal(
              value === undefined,
              verdicts.some(({ severity }) => severity === 'hard'),
            );
        }),
        { numRuns: 100 },
      ));

    it('is never repeated in a verdict where it is a key', () =>
      fc.assert(
        fc.property(someFiles, (files) => {
          const said = JSON.stringify(judge(secretOf(files)).map(({ verdicts }) => verdicts));
          for (const line of server.keyPem.split('\n').filter((one) => one.length > 40))
            assert.ok(!said.includes(line));
        }),
      ));

    it('need not be base64', () => {
      const secret = { ...secretOf({}), data: { 'tls.crt': '\u0000%', 'tls.key': '====', 'ca.crt': 'ü' } } as Secret;
      for (const { value } of judge(secret)) assert.equal(value, undefined);
    });
  });
});

describe('the time from which on a person hears of the end', () => {
  const notBefore = Temporal.Instant.from('2026-01-01T00:00:00Z');
  for (const { name, days, want } of [
    { name: 'a fifth of a short lifetime', days: 10, want: 2 },
    { name: 'a fifth of 150 days', days: 150, want: 30 },
    { name: 'thirty days of a longer one', days: 3650, want: 30 },
  ]) {
    it(`is ${name} ahead`, () => {
      const notAfter = notBefore.add({ hours: days * 24 });
      assert.equal(notAfter.since(endWarningTime({ notBefore, notAfter })).total('hours'), want * 24);
    });
  }
});
