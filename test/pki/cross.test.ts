import assert from 'node:assert/strict';
import { draftCa, draftCross } from '../../src/pki/issue/draft.ts';
import { issue } from '../../src/pki/issue/issue.ts';
import { randomSerialNumber } from '../../src/pki/issue/serial-number.ts';
import { generateKeyPair, type KeyPair } from '../../src/pki/keys/key-pair.ts';
import { validityAt } from '../../src/pki/x509/validity.ts';
import {
  aKeyPair,
  aServerDraft,
  countingBytes,
  type GivenCa,
  hours,
  issueFrom,
  now,
  requireFacts,
  requireLinted,
} from './given.ts';
import { ca as anyDepth, Openssl } from './path/given.ts';

const inOneHour = now.add({ hours: 1 });

/** A generation of a CA of ours. */
async function generation(generationSerial: string, at = now, permittedDnsSubtrees: readonly string[] = []) {
  const key = await generateKeyPair('ECDSA-P256');
  const serialNumber = randomSerialNumber(countingBytes(1));
  const name = { commonName: 'ROOTCA', generationSerial, permittedDnsSubtrees };
  const draft = draftCa({ ...name, serialNumber, publicKeyDer: key.publicKeyDer, ...validityAt(at, hours(8760)) });
  const issued = await issue(requireLinted(draft), key.privateKeyPem);
  return { ...issued, facts: requireFacts(issued.certificatePem), key } satisfies GivenCa;
}

async function cross(ca: GivenCa, issuer: GivenCa): Promise<string> {
  const draft = draftCross({ ca: ca.facts, issuer: issuer.facts, serialNumber: randomSerialNumber(countingBytes(9)) });
  assert.ok(draft, 'no cross certificate for a CA of ours');
  return await issueFrom(issuer, draft);
}

describe('a cross certificate', () => {
  const openssl = new Openssl();
  let [older, newer]: readonly GivenCa[] = [];
  let key: KeyPair;

  before(async () => {
    key = await aKeyPair('ECDSA-P256');
    older = await generation('00000000000000aa');
    newer = await generation('00000000000000bb', now.add({ hours: 100 }));
  });
  after(() => openssl.remove());

  const given = () => {
    assert.ok(older !== undefined && newer !== undefined);
    return { older, newer };
  };
  /** What OpenSSL says of the chain, leaf first, to somebody who trusts these alone. */
  const verify = (
    chain: readonly string[],
    trusted: readonly string[],
    when = inOneHour.add({ hours: 100 }),
  ): string => {
    const [leaf = '', ...others] = chain;
    openssl.write('leaf.pem', leaf);
    openssl.write('others.pem', others.join(''));
    openssl.write('trust.pem', trusted.join(''));
    const at = `${Math.floor(when.epochMilliseconds / 1000)}`;
    const untrusted = others.length === 0 ? [] : ['-untrusted', 'others.pem'];
    try {
      return openssl.run(['verify', '-attime', at, '-no-CApath', '-CAfile', 'trust.pem', ...untrusted, 'leaf.pem']);
    } catch (error) {
      return String((error as { stderr?: string }).stderr);
    }
  };
  const leafOf = (ca: GivenCa) => issueFrom(ca, aServerDraft(ca, key, ['test.com']));

  for (const { whose, trusts, passes } of [
    { whose: 'the new CA', trusts: ['older'], passes: true },
    { whose: 'the new CA', trusts: ['newer'], passes: true },
    { whose: 'the new CA', trusts: ['older', 'newer'], passes: true },
    { whose: 'the old CA', trusts: ['older'], passes: true },
    { whose: 'the old CA', trusts: ['newer'], passes: true },
    { whose: 'the old CA', trusts: ['older', 'newer'], passes: true },
  ] as const) {
    it(`has OpenSSL verify a leaf of ${whose}, shown with it, by ${trusts.join(' and ')}`, async () => {
      const { older, newer } = given();
      const [signer, other] = whose === 'the new CA' ? [newer, older] : [older, newer];
      const chain = [await leafOf(signer), await cross(signer, other)];
      const trusted = trusts.map((name) => ({ older, newer })[name].certificatePem);
      assert.equal(verify(chain, trusted).includes('OK'), passes);
    });
  }

  it('is needed: without it whoever trusts the old CA alone rejects a leaf of the new one', async () => {
    const { older, newer } = given();
    assert.match(verify([await leafOf(newer)], [older.certificatePem]), /unable to get local issuer/);
  });

  it('is of no use below a CA with the path length 0, which OpenSSL says', async () => {
    const { newer } = given();
    const extensions = ['basicConstraints=critical,CA:TRUE,pathlen:0', ...anyDepth.slice(1)];
    const old = openssl.root({ subject: '/CN=Old', extensions });
    const certificate = requireFacts(old.pem);
    const draft = draftCross({ ca: newer.facts, issuer: certificate, serialNumber: Buffer.alloc(16, 1) });
    assert.ok(draft);
    const { certificatePem } = await issue(requireLinted(draft), old.keyPem);
    assert.match(verify([await leafOf(newer), certificatePem], [old.pem]), /path length constraint exceeded/);
  });

  it('has the name and the key of the one CA, and is valid while both are', async () => {
    const { older, newer } = given();
    const facts = requireFacts(await cross(newer, older));
    assert.deepEqual(Buffer.from(facts.subject.der), Buffer.from(newer.facts.subject.der));
    assert.deepEqual(Buffer.from(facts.publicKeyDer), Buffer.from(newer.facts.publicKeyDer));
    assert.equal(facts.subjectKeyId, newer.facts.subjectKeyId);
    assert.equal(facts.authorityKeyId, older.facts.subjectKeyId);
    assert.deepEqual(
      [facts.notBefore, facts.notAfter].map(String),
      [newer.facts.notBefore, older.facts.notAfter].map(String),
    );
    assert.equal(facts.basicConstraints?.pathLength, 0);
  });

  it('may certify no more than the CA that it certifies', async () => {
    const { older } = given();
    const bound = await generation('00000000000000cc', now, ['test.com']);
    const permitted = requireFacts(await cross(bound, older)).nameConstraints?.permitted;
    assert.deepEqual(permitted, [{ type: 'DNS', value: 'test.com' }]);
  });

  const foreignNames = ['/DC=example/CN=Foreign', '/C=DE/O=Acme, Inc./emailAddress=ca@acme.test/CN=Acme Root'];
  for (const subject of foreignNames) {
    it(`takes over the subject ${subject} octet for octet, by which OpenSSL finds it`, async () => {
      const { older } = given();
      const foreign = openssl.root({ subject, extensions: anyDepth });
      const made = await cross({ ...older, certificatePem: foreign.pem, facts: foreign.certificate }, older);
      assert.deepEqual(requireFacts(made).subject.der, foreign.certificate.subject.der);
      const leaf = openssl.issue(foreign);
      // openssl signs for now, and not for the day of the other certificates.
      assert.match(verify([leaf.pem, made], [older.certificatePem], Temporal.Now.instant().add({ hours: 1 })), /OK/);
    });
  }

  it('is not made for a CA that may certify less than it could say', () => {
    const { older } = given();
    const bounds = ['excluded;DNS:example.com', 'permitted;email:example.com'];
    for (const bound of bounds) {
      const foreign = openssl.root({ subject: `/CN=${bound}`, extensions: [...anyDepth, `nameConstraints=${bound}`] });
      const request = { ca: foreign.certificate, issuer: older.facts, serialNumber: Buffer.alloc(16, 1) };
      assert.equal(draftCross(request), undefined);
    }
  });
});
