import assert from 'node:assert/strict';
import { Draft, type Found, type PartPlan } from '../../src/plan/draft.ts';
import { permanent, transient } from '../../src/std/failure.ts';
import { finish, type Steps } from '../../src/std/steps.ts';

const types = ['CertificatesReady', 'GatewaySynced', 'Enforced'] as const;
const good: Found<string> = { value: 'made', reason: 'Synced', message: 'All there' };
const down = transient('GatewayError', 'It answered 500');
const inShort = (draft: Draft) =>
  draft.findings().parts.map(({ type, status, reason }) => `${type}=${status} ${reason}`);

// biome-ignore lint/correctness/useYield: it takes no time
function* is(part: PartPlan<string>): Steps<PartPlan<string>> {
  return part;
}

// biome-ignore lint/correctness/useYield: it takes no time
function* fails(error: Error): Steps<PartPlan<string>> {
  throw error;
}

const follow = (draft: Draft, way: () => Steps<void>) => finish(draft.follow(way()));

describe('a plan while it is made', () => {
  it('goes from part to part, each with what the one before gave', () => {
    const draft = new Draft(types);
    follow(draft, function* () {
      assert.equal(yield* draft.part('CertificatesReady', is(good)), 'made');
      yield* draft.part('GatewaySynced', is(good));
      yield* draft.part('Enforced', is({ ...good, status: 'Unknown', reason: 'NotProbed' }));
    });
    assert.deepEqual(inShort(draft), [
      'CertificatesReady=True Synced',
      'GatewaySynced=True Synced',
      'Enforced=Unknown NotProbed',
    ]);
    assert.equal(draft.failure, undefined);
  });

  it('ends at the first failure, and says of the rest that it was not reached', () => {
    const draft = new Draft(types);
    follow(draft, function* () {
      yield* draft.part('CertificatesReady', is(good));
      yield* draft.part('GatewaySynced', fails(down));
      assert.fail('goes on after a failure');
    });
    assert.deepEqual(inShort(draft), [
      'CertificatesReady=True Synced',
      'GatewaySynced=False GatewayError',
      'Enforced=Unknown NotReached',
    ]);
    assert.equal(draft.failure, down);
  });

  for (const needed of [{ looks: [] }, { steps: [] }]) {
    it(`has no value for a part that needs ${Object.keys(needed)} first, and says nothing of it`, () => {
      const draft = new Draft(types);
      follow(draft, function* () {
        assert.equal(yield* draft.part('CertificatesReady', is(needed)), undefined);
      });
      assert.equal(draft.needed, needed);
      assert.equal(inShort(draft)[0], 'CertificatesReady=Unknown NotReached');
    });
  }

  for (const reason of ['GatewayUnreachable', 'DataPlaneUnreachable']) {
    it(`says Unknown, not False, of what gave no answer: ${reason}`, () => {
      const draft = new Draft(types);
      follow(draft, function* () {
        yield* draft.part('CertificatesReady', is(good));
        yield* draft.part('GatewaySynced', fails(transient(reason, 'No answer')));
      });
      assert.equal(inShort(draft)[1], `GatewaySynced=Unknown ${reason}`);
    });
  }

  it('goes on after a part that failed and lets it, and tells that failure, not a later one', () => {
    const draft = new Draft(types);
    follow(draft, function* () {
      const failure = transient('NginxUnreachable', 'No answer');
      yield* draft.part('CertificatesReady', is({ ...good, status: 'False', failure }));
      yield* draft.part('GatewaySynced', fails(down));
    });
    assert.equal(draft.failure?.reason, 'NginxUnreachable');
    assert.equal(inShort(draft)[1], 'GatewaySynced=False GatewayError');
  });

  it('keeps a failure outside of every part', () => {
    const draft = new Draft(types);
    // biome-ignore lint/correctness/useYield: it takes no time
    follow(draft, function* () {
      throw permanent('InvalidSpec', 'spec.hosts: must not be empty');
    });
    assert.equal(draft.findings().failure?.reason, 'InvalidSpec');
    assert.ok(inShort(draft).every((part) => part.endsWith('=Unknown NotReached')));
  });

  const gateway = { name: 'default', group: 'default', objects: [] };
  for (const { name, addresses, want } of [
    { name: 'where it was proven', addresses: ['10.0.0.1:9443'], want: { ...gateway, dataPlane: ['10.0.0.1:9443'] } },
    { name: 'nothing of that where nothing could be probed', addresses: [], want: gateway },
  ]) {
    it(`tells of the gateway ${name}`, () => {
      const draft = new Draft(types);
      draft.setGateway(gateway);
      draft.setDataPlane(addresses);
      assert.deepEqual(draft.findings().gateway, want);
    });
  }

  it('throws on what is no failure of ours', () => {
    const draft = new Draft(types);
    const error = new TypeError('a mistake in the program');
    assert.throws(
      () =>
        follow(draft, function* () {
          yield* draft.part('GatewaySynced', fails(error));
        }),
      error,
    );
    assert.equal(draft.failure, undefined);
  });
});
