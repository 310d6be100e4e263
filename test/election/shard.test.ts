import assert from 'node:assert/strict';
import fc from 'fast-check';
import { leaseName } from '../../src/election/leases.ts';
import { fnv1a, owns, parseShard } from '../../src/election/shard.ts';

const text = fc.string({ minLength: 1, maxLength: 40 });

describe('shards', () => {
  it('give every resource to exactly one of them, always the same', () => {
    fc.assert(
      fc.property(text, text, fc.integer({ min: 1, max: 32 }), (namespace, name, count) => {
        const owners = Array.from({ length: count }, (_, index) => index).filter((index) =>
          owns({ index, count }, { namespace, name }),
        );
        assert.equal(owners.length, 1);
      }),
    );
  });

  for (const { of, hash } of [
    // Of the test vectors in draft-eastlake-fnv, appendix C.
    { of: '', hash: 0x811c9dc5 },
    { of: 'a', hash: 0xe40c292c },
    { of: 'foobar', hash: 0xbf9cf968 },
  ]) {
    it(`hashes ${JSON.stringify(of)} as FNV-1a does, so that a new version moves no resource`, () => {
      assert.equal(fnv1a(of), hash);
    });
  }

  it('share 3,000 resources about equally', () => {
    const counts = [0, 0, 0];
    for (let n = 0; n < 3_000; n += 1) {
      const index = [0, 1, 2].find((i) =>
        owns({ index: i, count: 3 }, { namespace: `team-${n % 50}`, name: `web-${n}` }),
      );
      counts[index ?? 0] = (counts[index ?? 0] ?? 0) + 1;
    }
    for (const count of counts) assert.ok(count > 900 && count < 1_100, counts.join(', '));
  });

  for (const { given, want } of [
    { given: '0/1', want: { index: 0, count: 1 } },
    { given: '2/3', want: { index: 2, count: 3 } },
    { given: '3/3', want: undefined },
    { given: '0/0', want: undefined },
    { given: '-1/3', want: undefined },
    { given: '1', want: undefined },
    { given: '1/3/5', want: undefined },
    { given: '1/1000', want: undefined },
  ]) {
    it(`reads ${given} as ${JSON.stringify(want)}`, () => assert.deepEqual(parseShard(given), want));
  }

  it('have a lease each', () => {
    assert.equal(leaseName('mtls-operator'), 'mtls-operator');
    assert.equal(leaseName('mtls-operator', { index: 1, count: 3 }), 'mtls-operator-shard-1-of-3');
  });
});
