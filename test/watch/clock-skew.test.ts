import assert from 'node:assert/strict';
import { clockTolerance, findSkew, skewOf } from '../../src/watch/clock-skew.ts';

const server = Temporal.Instant.from('2026-11-29T12:00:00Z');

describe('the clock of the operator', () => {
  for (const { what, ahead, want } of [
    { what: 'that agrees', ahead: 0, want: undefined },
    { what: 'five minutes ahead', ahead: 300, want: undefined },
    { what: 'five minutes behind', ahead: -300, want: undefined },
    { what: 'a second more ahead', ahead: 301, want: '5 minutes ahead of' },
    { what: 'a second more behind', ahead: -301, want: '5 minutes behind' },
    { what: 'an hour and a half behind', ahead: -5_400, want: '90 minutes behind' },
    { what: 'three hours ahead', ahead: 10_800, want: '3 hours ahead of' },
    { what: '70 days ahead', ahead: 70 * 86_400, want: '70 days ahead of' },
  ]) {
    it(`${want === undefined ? 'is trusted' : 'is told'}: one ${what}`, () => {
      const found = findSkew(skewOf(server.add({ seconds: ahead }), server), clockTolerance);
      const message = `The clock of the operator is ${want} the clock of the API server: the operator writes nothing until they agree`;
      assert.equal(found, want && message);
    });
  }

  it('is trusted while nobody knows the time of the API server', () => {
    assert.equal(findSkew(skewOf(server, undefined), clockTolerance), undefined);
  });
});
