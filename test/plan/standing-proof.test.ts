import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Status } from '../../src/api/status.ts';
import { addressesOf, findStandingProof } from '../../src/plan/proof/standing-proof.ts';
import { type Findings, nextStatus, type PartOutcome } from '../../src/plan/status/status.ts';
import { transient } from '../../src/std/failure.ts';
import { anUpstreamResource, now, withStatus } from './given.ts';

const parts = ['NginxReady', 'Enforced'] as const;
const nginx: PartOutcome = { type: 'NginxReady', status: 'True', reason: 'Serving', message: 'It serves' };
const synced: PartOutcome = { type: 'GatewaySynced', status: 'True', reason: 'Synced', message: 'All there' };
const enforced: PartOutcome = { type: 'Enforced', status: 'True', reason: 'Proven', message: 'It passes' };
const gateway = { group: 'default/default', objects: [], dataPlane: ['10.0.0.1:9080', '[fd00::1]:9080'] };
const settled: Findings = { parts: [nginx, synced, enforced], certificates: [], gateway };

const resource = anUpstreamResource();
const one = { host: '10.0.0.1', port: 9080 };
const other = { host: 'fd00::1', port: 9080 };
const dataPlane = [one, other];
const statusOf = (findings: Findings, before: Status = {}) => nextStatus(withStatus(resource, before), findings, now);

describe('a proof that an earlier process made', () => {
  it('stands as it was found, where Ready was found, the spec is the same and so are the addresses', () => {
    const proof = findStandingProof(withStatus(resource, statusOf(settled)), { parts, dataPlane });
    assert.deepEqual(proof, { parts: [nginx, enforced], dataPlane: gateway.dataPlane });
  });

  it('stands whatever the order in which the addresses are configured, and however often', () => {
    const shuffled = { parts, dataPlane: [other, one, other] };
    assert.ok(findStandingProof(withStatus(resource, statusOf(settled)), shuffled));
  });

  const unread: PartOutcome = { ...synced, status: 'Unknown', reason: 'GatewayUnreachable', message: 'No answer' };
  it('stands where nothing is said of the resource but that its gateway could not be read', () => {
    const status = statusOf({
      ...settled,
      parts: [nginx, unread, enforced],
      failure: transient('GatewayUnreachable', 'No answer'),
    });
    assert.ok(findStandingProof(withStatus(resource, status), { parts, dataPlane }));
  });

  const { dataPlane: _, ...untold } = gateway;
  const enforcedUnknown: PartOutcome = { ...enforced, status: 'Unknown', reason: 'UpstreamNotVerified' };
  for (const { name, status, addresses = dataPlane } of [
    { name: 'nobody has looked at the resource', status: {} },
    {
      name: 'something had failed',
      status: statusOf({ ...settled, failure: transient('GatewayError', 'It is down') }),
    },
    {
      name: 'a part had failed that rests on probes',
      status: statusOf({ ...settled, parts: [{ ...nginx, status: 'False' }, synced, enforced] }),
    },
    {
      name: 'a part could not be judged',
      status: statusOf({ ...settled, parts: [nginx, synced, enforcedUnknown] }),
    },
    {
      name: 'the gateway could not be read, and something else had failed',
      status: statusOf({
        ...settled,
        parts: [nginx, unread, enforced],
        failure: transient('NginxUnreachable', 'It is down'),
      }),
    },
    { name: 'a part is not told of', status: statusOf({ ...settled, parts: [nginx, synced] }) },
    {
      name: 'an NGINX had yet to load its certificate',
      status: statusOf({ ...settled, pending: transient('NginxReloading', 'It serves the old one') }),
    },
    {
      name: 'an older version of the operator did not tell where it was proven',
      status: statusOf({ ...settled, gateway: untold }),
    },
    { name: 'an address has come', status: statusOf(settled), addresses: [...dataPlane, { ...one, port: 1 }] },
    { name: 'an address has gone', status: statusOf(settled), addresses: [one] },
    { name: 'an address is another one', status: statusOf(settled), addresses: [one, { ...other, port: 9081 }] },
    { name: 'there is no address', status: statusOf({ ...settled, gateway: untold }), addresses: [] },
  ]) {
    it(`does not stand where ${name}`, () => {
      assert.equal(findStandingProof(withStatus(resource, status), { parts, dataPlane: addresses }), undefined);
    });
  }

  it('does not stand where the spec was edited', () => {
    const seen = withStatus(resource, statusOf(settled));
    const edited = { ...seen, metadata: { ...seen.metadata, generation: seen.metadata.generation + 1 } };
    assert.equal(findStandingProof(edited, { parts, dataPlane }), undefined);
  });
});

describe('addresses of a data plane', () => {
  it('are written as the configuration writes them, sorted, each once', () => {
    assert.deepEqual(addressesOf([other, { host: 'b.example', port: 443 }, one, other]), [
      '10.0.0.1:9080',
      '[fd00::1]:9080',
      'b.example:443',
    ]);
  });

  it('are the same for the same addresses in any order', () => {
    const endpoint = fc.record({
      host: fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6()),
      port: fc.integer({ min: 1, max: 65_535 }),
    });
    const shuffled = fc
      .array(endpoint)
      .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
    fc.assert(fc.property(shuffled, ([all, again]) => assert.deepEqual(addressesOf(again), addressesOf(all))));
  });
});
