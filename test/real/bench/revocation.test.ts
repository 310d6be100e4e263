import assert from 'node:assert/strict';
import type { Figure } from '../../bench/figure.ts';
import { benchRevocation } from '../../bench/revocation/revocation.ts';

/** How soon it is refused is for a quiet machine to say. */
describe('bench of revocations, with 6 MtlsGateways', function () {
  this.timeout(180_000);
  let figures: readonly Figure[];

  before(async () => {
    figures = await benchRevocation(['--count', '6', '--revoked', '3']);
  });

  it('has every client refused that is revoked, and measures how soon', () => {
    const value = (name: string) => figures.find((figure) => figure.name === name)?.value ?? 0;
    assert.equal(value('clients revoked'), 3);
    assert.ok(value('from spec to refusal, p50') > 0);
    assert.ok(value("the gateway's share of it, p50") > 0);
  });
});
