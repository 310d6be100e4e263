import assert from 'node:assert/strict';
import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findNginx } from '../../../src/nginx-agent/nginx/processes.ts';
import { eventually } from '../../harness/eventually.ts';
import { TestCa } from '../../probe/openssl.ts';
import { nginxVersions } from '../nginx/versions.ts';
import { Rig } from './rig.ts';

/** NGINX keeps what it read of a file whose inode and time are the same, over a reload (since 1.27.4). */
const [, { ensure }] = nginxVersions;

describe('a CA that is taken out of ca.crt', () => {
  const removed = new TestCa('REMOVED');
  const client = removed.issueClient();
  let rig: Rig;
  let file: string;
  before(async function () {
    this.timeout(600_000);
    rig = new Rig((await ensure()) ?? 'nginx');
    await rig.prepare();
    file = join(rig.state, 'current', 'ca.crt');
    rig.publish({ leaf: rig.ca.issue(), trust: rig.ca.pem + removed.pem });
    rig.startAgent();
    await rig.until(({ current }) => current !== undefined);
    rig.startNginx();
    await rig.until(({ ready }) => ready);
  });
  after(() => rig.close());

  const statusFor = async () => {
    const result = await rig.probe('/hello', client);
    assert.ok(result.kind === 'answered', JSON.stringify(result));
    return result.status;
  };

  const reloadByHand = async () => {
    const find = () => findNginx(join(rig.state, 'nginx.pid'));
    const before = await find();
    rig.hangUp();
    await eventually(async () => {
      const workers = (await find())?.workers ?? [];
      const old = before?.workers.map(({ pid }) => pid) ?? [];
      assert.ok(workers.length > 0 && workers.every(({ pid }) => !old.includes(pid)));
    });
  };

  it('stays trusted where somebody writes into the file, keeps its time and reloads NGINX', async () => {
    await rig.agent?.stop();
    assert.equal(await statusFor(), 200);
    const { atime, mtime } = statSync(file);
    writeFileSync(file, rig.ca.pem);
    utimesSync(file, atime, mtime);
    await reloadByHand();
    assert.equal(readFileSync(file, 'utf8'), rig.ca.pem);
    assert.equal(await statusFor(), 200);
  });

  it('is no longer trusted once the agent has taken it up', async () => {
    rig.startAgent();
    rig.publish({ leaf: rig.ca.issue(), trust: rig.ca.pem });
    const wanted = await rig.wantedId();
    await rig.until(({ ready, current }) => ready && current?.id === wanted);
    assert.equal(await statusFor(), 400);
  });
});
