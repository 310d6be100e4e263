import assert from 'node:assert/strict';
import { keyAlgorithms } from '../../../src/pki/keys/algorithm.ts';
import { renderFigures } from '../../bench/figure.ts';
import { benchPki } from '../../bench/pki.ts';

describe('the bench of keys and certificates', () => {
  it('has figures for each algorithm, each reading and the loop, of a very small run', async function () {
    this.timeout(60_000);
    const figures = await benchPki({ rounds: 1, atMost: 1 });
    assert.equal(figures.length, 3 * keyAlgorithms.length + 3 * 2 + 1);
    // Of so few the clock of the thread, which goes in steps, may see nothing.
    for (const { name, value, unit } of figures) {
      assert.ok(Number.isFinite(value) && (unit === 'ms each' ? value >= 0 : value > 0), `${name}: ${value}`);
    }
    const text = renderFigures('pki', figures);
    for (const { name } of figures) assert.ok(text.includes(name), name);
  });
});
