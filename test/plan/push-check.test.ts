import assert from 'node:assert/strict';
import type { ClientFacingTls, TlsPair, UpstreamTls } from '../../src/model/gateway-state.ts';
import type { HeldCertificate } from '../../src/plan/certificates/held.ts';
import { findTooDeep, findUnsound } from '../../src/plan/gateway/push-check.ts';
import { finish } from '../../src/std/steps.ts';
import { caRequest, clientRequest, hours, issued, now, serverRequest } from './given.ts';

const pairOf = ({ chainPem, keyPem, facts }: HeldCertificate): TlsPair => ({
  chainPem,
  keyPem,
  sha256Fingerprint: facts.sha256Fingerprint,
});
const anchorOf = ({ chainPem, facts }: HeldCertificate) => ({
  pem: chainPem,
  sha256Fingerprint: facts.sha256Fingerprint,
});

describe('the last look before something is sent to a gateway', () => {
  let ca: HeldCertificate;
  let server: HeldCertificate;
  let client: HeldCertificate;
  let other: HeldCertificate;
  before(async () => {
    [ca, other] = [await issued(caRequest), await issued({ ...caRequest, commonName: 'OTHER' })];
    server = await issued(serverRequest, ca);
    client = await issued(clientRequest, ca);
  });

  const facing = (change: Partial<ClientFacingTls> = {}): ClientFacingTls => ({
    kind: 'client-facing',
    hosts: ['test.com', 'a.test.com', '*.test.com'],
    server: pairOf(server),
    clientTrust: [anchorOf(ca), anchorOf(other)],
    ...change,
  });
  const upstream = (change: Partial<UpstreamTls> = {}): UpstreamTls => ({
    kind: 'upstream',
    client: pairOf(client),
    serverTrust: [anchorOf(ca)],
    serverName: 'test.com',
    service: { name: 's', hosts: [], nodes: [], retries: 2, routes: [] },
    ...change,
  });
  const reasonOf = (state: ClientFacingTls | UpstreamTls, at = now) => finish(findUnsound(state, at))?.reason;

  it('lets pass what was issued for it', () => {
    assert.equal(finish(findUnsound(facing(), now)), undefined);
    assert.equal(finish(findUnsound(upstream(), now)), undefined);
  });

  for (const { name, state, reason } of [
    {
      name: 'a key of another certificate',
      state: () => facing({ server: { ...pairOf(server), keyPem: client.keyPem } }),
      reason: 'KeyMismatch',
    },
    {
      name: 'a key among the certificates',
      state: () => facing({ server: { ...pairOf(server), chainPem: server.chainPem + server.keyPem } }),
      reason: 'PrivateKeyAmongCertificates',
    },
    {
      name: 'a chain with its leaf last',
      state: () => facing({ server: { ...pairOf(server), chainPem: ca.chainPem + server.chainPem } }),
      reason: 'ChainOutOfOrder',
    },
    {
      name: 'a host that no name covers',
      state: () => facing({ hosts: ['test.com', 'b.a.test.com'] }),
      reason: 'HostNotCovered',
    },
    {
      name: 'a client certificate as that of a server',
      state: () => facing({ server: pairOf(client) }),
      reason: 'ExtendedKeyUsageWrong',
    },
    {
      name: 'a server certificate as that of a client',
      state: () => upstream({ client: pairOf(server) }),
      reason: 'ExtendedKeyUsageWrong',
    },
    {
      name: 'a leaf in place of a CA',
      state: () => facing({ clientTrust: [anchorOf(client)] }),
      reason: 'NoUsableRoot',
    },
    { name: 'nobody to trust', state: () => upstream({ serverTrust: [] }), reason: 'CertificateMissing' },
    {
      name: 'a key among the CAs',
      state: () => facing({ clientTrust: [{ ...anchorOf(ca), pem: ca.chainPem + ca.keyPem }] }),
      reason: 'PrivateKeyAmongCertificates',
    },
  ]) {
    it(`stops ${name}, and names no key`, () => {
      const finding = finish(findUnsound(state(), now));
      assert.equal(finding?.reason, reason, finding?.message ?? 'nothing was found');
      assert.doesNotMatch(finding?.message ?? '', /BEGIN/);
    });
  }

  it('stops what is past its time', () => {
    assert.equal(reasonOf(facing(), now.add(hours(2161))), 'CertificateExpired');
  });

  it('lets pass what has yet to begin, as a clock that was set back sees it, and nothing else with it', () => {
    const early = now.subtract(hours(1));
    assert.equal(reasonOf(facing(), early), undefined);
    assert.equal(reasonOf(upstream(), early), undefined);
    assert.equal(reasonOf(upstream({ client: pairOf(server) }), early), 'ExtendedKeyUsageWrong');
    assert.equal(reasonOf(facing({ clientTrust: [anchorOf(client)] }), early), 'NoUsableRoot');
  });
});

describe('the depth of the chains of clients', () => {
  let chain: string;
  before(async () => {
    chain = (await issued(caRequest)).chainPem;
  });

  for (const { intermediates, depth, fits } of [
    { intermediates: 0, depth: undefined, fits: true },
    { intermediates: 1, depth: undefined, fits: true },
    { intermediates: 2, depth: undefined, fits: false },
    { intermediates: 2, depth: 2, fits: true },
    { intermediates: 1, depth: 0, fits: false },
  ]) {
    it(`${fits ? 'fits' : 'does not fit'} with ${intermediates} intermediates and the depth ${depth ?? 'of the gateway'}`, () => {
      const finding = findTooDeep(chain.repeat(intermediates), depth);
      assert.equal(finding?.reason, fits ? undefined : 'ChainTooDeep');
    });
  }
});
