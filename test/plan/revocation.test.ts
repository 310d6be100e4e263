import assert from 'node:assert/strict';
import type { FormerCertificate } from '../../src/api/status.ts';
import { toRfc2253 } from '../../src/pki/names/rfc2253.ts';
import { openCertificate } from '../../src/pki/x509/inspect.ts';
import { decodeSecret } from '../../src/plan/certificates/held.ts';
import { denialsOf, type KnownCertificate } from '../../src/plan/revocation/denials.ts';
import { formerCertificates } from '../../src/plan/status/former.ts';
import type { DataPlaneQuestion } from '../../src/plan/steps.ts';
import { permanent, transient } from '../../src/std/failure.ts';
import { aGateway } from '../harness/given.ts';
import { aGatewayResource, now } from './given.ts';
import { Rehearsal } from './rehearse.ts';

const issuer = 'CN=Partner CA';
const given = {
  gateway: {
    label: 'default/default',
    caveats: [],
    dataPlane: { https: [{ host: '10.0.0.1', port: 9443 }], http: [] },
  },
};
const revoke = 'mtls-operator.dev/revoke';
const secretName = 'test-com-curl';
const curl = { name: 'curl', commonName: 'CLIENT', secretName };
const { spec: baseSpec } = aGateway({}) as { readonly spec: object };
const specWith = (fields: object) => ({ ...baseSpec, clients: [curl], ...fields });
const revokedClient = (revoked: object = {}) => specWith({ clients: [{ ...curl, revoked }] });

describe('a plan with revocation', () => {
  let rehearsal: Rehearsal;
  beforeEach(async () => {
    rehearsal = new Rehearsal('MtlsGateway', specWith({}));
    await rehearsal.run();
  });

  const secret = () => rehearsal.secrets.get(secretName);
  const keyOf = () => decodeSecret(secret() ?? assert.fail('no Secret'), 'tls.key');
  const leafOf = () => openCertificate(decodeSecret(secret() ?? assert.fail('no Secret'), 'tls.crt'));
  const condition = (type: string) => rehearsal.resource.status.conditions?.find((one) => one.type === type);
  const edit = async (spec: unknown) => {
    rehearsal.edit({ spec });
    return await rehearsal.run();
  };
  const deniedNumbers = () => rehearsal.deniedCertificates.flatMap(({ values }) => values);

  it('has nothing of it where nothing is revoked', () => {
    assert.equal(condition('Revoked'), undefined);
    assert.equal(rehearsal.resource.status.formerCertificates, undefined);
  });

  it('refuses the certificate of a revoked client, proves it by its key, and only then takes the key away', async () => {
    const { serialNumber, issuer: ca, notAfter } = leafOf();
    let probed: DataPlaneQuestion | undefined;
    rehearsal.dataPlane = (question) => {
      probed = question;
      return {};
    };
    const text = await edit(revokedClient());
    assert.deepEqual(rehearsal.denied, [
      {
        issuer: toRfc2253(ca.der),
        by: 'serialNumber',
        values: [serialNumber],
        hosts: ['test.com'],
        until: notAfter.toString(),
      },
    ]);
    assert.match(
      text,
      /refuse 1 by serialNumber of .*\n+read which .*\n+probe the data plane: 4 https requests\n+update Secret test-com-curl\n/,
    );
    assert.ok(probed?.by === 'https');
    const check = probed.checks.at(-1);
    assert.deepEqual([check?.who, check?.mustPass], ['a request with the revoked certificate of client/curl', false]);
    assert.match(check?.pair?.keyPem ?? '', /PRIVATE KEY/);
    assert.deepEqual([keyOf(), leafOf().serialNumber], ['', serialNumber]);
    assert.equal(condition('Revoked')?.reason, 'Refused');
    assert.equal(condition('Ready')?.status, 'True');
    const { certificates, formerCertificates: former } = rehearsal.resource.status;
    assert.deepEqual(
      certificates?.map(({ name }) => name),
      ['ca', 'server'],
    );
    assert.deepEqual(
      former?.map(({ name, revoked }) => [name, revoked]),
      [['client/curl', true]],
    );
    assert.match(await rehearsal.run(), /nothing to do/);
  });

  it('revokes a client by an annotation of its Secret, as by the spec, for as long as it is there', async () => {
    const { serialNumber } = leafOf();
    const annotate = (value?: string) => {
      const seen = secret() ?? assert.fail('no Secret');
      const { [revoke]: _, ...others } = seen.metadata.annotations ?? {};
      const annotations = { ...others, ...(value !== undefined && { [revoke]: value }) };
      rehearsal.secrets.set(secretName, { ...seen, metadata: { ...seen.metadata, annotations } });
    };
    annotate('');
    await rehearsal.run();
    assert.deepEqual([deniedNumbers(), keyOf(), leafOf().serialNumber], [[serialNumber], '', serialNumber]);
    assert.equal(condition('Ready')?.status, 'True');
    annotate('');
    assert.match(await rehearsal.run(), /nothing to do/);
    annotate();
    await rehearsal.run();
    assert.notEqual(keyOf(), '');
    assert.notEqual(leafOf().serialNumber, serialNumber);
    assert.deepEqual(deniedNumbers(), [serialNumber]);
  });

  it('is in the status for each client that is refused: since when, proven when, and until when something may last', async () => {
    const gateway = { ...given.gateway, longestConnection: Temporal.Duration.from({ hours: 2 }) };
    rehearsal.edit({ spec: revokedClient() });
    const at = rehearsal.now;
    await rehearsal.run({ gateway });
    const since = at.toString();
    const proven = { name: 'client/curl', since, provenAt: since };
    const refused = () => rehearsal.resource.status.refused;
    assert.deepEqual(refused(), [{ ...proven, openUntil: at.add({ hours: 2 }).toString() }]);
    rehearsal.now = at.add({ hours: 1, minutes: 59 });
    assert.match(await rehearsal.run({ gateway }), /nothing to do/);
    assert.equal(refused()?.[0]?.openUntil, at.add({ hours: 2 }).toString());
    rehearsal.now = at.add({ hours: 2 });
    await rehearsal.run({ gateway });
    assert.deepEqual(refused(), [proven]);
    rehearsal.denied = [];
    rehearsal.deniesNot = permanent('RevocationBlocked', 'The rule x is in the way');
    await rehearsal.run({ gateway });
    assert.equal(refused(), undefined);
  });

  it('keeps in the status whom the gateway refused while that cannot be asked', async () => {
    await edit(revokedClient());
    const before = rehearsal.resource.status.refused;
    assert.deepEqual(before, [
      { name: 'client/curl', since: rehearsal.now.toString(), provenAt: rehearsal.now.toString() },
    ]);
    const admin = transient('GatewayUnavailable', 'The gateway does not answer');
    await rehearsal.run({ outage: { admin } });
    assert.deepEqual(rehearsal.resource.status.refused, before);
  });

  it('takes no word of a Secret of somebody else that bears the name', async () => {
    rehearsal.secrets.set(secretName, {
      ...(secret() ?? assert.fail('no Secret')),
      metadata: { name: secretName, namespace: 'shop', annotations: { [revoke]: 'yes' } },
    });
    await rehearsal.run();
    assert.deepEqual(deniedNumbers(), []);
  });

  it('deletes the Secret of a revoked client where the spec says so', async () => {
    const { serialNumber } = leafOf();
    await edit(revokedClient({ secret: 'Delete' }));
    assert.equal(secret(), undefined);
    assert.deepEqual(deniedNumbers(), [serialNumber]);
    await rehearsal.run();
    assert.deepEqual(deniedNumbers(), [serialNumber]);
  });

  it('deletes it whatever becomes of other unused Secrets', async () => {
    await edit({ ...revokedClient({ secret: 'Delete' }), unusedSecretPolicy: 'Retain' });
    assert.equal(secret(), undefined);
  });

  it('keeps the key until the gateway refuses it, and says that it is let in', async () => {
    rehearsal.dataPlane = () => ({ wrong: transient('NotEnforced', 'The gateway accepted it') });
    await edit(revokedClient());
    assert.notEqual(keyOf(), '');
    assert.equal(condition('Enforced')?.reason, 'NotEnforced');
    rehearsal.dataPlane = () => ({});
    await rehearsal.run();
    assert.equal(keyOf(), '');
  });

  it('takes the key away and proves the rest where a rule of somebody else is in the way', async () => {
    rehearsal.deniesNot = permanent('RevocationBlocked', 'The rule x is in the way');
    await edit(revokedClient());
    assert.deepEqual(
      ['Revoked', 'Ready', 'Stalled', 'Enforced'].map((type) => condition(type)?.reason),
      ['RevocationBlocked', 'RevocationBlocked', 'RevocationBlocked', 'Proven'],
    );
    assert.deepEqual([keyOf(), rehearsal.denied], ['', []]);
    const { certificates, formerCertificates } = rehearsal.resource.status;
    assert.ok(!certificates?.some(({ name }) => name === 'client/curl'));
    assert.equal(formerCertificates?.[0]?.revoked, true);
  });

  it('issues a new certificate once the client is not revoked any more, and goes on to refuse the former one', async () => {
    const { serialNumber } = leafOf();
    await edit(revokedClient());
    await edit(specWith({}));
    assert.notEqual(leafOf().serialNumber, serialNumber);
    assert.notEqual(keyOf(), '');
    assert.deepEqual(deniedNumbers(), [serialNumber]);
    assert.equal(condition('Revoked')?.status, 'True');
  });

  it('refuses what was renewed before the client was revoked, too', async () => {
    const first = leafOf().serialNumber;
    await edit(specWith({ clients: [{ ...curl, commonName: 'OTHER' }] }));
    const second = leafOf().serialNumber;
    assert.notEqual(first, second);
    await edit(revokedClient());
    assert.deepEqual(deniedNumbers(), [first, second].sort());
  });

  it('refuses the last certificate by its Secret where the status was lost', async () => {
    const { serialNumber } = leafOf();
    await edit(revokedClient());
    rehearsal.resource = { ...rehearsal.resource, status: {} };
    rehearsal.denied = [];
    await rehearsal.run();
    assert.deepEqual(deniedNumbers(), [serialNumber]);
  });

  it('refuses what the spec names, and lets it in again once it does not', async () => {
    await edit(
      specWith({
        revoked: [
          { serialNumber: '0abc', issuer },
          { subject: 'CN=a', issuer },
        ],
      }),
    );
    assert.deepEqual(rehearsal.denied, [
      { issuer, by: 'serialNumber', values: ['0abc'], hosts: ['test.com'] },
      { issuer, by: 'subject', values: ['CN=a'], hosts: ['test.com'] },
    ]);
    await edit(specWith({}));
    assert.deepEqual(rehearsal.denied, []);
    assert.equal(condition('Revoked'), undefined);
  });

  it('puts back what somebody has taken from the gateway', async () => {
    await edit(specWith({ revoked: [{ serialNumber: '0abc', issuer }] }));
    rehearsal.denied = [];
    await rehearsal.run();
    assert.deepEqual(deniedNumbers(), ['0abc']);
  });

  it('refuses by a SHA-256 of its own, and says of which other it cannot', async () => {
    const { serialNumber, sha256Fingerprint } = leafOf();
    const unknown = 'ab'.repeat(32);
    await edit(specWith({ revoked: [{ sha256Fingerprint }, { sha256Fingerprint: unknown }] }));
    assert.deepEqual(deniedNumbers(), [serialNumber]);
    assert.equal(condition('Stalled')?.reason, 'RevokedCertificateUnknown');
    assert.match(condition('Revoked')?.message ?? '', /^spec\.revoked\[1\]\.sha256Fingerprint: .*give its issuer/);
    await edit(specWith({ revoked: [{ sha256Fingerprint }] }));
    assert.equal(condition('Ready')?.status, 'True');
  });

  it('keeps the condition while something else keeps it from being looked at', async () => {
    await edit(specWith({ revoked: [{ serialNumber: '0abc', issuer }] }));
    rehearsal.edit({ spec: { hosts: [] } });
    await rehearsal.run();
    assert.deepEqual([condition('Revoked')?.status, condition('Revoked')?.reason], ['Unknown', 'NotReached']);
    await edit(specWith({}));
    assert.deepEqual(rehearsal.denied, []);
  });

  it('says that it refuses for nobody what is deleted', async () => {
    await edit(specWith({ revoked: [{ serialNumber: '0abc', issuer }] }));
    rehearsal.edit({ metadata: { deletionTimestamp: now.toString() } });
    await rehearsal.run({ deletion: { deadline: Temporal.Duration.from({ hours: 1 }) } });
    assert.deepEqual(rehearsal.denied, []);
  });
});

const known = (fields: Partial<KnownCertificate> = {}): KnownCertificate => ({
  name: 'client/curl',
  serialNumber: 'aa',
  sha256Fingerprint: 'f1',
  issuer: 'CN=CA',
  notAfter: '2027-01-01T00:00:00Z',
  ...fields,
});

describe('what is to be refused', () => {
  const resource = aGatewayResource({
    clients: [
      { ...curl, revoked: {} },
      { name: 'other', commonName: 'OTHER' },
    ],
  });
  const denials = (hosts: readonly string[], ...all: readonly KnownCertificate[]) =>
    denialsOf(resource, hosts, all, now).denials.filter((denial) => denial.by !== 'unverified');

  it('is at the hosts that are served alone, whatever the spec names', () => {
    assert.deepEqual(denials([], known()), []);
    assert.deepEqual(denials(['b.test', 'a.test'], known())[0]?.hosts, ['a.test', 'b.test']);
  });

  it('is of revoked clients alone, and of those that were once', () => {
    const others = [known({ name: 'client/other', serialNumber: 'bb' })];
    assert.deepEqual(denials(['a.test'], ...others), []);
    assert.deepEqual(denials(['a.test'], known({ name: 'client/other', revoked: true }))[0]?.values, ['aa']);
  });

  it('is what has not ended', () => {
    assert.deepEqual(denials(['a.test'], known({ notAfter: now.subtract({ seconds: 1 }).toString() })), []);
    assert.equal(denials(['a.test'], known({ notAfter: now.toString() })).length, 1);
  });

  it('is grouped by issuer, sorted, each once, until the last of them ends', () => {
    const all = [
      known({ serialNumber: 'cc', notAfter: '2027-02-01T00:00:00Z' }),
      known(),
      known(),
      known({ issuer: 'CN=A', serialNumber: 'dd' }),
    ];
    const wanted = [
      { issuer: 'CN=A', by: 'serialNumber', values: ['dd'], hosts: ['a.test'], until: '2027-01-01T00:00:00Z' },
      { issuer: 'CN=CA', by: 'serialNumber', values: ['aa', 'cc'], hosts: ['a.test'], until: '2027-02-01T00:00:00Z' },
    ];
    assert.deepEqual(denials(['a.test'], ...all), wanted);
    assert.deepEqual(denials(['a.test'], ...all.toReversed()), wanted);
  });
});

describe('the record of former certificates', () => {
  const current = (fields: object) => ({ ...known(), secretName: 's', notBefore: now.toString(), ...fields });
  const status = (former: readonly FormerCertificate[], ...certificates: readonly ReturnType<typeof current>[]) => ({
    formerCertificates: [...former],
    certificates: [...certificates],
  });
  const nothing = { names: [], fingerprints: [] };
  const namesOf = (all: readonly FormerCertificate[]) => all.map(({ sha256Fingerprint }) => sha256Fingerprint);

  it('takes in what is current no more, and what an earlier version wrote without an issuer not', () => {
    const before = status([], current({}), { ...current({ sha256Fingerprint: 'f2' }), issuer: undefined as never });
    assert.deepEqual(namesOf(formerCertificates(before, [current({ sha256Fingerprint: 'f3' })], nothing, now)), ['f1']);
    assert.deepEqual(formerCertificates(before, [current({})], nothing, now), []);
  });

  it('forgets what has ended, unless the spec names it so that nobody asks which one that was', () => {
    const ended = { ...known({ notAfter: '2026-01-01T00:00:00Z' }), revoked: false };
    assert.deepEqual(formerCertificates(status([ended]), [], nothing, now), []);
    const asked = formerCertificates(status([ended]), [], { names: [], fingerprints: ['f1'] }, now);
    assert.deepEqual(namesOf(asked), ['f1']);
  });

  it('keeps what was revoked also where somebody puts it back into its Secret', () => {
    const revoked = { ...known(), revoked: true };
    assert.deepEqual(namesOf(formerCertificates(status([revoked]), [current({})], nothing, now)), ['f1']);
  });

  it('holds 500, of which those that are revoked and those that end last stay', () => {
    const all = Array.from({ length: 600 }, (_, i) => ({
      ...known({ sha256Fingerprint: `f${i}`, notAfter: now.add({ hours: i + 1 }).toString() }),
      revoked: i < 10,
    }));
    const kept = namesOf(formerCertificates(status(all), [], nothing, now));
    assert.equal(kept.length, 500);
    assert.ok(kept.includes('f0') && kept.includes('f599') && !kept.includes('f10') && kept.includes('f110'));
  });
});
