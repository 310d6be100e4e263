import assert from 'node:assert/strict';
import { parseRelease } from '../../src/api/nginx/release.ts';
import { toSerial } from '../../src/pki/crl/draft.ts';
import { isCrlOf, readCrl } from '../../src/pki/crl/read.ts';
import { toRfc2253 } from '../../src/pki/names/rfc2253.ts';
import { readPemCertificates } from '../../src/pki/path/pem-blocks.ts';
import { inspectCertificate } from '../../src/pki/x509/inspect.ts';
import { canarySerial, crlLifetime, ownCrl } from '../../src/plan/certificates/crl-content.ts';
import { crlIn, decodeSecret } from '../../src/plan/certificates/held.ts';
import { planRevocation } from '../../src/plan/certificates/revocation.ts';
import type { Observed } from '../../src/plan/observed.ts';
import { sha256Hex } from '../../src/std/digest.ts';
import { Failure } from '../../src/std/failure.ts';
import { caRequest, hours, issued, now } from './given.ts';
import { Rehearsal } from './rehearse.ts';

const spec = {
  ca: { generated: { commonName: 'ROOTCA' } },
  serverCertificate: { dnsNames: ['test.com'] },
  clientCertificate: { commonName: 'client', keyRotation: 'Never' },
  nginx: { serverName: 'test.com', locations: [{ path: '/hello', return: { status: 200, body: 'Hello API7!' } }] },
  service: {
    name: 'mtls-nginx',
    upstream: { nodes: [{ host: '127.0.0.1', port: 8443 }] },
    routes: [{ name: 'hello', paths: ['/hello'] }],
  },
};
const [caSecret, serverSecret, clientSecret] = ['mtls-nginx-ca', 'mtls-nginx-server', 'mtls-nginx-client'];

async function settled() {
  const rehearsal = new Rehearsal('MtlsUpstream', spec);
  await rehearsal.run();
  return rehearsal;
}

function factsIn(rehearsal: Rehearsal, name = '') {
  const secret = rehearsal.secrets.get(name);
  assert.ok(secret, name);
  const facts = inspectCertificate(decodeSecret(secret, 'tls.crt'));
  assert.ok('subject' in facts);
  return facts;
}

const issuerOf = (rehearsal: Rehearsal) => toRfc2253(factsIn(rehearsal, caSecret).subject.der);

function revoke(rehearsal: Rehearsal, ...serials: readonly string[]): void {
  const issuer = issuerOf(rehearsal);
  rehearsal.edit({ spec: { ...spec, revoked: serials.map((serialNumber) => ({ serialNumber, issuer })) } });
}

function listIn(rehearsal: Rehearsal, name = serverSecret) {
  const pem = crlIn(rehearsal.secrets.get(name ?? ''));
  if (pem === undefined) return undefined;
  const crl = readCrl(pem);
  assert.ok('entries' in crl);
  assert.ok(isCrlOf(crl, factsIn(rehearsal, caSecret)));
  return { ...crl, pem };
}

function configOf(rehearsal: Rehearsal) {
  const data = rehearsal.configMaps.get('mtls-nginx-nginx')?.data ?? {};
  const release = parseRelease(data['release.json'] ?? '');
  assert.ok(release.ok);
  return { text: data['mtls.conf'] ?? '', release: release.value };
}

const change = /^(sign|issue|create|update|delete|at) /m;

describe('revoked certificates of an MtlsUpstream', () => {
  it('are on no list where the spec names none', async () => {
    const rehearsal = await settled();
    for (const name of [caSecret, serverSecret, clientSecret]) assert.equal(listIn(rehearsal, name), undefined);
    assert.doesNotMatch(configOf(rehearsal).text, /ssl_crl/);
    assert.equal(configOf(rehearsal).release.format, 1);
  });

  it('are on a list that NGINX checks, beside its certificate and beside the CA', async () => {
    const rehearsal = await settled();
    revoke(rehearsal, '0abc');
    const text = await rehearsal.run();
    assert.match(text, /^sign a list of 2 revoked certificates\n/);
    assert.match(text, /update Secret mtls-nginx-ca\n.*update Secret mtls-nginx-server\n/s);
    const [list, published] = [listIn(rehearsal), listIn(rehearsal, caSecret)];
    assert.equal(list?.pem, published?.pem);
    assert.equal(crlIn(rehearsal.secrets.get(clientSecret ?? '')), undefined);
    const ca = factsIn(rehearsal, caSecret);
    assert.deepEqual([...(list?.entries.keys() ?? [])], ['abc', canarySerial(ca)]);
    assert.equal(String(list?.nextUpdate), String(list?.thisUpdate.add(crlLifetime).subtract({ seconds: 1 })));
    const { text: config, release } = configOf(rehearsal);
    assert.match(config, /ssl_crl tls\/ca\.crl;/);
    assert.deepEqual([release.format, release.revoked], [2, sha256Hex(list?.pem ?? '')]);
  });

  it('are signed once, until the list is due, and are on the next one since they were revoked', async () => {
    const rehearsal = await settled();
    revoke(rehearsal, '0abc');
    await rehearsal.run();
    const first = listIn(rehearsal);
    rehearsal.now = now.add({ hours: 30 * 24 - 1 });
    assert.doesNotMatch(await rehearsal.run(), change, 'nothing is signed before');
    rehearsal.now = now.add({ hours: 30 * 24 });
    assert.match(await rehearsal.run(), /^sign a list/);
    const next = listIn(rehearsal);
    assert.ok(first && next && next.number > first.number);
    assert.equal(String(next.entries.get('abc')?.revokedAt), String(first.entries.get('abc')?.revokedAt));
    assert.ok(Temporal.Instant.compare(next.thisUpdate, first.thisUpdate) > 0);
  });

  it('are off the list, and the list is gone, once the spec does not name them', async () => {
    const rehearsal = await settled();
    const before = configOf(rehearsal);
    revoke(rehearsal, '0abc', '0abd');
    await rehearsal.run();
    revoke(rehearsal, '0abd');
    await rehearsal.run();
    assert.deepEqual(listIn(rehearsal)?.entries.has('abc'), false);
    revoke(rehearsal);
    await rehearsal.run();
    for (const name of [caSecret, serverSecret]) assert.equal(listIn(rehearsal, name), undefined);
    assert.deepEqual(configOf(rehearsal), before);
  });

  it('change the configuration that NGINX tells, so that a list that is not loaded shows', async () => {
    const rehearsal = await settled();
    revoke(rehearsal, '0abc');
    await rehearsal.run();
    const first = configOf(rehearsal).release.fingerprint.config;
    revoke(rehearsal, '0abc', '0abd');
    await rehearsal.run();
    assert.notEqual(configOf(rehearsal).release.fingerprint.config, first);
  });

  for (const name of [clientSecret, serverSecret]) {
    it(`are issued anew where they are in use, with another key: ${name}`, async () => {
      const rehearsal = await settled();
      const old = factsIn(rehearsal, name);
      revoke(rehearsal, old.serialNumber);
      assert.match(await rehearsal.run(), new RegExp(`issue (client|server) into Secret ${name} \\(Revoked\\)`));
      const next = factsIn(rehearsal, name);
      assert.notEqual(next.serialNumber, old.serialNumber);
      assert.notDeepEqual(next.publicKeyDer, old.publicKeyDer);
      assert.ok(listIn(rehearsal)?.entries.has(toSerial(old.serialNumber) ?? ''));
      assert.doesNotMatch(await rehearsal.run(), change, 'and then stay');
    });
  }

  it('of another CA are on no list, and a person hears of them', async () => {
    const rehearsal = await settled();
    const entry = { serialNumber: '0abc', issuer: 'CN=Other' };
    rehearsal.edit({ spec: { ...spec, revoked: [entry] } });
    await rehearsal.run();
    assert.equal(listIn(rehearsal)?.entries.has('abc'), false);
    const warning = rehearsal.resource.status.conditions?.find(({ type }) => type === 'MaterialWarning');
    assert.deepEqual([warning?.reason, warning?.status], ['RevokedByAnotherCa', 'True']);
    assert.match(warning?.message ?? '', /^spec\.revoked: the issuer CN=Other is not the CA of this resource/);
  });

  it('stay off once their CA is replaced, whose list is another', async () => {
    const rehearsal = await settled();
    revoke(rehearsal, '0abc');
    await rehearsal.run();
    const old = listIn(rehearsal)?.pem;
    rehearsal.secrets.delete(caSecret ?? '');
    await rehearsal.run();
    assert.notEqual(listIn(rehearsal)?.pem, old);
    assert.equal(listIn(rehearsal, caSecret)?.pem, listIn(rehearsal)?.pem);
    assert.equal(listIn(rehearsal)?.entries.has('abc'), false);
  });

  it('are on a list of each CA that is trusted while one follows another', async () => {
    const rehearsal = await settled();
    revoke(rehearsal, '0abc');
    await rehearsal.run();
    rehearsal.edit({ metadata: { annotations: { 'mtls-operator.dev/rotate-ca': '1' } } });
    const trusted: number[] = [];
    // Whenever NGINX is looked at, all that it is to load is there.
    rehearsal.nginx = ({ nodes }) => {
      const secret = rehearsal.secrets.get(serverSecret ?? '');
      assert.ok(secret);
      const cas = readPemCertificates(decodeSecret(secret, 'ca.crt'), 4).certificates;
      for (const ca of cas) assert.ok(ownCrl(secret, ca), ca.subject.text);
      assert.equal(crlIn(secret)?.match(/BEGIN X509 CRL/g)?.length, cas.length);
      assert.equal(configOf(rehearsal).release.revoked, sha256Hex(crlIn(secret) ?? ''));
      trusted.push(cas.length);
      return nodes.map(() => ({}));
    };
    await rehearsal.run();
    assert.ok(trusted.includes(2), `CAs at each look: ${trusted.join()}`);
    assert.equal(trusted.at(-1), 1);
    assert.equal(crlIn(rehearsal.secrets.get(serverSecret ?? '')), crlIn(rehearsal.secrets.get(caSecret ?? '')));
  });

  it('are left to a ca.crl that somebody else put there', async () => {
    const rehearsal = await settled();
    const secret = rehearsal.secrets.get(serverSecret ?? '');
    assert.ok(secret);
    // A list as DER, which is no text.
    const theirs = Buffer.from([0x30, 0x82, 0xff, 0xfe, 0x00]).toString('base64');
    rehearsal.secrets.set(serverSecret ?? '', { ...secret, data: { ...secret.data, 'ca.crl': theirs } });
    assert.doesNotMatch(await rehearsal.run(), change);
    rehearsal.edit({ spec: { ...spec, nginx: { ...spec.nginx, clientVerification: { revocationLists: true } } } });
    await rehearsal.run();
    assert.equal(rehearsal.secrets.get(serverSecret ?? '')?.data?.['ca.crl'], theirs);
    assert.match(configOf(rehearsal).text, /ssl_crl tls\/ca\.crl;/);
  });

  it('are looked for in two lists of a Secret, and in no more: each costs a signature', async () => {
    const rehearsal = await settled();
    revoke(rehearsal, '0abc');
    await rehearsal.run();
    const secret = rehearsal.secrets.get(serverSecret ?? '');
    const ca = factsIn(rehearsal, caSecret);
    const [own, theirs] = [crlIn(secret) ?? '', '-----END X509 CRL-----\n'];
    assert.ok(secret);
    const holding = (text: string) => ({ ...secret, data: { 'ca.crl': Buffer.from(text).toString('base64') } });
    assert.equal(ownCrl(holding(theirs + own), ca)?.pem, own);
    assert.equal(ownCrl(holding(theirs + theirs + own), ca), undefined);
  });

  it('that name the CA itself change nothing, since NGINX would reject everybody', async () => {
    const rehearsal = await settled();
    revoke(rehearsal, factsIn(rehearsal, caSecret).serialNumber);
    assert.match(await rehearsal.run(), /permanent failure: RevokedInUse/);
    assert.equal(listIn(rehearsal), undefined);
  });
});

describe('a list that NGINX could not use', () => {
  const observed = { failed: new Map(), material: { crls: new Map() } } as unknown as Observed;
  const revoked = [{ serialNumber: '0abc', issuer: 'CN=a', reason: 'unspecified' } as const];
  const failureOf = (work: () => unknown): Failure => {
    try {
      work();
    } catch (error) {
      if (error instanceof Failure) return error;
    }
    return assert.fail('no failure');
  };

  it('is refused where the CA has no key', () => {
    const situation = { revoked, issuers: [], clientTrust: [], secret: undefined, now };
    const { reason, message } = failureOf(() => planRevocation(situation, observed));
    assert.equal(reason, 'RevocationImpossible');
    assert.match(message, /has no tls\.key to sign a list with/);
  });

  it('is refused where NGINX trusts another CA, whose clients it would reject', async () => {
    const [issuer, other] = [await issued(caRequest), await issued({ ...caRequest, commonName: 'OTHER' })];
    const clientTrust = [issuer.facts, other.facts];
    const situation = { revoked, issuers: [issuer], clientTrust, secret: undefined, now };
    const { reason, message } = failureOf(() => planRevocation(situation, observed));
    assert.equal(reason, 'RevocationImpossible');
    assert.match(message, /^spec\.revoked: NGINX would reject every client of CN=OTHER,/);
    const alone = { ...situation, clientTrust: [issuer.facts] };
    assert.ok('looks' in planRevocation(alone, observed));
  });

  it('is not signed a second time where that has failed', async () => {
    const issuer = await issued(caRequest);
    const failure = new Failure('permanent', 'RevocationImpossible', 'no');
    const failed = { ...observed, failed: new Map([['certificate/crl', failure]]) };
    const situation = { revoked, issuers: [issuer], clientTrust: [issuer.facts], secret: undefined, now };
    assert.equal(
      failureOf(() => planRevocation(situation, failed)),
      failure,
    );
  });

  it('is made anew where a clock that was ahead has signed it', async () => {
    const rehearsal = await settled();
    revoke(rehearsal, '0abc');
    rehearsal.now = now.add(hours(24));
    await rehearsal.run();
    const ahead = listIn(rehearsal);
    rehearsal.now = now;
    assert.match(await rehearsal.run(), /^sign a list/);
    const next = listIn(rehearsal);
    assert.ok(ahead && next && next.number > ahead.number, 'the number grows all the same');
    assert.ok(Temporal.Instant.compare(next.thisUpdate, now) <= 0);
    assert.ok(Temporal.Instant.compare(next.entries.get('abc')?.revokedAt ?? now, next.thisUpdate) <= 0);
  });
});
