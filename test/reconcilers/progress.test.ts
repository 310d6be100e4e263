import assert from 'node:assert/strict';
import { Progress } from '../../src/reconcilers/progress.ts';
import { permanent, transient } from '../../src/std/failure.ts';

const types = ['CertificatesReady', 'GatewaySynced', 'Enforced'] as const;
const good = async () => ({ value: 'made', reason: 'Synced', message: 'All there' });
const down = transient('GatewayError', 'It answered 500');
const inShort = (progress: Progress) =>
  progress.findings().parts.map(({ type, status, reason }) => `${type}=${status} ${reason}`);

const now = Temporal.Instant.from('2026-11-22T10:00:00Z');

describe('the way through a reconcile', () => {
  it('goes from part to part, each with what the one before gave', async () => {
    const progress = new Progress(types, now);
    await progress.walk(async () => {
      assert.equal(await progress.part('CertificatesReady', good), 'made');
      await progress.part('GatewaySynced', good);
      await progress.part('Enforced', async () => ({
        ...(await good()),
        status: 'Unknown' as const,
        reason: 'NotProbed',
      }));
    });
    assert.deepEqual(inShort(progress), [
      'CertificatesReady=True Synced',
      'GatewaySynced=True Synced',
      'Enforced=Unknown NotProbed',
    ]);
    assert.equal(progress.failure, undefined);
  });

  it('ends at the first failure, and says of the rest that it was not reached', async () => {
    const progress = new Progress(types, now);
    await progress.walk(async () => {
      await progress.part('CertificatesReady', good);
      await progress.part('GatewaySynced', () => Promise.reject(down));
      assert.fail('goes on after a failure');
    });
    assert.deepEqual(inShort(progress), [
      'CertificatesReady=True Synced',
      'GatewaySynced=False GatewayError',
      'Enforced=Unknown NotReached',
    ]);
    assert.equal(progress.failure, down);
  });

  for (const reason of ['GatewayUnreachable', 'DataPlaneUnreachable']) {
    it(`says Unknown, not False, of what gave no answer: ${reason}`, async () => {
      const progress = new Progress(types, now);
      await progress.walk(async () => {
        await progress.part('CertificatesReady', good);
        await progress.part('GatewaySynced', () => Promise.reject(transient(reason, 'No answer')));
      });
      assert.equal(inShort(progress)[1], `GatewaySynced=Unknown ${reason}`);
    });
  }

  it('goes on after a part that failed and lets it, and tells that failure, not a later one', async () => {
    const progress = new Progress(types, now);
    await progress.walk(async () => {
      const failure = transient('NginxUnreachable', 'No answer');
      await progress.part('CertificatesReady', async () => ({ ...(await good()), status: 'False' as const, failure }));
      await progress.part('GatewaySynced', () => Promise.reject(down));
    });
    assert.equal(progress.failure?.reason, 'NginxUnreachable');
    assert.equal(inShort(progress)[1], 'GatewaySynced=False GatewayError');
  });

  it('keeps a failure outside of every part', async () => {
    const progress = new Progress(types, now);
    await progress.walk(() => Promise.reject(permanent('InvalidSpec', 'spec.hosts: must not be empty')));
    assert.equal(progress.findings().failure?.reason, 'InvalidSpec');
    assert.ok(inShort(progress).every((part) => part.endsWith('=Unknown NotReached')));
  });

  const gateway = { group: 'default/default', objects: [] };
  for (const { name, addresses, want } of [
    { name: 'where it was proven', addresses: ['10.0.0.1:9443'], want: { ...gateway, dataPlane: ['10.0.0.1:9443'] } },
    { name: 'nothing of that where nothing could be probed', addresses: [], want: gateway },
  ]) {
    it(`tells of the gateway ${name}`, () => {
      const progress = new Progress(types, now);
      progress.setGateway(gateway);
      progress.setDataPlane(addresses);
      assert.deepEqual(progress.findings().gateway, want);
    });
  }

  for (const { name, error } of [
    { name: 'a conflict, of which nobody needs to hear', error: transient('Conflict', 'Somebody wrote first') },
    { name: 'what is no failure of ours', error: new TypeError('a mistake in the program') },
  ]) {
    it(`throws on ${name}`, async () => {
      const progress = new Progress(types, now);
      await assert.rejects(
        progress.walk(async () => void (await progress.part('GatewaySynced', () => Promise.reject(error)))),
        error,
      );
      assert.equal(progress.failure, undefined);
    });
  }
});
