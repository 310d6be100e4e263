import assert from 'node:assert/strict';
import type { CertificateStatus, Status } from '../../src/api/status.ts';
import {
  certificateStatus,
  externalStatus,
  type Findings,
  nextStatus,
  type PartOutcome,
  toTimestamp,
} from '../../src/plan/status/status.ts';
import { permanent, transient } from '../../src/std/failure.ts';
import { assertConform } from '../harness/conditions.ts';
import { aGatewayResource, caRequest, hours, issued, now, serverRequest, withStatus } from './given.ts';

const ca = await issued(caRequest);
const server = await issued(serverRequest, ca);
const certificates = [certificateStatus(caRequest, ca), certificateStatus(serverRequest, server)];

const synced: PartOutcome = { type: 'GatewaySynced', status: 'True', reason: 'Synced', message: 'All there' };
const failed: PartOutcome = { ...synced, status: 'False', reason: 'GatewayError', message: 'It answered 500' };
const notProbed: PartOutcome = { type: 'Enforced', status: 'Unknown', reason: 'NotProbed', message: 'Not looked at' };
const gateway = { group: 'default/default', groupId: '1', objects: [{ kind: 'snis', id: 'a' }] };
const hosts = 'test.com';

const down = transient('GatewayError', 'It answered 500');
const settled: Findings = { parts: [synced], certificates, hosts, gateway };
const interrupted: Findings = { parts: [failed, notProbed], certificates: [], failure: down };

const resource = aGatewayResource();
const statusAfter = (findings: Findings, before: Status = {}, at = now) =>
  nextStatus(withStatus(resource, before), findings, at);
const conditionOf = ({ conditions = [] }: Status, type: string) => conditions.find((each) => each.type === type);
const inShort = ({ conditions = [] }: Status) =>
  conditions.map(({ type, status, reason }) => `${type}=${status} ${reason}`);

describe('the conditions of a status', () => {
  for (const { name, findings, want } of [
    { name: 'ready', findings: settled, want: ['Ready=True Ready', 'GatewaySynced=True Synced'] },
    {
      name: 'ready, with a part that cannot be judged',
      findings: { ...settled, parts: [synced, notProbed] },
      want: ['Ready=True Ready', 'GatewaySynced=True Synced', 'Enforced=Unknown NotProbed'],
    },
    {
      name: 'ready, with something on its way',
      findings: { ...settled, pending: transient('NginxReloading', 'It still serves the old one') },
      want: ['Ready=True Ready', 'Reconciling=True NginxReloading', 'GatewaySynced=True Synced'],
    },
    {
      name: 'not ready, with something on its way that is not right meanwhile',
      findings: {
        ...settled,
        parts: [{ ...synced, type: 'NginxReady', status: 'False', reason: 'NginxConfigNotLoaded' } as const, synced],
        pending: transient('NginxConfigNotLoaded', 'It has not loaded it'),
      },
      want: [
        'Ready=False NginxConfigNotLoaded',
        'Reconciling=True NginxConfigNotLoaded',
        'NginxReady=False NginxConfigNotLoaded',
        'GatewaySynced=True Synced',
      ],
    },
    {
      name: 'a failure that may pass, and a part that was not reached',
      findings: interrupted,
      want: [
        'Ready=False GatewayError',
        'Reconciling=True GatewayError',
        'GatewaySynced=False GatewayError',
        'Enforced=Unknown NotProbed',
      ],
    },
    {
      name: 'a failure that stays',
      findings: { ...interrupted, parts: [], failure: permanent('InvalidSpec', 'spec.hosts: must not be empty') },
      want: ['Ready=False InvalidSpec', 'Stalled=True InvalidSpec'],
    },
    {
      name: 'a failure beside something on its way: the failure is told',
      findings: { ...interrupted, parts: [], pending: transient('NginxReloading', 'It still serves the old one') },
      want: ['Ready=False GatewayError', 'Reconciling=True GatewayError'],
    },
  ]) {
    it(`say: ${name}`, () => {
      const status = statusAfter(findings);
      assert.deepEqual(inShort(status), want);
      assertConform({ metadata: resource.metadata, status });
    });
  }

  it('name in Ready what could not be judged, instead of passing over it', () => {
    const message = conditionOf(statusAfter({ ...settled, parts: [synced, notProbed] }), 'Ready')?.message;
    assert.match(message ?? '', /; Not looked at$/);
  });

  const old = { reason: 'CertificateVersion1', message: 'It is of version 1' };
  const long = { reason: 'LifetimeTooLong', message: 'It is valid for too long' };
  for (const { name, warnings, want } of [
    { name: 'nothing where there is nothing to warn of', warnings: [], want: undefined },
    {
      name: 'one finding by its own reason',
      warnings: [old],
      want: ['True', 'CertificateVersion1', 'It is of version 1'],
    },
    {
      name: 'several by one reason for all, with each of their sentences',
      warnings: [old, long],
      want: ['True', 'SeveralFindings', 'It is of version 1; It is valid for too long'],
    },
    {
      name: 'several of one reason as several',
      warnings: [old, old],
      want: ['True', 'SeveralFindings', 'It is of version 1; It is of version 1'],
    },
  ]) {
    it(`say in MaterialWarning ${name}`, () => {
      const status = statusAfter({ ...settled, warnings });
      const found = conditionOf(status, 'MaterialWarning');
      assert.deepEqual(found && [found.status, found.reason, found.message], want);
      assertConform({ metadata: resource.metadata, status });
      assert.equal(conditionOf(status, 'Ready')?.status, 'True');
    });
  }

  it('have a message of MaterialWarning that fits, however much there is to say', () => {
    const warnings = Array.from({ length: 1000 }, () => ({ ...old, message: 'x'.repeat(200) }));
    const message = conditionOf(statusAfter({ ...settled, warnings }), 'MaterialWarning')?.message ?? '';
    assert.equal(message.length, 32_768);
  });

  it('have messages that fit, however many parts of a spec are refused', () => {
    const failure = permanent('InvalidSpec', 'spec.clients[0].name: is there twice; '.repeat(5000));
    const part = { ...failure, type: 'CertificatesReady', status: 'False', message: failure.message } as const;
    const status = statusAfter({ ...settled, parts: [part], failure });
    assert.deepEqual(
      status.conditions?.map(({ message }) => message.length),
      [32_768, 32_768, 32_768],
    );
  });

  it('drop MaterialWarning once it is no longer true', () => {
    const warned = statusAfter({ ...settled, warnings: [old] });
    assert.equal(conditionOf(statusAfter(settled, warned), 'MaterialWarning'), undefined);
  });

  it('warn beside a failure too', () => {
    const status = statusAfter({ ...interrupted, warnings: [old] });
    assert.equal(conditionOf(status, 'MaterialWarning')?.status, 'True');
    assert.equal(conditionOf(status, 'Ready')?.status, 'False');
  });

  it('drop Reconciling and Stalled once they are no longer true', () => {
    const stalled = statusAfter({ ...interrupted, failure: permanent('NotOurs', 'It is left alone') });
    assert.deepEqual(inShort(statusAfter(settled, stalled)), ['Ready=True Ready', 'GatewaySynced=True Synced']);
  });

  it('speak of the generation that was looked at, after an edit too', () => {
    const before = statusAfter(settled);
    const edited = { ...withStatus(resource, before), metadata: { ...resource.metadata, generation: 4 } };
    const status = nextStatus(edited, settled, now);
    assert.equal(status.observedGeneration, 4);
    assertConform({ metadata: edited.metadata, status });
  });

  const later = now.add(hours(1));
  for (const { name, first, next, want } of [
    { name: 'stays while the status stays', first: settled, next: settled, want: now },
    {
      name: 'stays while only the reason changes',
      first: interrupted,
      next: { ...interrupted, failure: transient('GatewayUnreachable', 'No answer') },
      want: now,
    },
    { name: 'moves when the status changes', first: interrupted, next: settled, want: later },
  ]) {
    it(`have a lastTransitionTime that ${name}`, () => {
      const status = statusAfter(next, statusAfter(first), later);
      assert.equal(conditionOf(status, 'Ready')?.lastTransitionTime, toTimestamp(want));
    });
  }
});

describe('what a status says beside its conditions', () => {
  it('is the same for the same findings an hour later, so that nothing is written', () => {
    for (const findings of [settled, interrupted]) {
      const before = statusAfter(findings, statusAfter(settled));
      assert.deepEqual(statusAfter(findings, before, now.add(hours(1))), before);
    }
  });

  it('expires when the first of its certificates does', () => {
    for (const inAnyOrder of [certificates, certificates.toReversed()]) {
      const status = statusAfter({ ...settled, certificates: inAnyOrder });
      assert.equal(status.expires, server.facts.notAfter.toString());
    }
  });

  it('keeps hosts, gateway and certificates known while a failure keeps us from looking', () => {
    const before = statusAfter(settled);
    const { hosts, gateway, certificates, expires, claims } = statusAfter(interrupted, before);
    const { conditions: _, observedGeneration: __, ...known } = before;
    assert.deepEqual({ hosts, gateway, certificates, expires, claims }, known);
  });

  it('replaces a certificate that was looked at, and keeps the one after it that was not', async () => {
    const renewed = certificateStatus(caRequest, await issued(caRequest));
    const status = statusAfter({ ...interrupted, certificates: [renewed] }, statusAfter(settled));
    assert.deepEqual(status.certificates, [renewed, certificates[1]]);
  });

  it('forgets a certificate that is no longer asked for', () => {
    const [first] = certificates;
    assert.ok(first);
    const status = statusAfter({ ...settled, certificates: [first] }, statusAfter(settled));
    assert.deepEqual(status.certificates, [first]);
  });

  it('has no field without a value: a merge patch would remove what null names', () => {
    const status = statusAfter({ parts: [], certificates: [], failure: down });
    assert.deepEqual(Object.keys(status), ['observedGeneration', 'conditions', 'certificates', 'claims']);
  });

  it('says of a certificate what it is, when it ends and when it is renewed', () => {
    assert.deepEqual(certificateStatus({ ...serverRequest, renewal: { before: hours(24) } }, server), {
      name: 'server',
      secretName: 'test-com-server',
      serialNumber: server.facts.serialNumber,
      sha256Fingerprint: server.facts.sha256Fingerprint,
      notBefore: '2026-11-22T09:55:00Z',
      notAfter: '2027-02-20T09:54:59Z',
      renewalTime: '2027-02-19T09:54:59Z',
    });
  });

  describe('of why a certificate was issued', () => {
    const issuedBecause = (because?: string, seen: readonly CertificateStatus[] = []) =>
      certificateStatus(serverRequest, server, because, seen).issuedBecause;
    const earlier = certificateStatus(serverRequest, server, 'SpecDiffers');
    for (const { name, because, seen, want } of [
      { name: 'is the reason that was just found', because: 'RenewalDue', seen: [], want: 'RenewalDue' },
      { name: 'is not known of one that was there before', because: undefined, seen: [], want: undefined },
      { name: 'stays while it is the same certificate', because: undefined, seen: [earlier], want: 'SpecDiffers' },
      { name: 'is the new one for a new certificate', because: 'RenewalDue', seen: [earlier], want: 'RenewalDue' },
      {
        name: 'goes with the certificate that it was said of',
        because: undefined,
        seen: [{ ...earlier, serialNumber: '00' }],
        want: undefined,
      },
      {
        name: 'is not taken from another of the same serial number',
        because: undefined,
        seen: [{ ...earlier, name: 'client' }],
        want: undefined,
      },
    ]) {
      it(name, () => assert.equal(issuedBecause(because, seen), want));
    }
  });

  it('has no renewal time and no reason of issue for what was brought along, which we do not renew', () => {
    const request = { name: 'server', role: 'server', secretName: 'public', field: '', hosts: [] } as const;
    assert.deepEqual(externalStatus({ ...request, mustBeTrusted: false }, server), {
      name: 'server',
      secretName: 'public',
      serialNumber: server.facts.serialNumber,
      sha256Fingerprint: server.facts.sha256Fingerprint,
      notBefore: '2026-11-22T09:55:00Z',
      notAfter: '2027-02-20T09:54:59Z',
      external: true,
    });
  });

  it('has times in whole seconds, never in the future of what they mean', () => {
    assert.equal(toTimestamp(Temporal.Instant.from('2026-11-22T10:00:00.999Z')), '2026-11-22T10:00:00Z');
  });
});
