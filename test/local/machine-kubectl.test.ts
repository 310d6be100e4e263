import assert from 'node:assert/strict';
import { fitsServer } from '../../deploy/local/install/machine-kubectl.ts';

describe("the machine's own kubectl", () => {
  for (const { printed, fits } of [
    { printed: 'Client Version: v1.36.2\nKustomize Version: v5.8.1', fits: true },
    { printed: 'Client Version: v1.35.9', fits: true },
    { printed: 'Client Version: v1.37.0-rc.1', fits: true },
    { printed: 'Client Version: v1.32.4-dispatcher', fits: false },
    { printed: 'Client Version: v1.38.0', fits: false },
    { printed: 'Client Version: v2.36.2', fits: false },
    { printed: 'something else', fits: false },
  ]) {
    it(`${fits ? 'fits' : 'does not fit'} a server of 1.36 when it says ${printed.split('\n')[0]}`, () =>
      assert.equal(fitsServer(printed, '1.36.2'), fits));
  }
});
