import assert from 'node:assert/strict';
import { existsSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { nginxVersions } from '../nginx/versions.ts';
import { leafDigest } from './content.ts';
import { Rig } from './rig.ts';

const program = join(import.meta.dirname, 'agent-with-fault.ts');

/** The current one: it takes up more in more ways. */
const [, { ensure }] = nginxVersions;

describe('an agent that is killed before any of its steps', function () {
  this.timeout(400_000);
  let rig: Rig;
  before(async () => {
    rig = new Rig((await ensure()) ?? 'nginx');
    await rig.prepare();
  });
  after(() => rig.close());

  const served = async (body: string, leaf: { readonly chainPem: string }) => {
    const result = await rig.probe('/hello');
    assert.ok(result.kind === 'answered', JSON.stringify(result));
    assert.deepEqual([result.body, result.leaf.sha256Fingerprint], [body, leafDigest(leaf)]);
  };

  it('leaves what was served in service, and the next one goes on', async () => {
    let [body, leaf] = ['0', rig.ca.issue()];
    rig.publish({ body, leaf });
    rig.startAgent();
    await rig.until(({ current }) => current !== undefined);
    rig.startNginx();
    await rig.until(({ ready }) => ready);

    const killedBefore: string[] = [];
    for (let step = 1; ; step += 1) {
      await rig.agent?.stop();
      const next = { body: String(step), leaf: rig.ca.issue() };
      rig.publish(next);
      const agent = rig.startAgent({ program: [program, String(step)] });
      // The last number is one that no step has.
      const end = await Promise.race([agent.whenEnded, rig.until(({ ready }) => ready, 60).then(() => 'ready')]);
      if (end === 'ready') {
        await served(next.body, next.leaf);
        break;
      }
      assert.equal(end, 'signal SIGKILL');
      killedBefore.push(/killed before: (.*)/.exec(agent.output())?.[1] ?? '');
      assert.ok(existsSync(join(rig.state, readlinkSync(join(rig.state, 'current')), 'tls.key')));
      const result = await rig.probe('/hello');
      assert.ok(result.kind === 'answered' && [body, next.body].includes(result.body), JSON.stringify(result));
      rig.startAgent();
      await rig.until(({ ready }) => ready);
      await served(next.body, next.leaf);
      [body, leaf] = [next.body, next.leaf];
    }
    for (const step of [
      'write tls.key',
      'rename the release',
      'test',
      'point current',
      'rename current',
      'reload',
      'rename good',
    ])
      assert.ok(killedBefore.includes(step), `${step} is not among ${killedBefore.join(', ')}`);
  });
});
