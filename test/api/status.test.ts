import assert from 'node:assert/strict';
import { type GatewayStatus, gatewayLabel, objectsAt } from '../../src/api/status.ts';

const objects = [{ kind: 'snis', id: 'mtls-1' }];

describe('the gateway of a status', () => {
  const cases: readonly { what: string; status?: GatewayStatus; want: string | undefined }[] = [
    { what: 'its names', status: { name: 'edge', group: 'eu', objects }, want: 'edge/eu' },
    { what: 'a group with a slash', status: { name: 'edge', group: 'eu/west', objects }, want: 'edge/eu/west' },
    { what: 'what an earlier version wrote', status: { group: 'edge/eu', objects }, want: 'edge/eu' },
    { what: 'a group alone, which could be at any gateway', status: { group: 'eu', objects }, want: undefined },
    { what: 'nothing', want: undefined },
  ];
  for (const { what, status, want } of cases) {
    it(`is ${want ?? 'not known'} by ${what}`, () => {
      assert.equal(gatewayLabel(status), want);
    });
  }

  it('has its objects there and nowhere else', () => {
    const status = { name: 'edge', group: 'eu', objects };
    assert.deepEqual([objectsAt('edge/eu', status), objectsAt('edge/us', status)], [objects, []]);
    assert.deepEqual(objectsAt('edge/eu', undefined), []);
  });
});
