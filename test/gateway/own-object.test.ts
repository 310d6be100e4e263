import assert from 'node:assert/strict';
import { nameFor } from '../../src/gateway/own-object.ts';
import type { Owner } from '../../src/model/gateway-state.ts';

describe('the name of an object at a gateway', () => {
  const owner: Owner = { cluster: 'c', kind: 'MtlsGateway', namespace: 'shop', name: 'web', uid: 'u' };
  /** Of that length with its dots and its role. */
  const named = (length: number) => nameFor({ ...owner, name: 'n'.repeat(length - 'shop..sni'.length) }, 'sni');

  it('says whose it is and what for', () => assert.equal(nameFor(owner, 'sni'), 'shop.web.sni'));

  it('has 100 characters at most, and is not cut: two could become one', () => {
    assert.equal(named(100), `shop.${'n'.repeat(91)}.sni`);
    assert.match(named(101), /^mtls-[0-9a-f]{16}-sni$/);
  });
});
