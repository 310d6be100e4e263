import assert from 'node:assert/strict';
import { benchNginx } from '../../bench/nginx/nginx.ts';

describe('the bench of NGINX under the agent', () => {
  it('runs with both versions, loses nothing that a client may not repeat, and shows nobody a bad release', async function () {
    this.timeout(600_000);
    const figures = await benchNginx(['--changes', '2', '--bad', '2', '--rate', '40', '--handshakes', '60']);
    const of = (name: string) => figures.filter((figure) => figure.name.includes(name));
    assert.equal(of('CPU of a handshake, static config').length, 2);
    assert.deepEqual(
      [...of('failed, not to be repeated'), ...of('seen by a client')].filter(({ value }) => value !== 0),
      [],
    );
    assert.ok(of('requests').every(({ value }) => value > 0));
    const [leaves] = of('2 changes of leaf: reloads').slice(-1);
    assert.equal(leaves?.value, 0);
  });
});
