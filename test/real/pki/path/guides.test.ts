import assert from 'node:assert/strict';
import { type ExternalLeaf, judgeCa, judgeLeaf } from '../../../../src/pki/path/judge.ts';
import { readTrustBundle } from '../../../../src/pki/path/trust-bundle.ts';
import type { Verdict } from '../../../../src/pki/path/verdict.ts';
import { finish } from '../../../../src/std/steps.ts';
import { guideA, guideB, guideBFiles } from '../../../harness/guide-commands.ts';
import { Openssl } from '../../../pki/path/given.ts';

/** Certificates are made while the suites run, which may be long after this file was loaded. */
const at = Temporal.Now.instant().add({ hours: 2 });
const v1 = ['soft CertificateVersion1', 'soft ExtendedKeyUsageMissing', 'soft LifetimeTooLong'];

for (const { guide, commands, want } of [
  {
    guide: 'guide A',
    commands: guideA,
    want: {
      ca: ['soft CertificateVersion1', 'soft LifetimeTooLong'],
      server: ['soft SubjectAltNameMissing', ...v1],
      client: v1,
      serverAsClient: v1,
      clientAsServer: ['hard HostNotCovered', ...v1],
    },
  },
  {
    guide: 'guide B',
    commands: guideB,
    want: {
      ca: ['soft KeyUsageMissing', 'soft LifetimeTooLong'],
      server: ['soft ExtendedKeyUsageMissing', 'soft LifetimeTooLong'],
      client: ['soft LifetimeTooLong'],
      serverAsClient: ['soft ExtendedKeyUsageMissing', 'soft LifetimeTooLong'],
      clientAsServer: ['hard ExtendedKeyUsageWrong', 'hard HostNotCovered', 'soft LifetimeTooLong'],
    },
  },
]) {
  describe(`the certificates of ${guide}, brought along`, () => {
    const openssl = new Openssl();

    before(function () {
      this.timeout(30_000);
      for (const [name, text] of Object.entries(guideBFiles)) openssl.write(name, text);
      for (const command of commands) openssl.run(command);
    });
    after(() => openssl.remove());

    const leafOf = (name: string, purpose: 'server' | 'client'): ExternalLeaf => ({
      chainPem: openssl.read(`${name}.crt`),
      privateKeyPem: openssl.read(`${name}.key`),
      anchors: finish(readTrustBundle(openssl.read('ca.crt'), at)).anchors,
      hosts: purpose === 'server' ? ['test.com'] : [],
      at,
      purpose,
    });

    it('can be issued with', () => {
      const [chainPem, privateKeyPem] = [openssl.read('ca.crt'), openssl.read('ca.key')];
      const verdicts = judgeCa({ chainPem, privateKeyPem, anchors: [], at, purposes: ['server', 'client'] });
      assert.deepEqual(summary(verdicts), want.ca);
    });

    it('can be trusted', () => {
      const { anchors, verdicts } = finish(readTrustBundle(openssl.read('ca.crt'), at));
      assert.deepEqual(
        anchors.map(({ subject }) => subject.text),
        ['CN=ROOTCA'],
      );
      assert.deepEqual(summary(verdicts), want.ca);
    });

    for (const { what, name, purpose, verdicts } of [
      { what: 'the server as a server', name: 'server', purpose: 'server', verdicts: want.server },
      { what: 'the client as a client', name: 'client', purpose: 'client', verdicts: want.client },
      { what: 'the server as a client', name: 'server', purpose: 'client', verdicts: want.serverAsClient },
      { what: 'the client as a server', name: 'client', purpose: 'server', verdicts: want.clientAsServer },
    ] as const) {
      it(`are judged: ${what}`, () => assert.deepEqual(summary(judgeLeaf(leafOf(name, purpose))), verdicts));
    }

    it('are told from those of another run by their keys', () => {
      const swapped = { ...leafOf('server', 'server'), privateKeyPem: openssl.read('client.key') };
      assert.equal(summary(judgeLeaf(swapped))[0], 'hard KeyMismatch');
    });
  });
}

function summary(verdicts: readonly Verdict[]): readonly string[] {
  return verdicts.map(({ severity, reason }) => `${severity} ${reason}`);
}
