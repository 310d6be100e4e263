import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import pino from 'pino';
import { defaultReleaseMilliseconds } from '../src/election/elector.ts';
import { endAtCrash, reserve, stopSignal } from '../src/ending.ts';
import { drainMilliseconds } from '../src/events/recorder.ts';
import { usualPatience } from '../src/gateway/transport.ts';
import { toMilliseconds } from '../src/std/duration.ts';
import { permanent } from '../src/std/failure.ts';
import { eventually } from './harness/eventually.ts';

describe('the end of the process', () => {
  let source: EventEmitter;
  let codes: number[];
  let lines: { readonly msg: string; readonly signal?: string; readonly reason?: string; readonly error?: string }[];
  beforeEach(() => {
    [source, codes, lines] = [new EventEmitter(), [], []];
  });

  const ending = () => ({
    exit: (code: number) => void codes.push(code),
    log: pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) }),
  });
  const listen = (patience = { minutes: 1 } as Temporal.DurationLike) =>
    stopSignal(source, { ...ending(), patience: Temporal.Duration.from(patience) });

  for (const signals of [
    ['SIGTERM', 'SIGTERM'],
    ['SIGINT', 'SIGTERM'],
  ]) {
    it(`begins at ${signals[0]}, and comes at once with a ${signals[1]} after it`, () => {
      const stop = listen();
      source.emit(signals[0] ?? '');
      assert.deepEqual([stop.aborted, codes, lines], [true, [], []]);
      source.emit(signals[1] ?? '');
      assert.deepEqual(codes, [1]);
      assert.deepEqual(
        lines.map(({ signal, msg }) => [signal, msg]),
        [[signals[1], 'second signal to stop: ends at once']],
      );
    });
  }

  it('comes by force where a stop takes too long, and says so', async () => {
    listen({ milliseconds: 20 });
    source.emit('SIGTERM');
    await eventually(() => assert.deepEqual(codes, [1]));
    assert.match(lines[0]?.msg ?? '', /^the grace period is over/);
  });

  it('is left enough time for what a stop does at last, and Kubernetes leaves more than that', () => {
    const needed = toMilliseconds(usualPatience.attempt) + drainMilliseconds + 2 * defaultReleaseMilliseconds;
    assert.ok(needed < toMilliseconds(reserve), `${needed} ms are needed`);
    const number = (file: string, pattern: RegExp) => Number(pattern.exec(readFileSync(file, 'utf8'))?.[1]);
    const beyond = /terminationGracePeriodSeconds: \{\{ add \.Values\.gracePeriodSeconds (\d+) \}\}/;
    const whole = number('deploy/base/operator/deployment.yaml', /terminationGracePeriodSeconds: (\d+)/);
    const grace = number('deploy/base/operator/config.yaml', /gracePeriod: (\d+)s/);
    for (const left of [number('helm/mtls-operator/templates/deployment.yaml', beyond), whole - grace])
      assert.ok(left > reserve.total('seconds'), `${left} s are left`);
  });

  for (const { name, error, says } of [
    { name: 'a failure, as its sentence', error: permanent('Moved', 'It has moved'), says: ['Moved', 'It has moved'] },
    { name: 'a defect, as where it was', error: new TypeError('s3cret'), says: ['TypeError', 'operator crashed'] },
    { name: 'anything that is thrown', error: 's3cret', says: ['string', 'operator crashed'] },
  ]) {
    it(`comes with code 1 at what nobody caught: ${name}`, () => {
      endAtCrash(source, ending());
      source.emit('uncaughtException', error);
      assert.deepEqual(codes, [1]);
      assert.deepEqual(
        lines.map(({ reason, error: of, msg }) => [reason ?? of, msg]),
        [says],
      );
    });
  }

  it('of the operator itself tells of a defect without what it says', async function () {
    this.timeout(20_000);
    const directory = mkdtempSync(join(tmpdir(), 'mtls-operator-ending-'));
    const [config, kubeconfig] = [join(directory, 'config'), join(directory, 'kubeconfig')];
    const gateway = { name: 'default', type: 'apisix', adminUrl: 'https://127.0.0.1:1', tokenFile: '/nowhere' };
    writeFileSync(config, JSON.stringify({ gateways: [gateway] }));
    const clusters = [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }];
    const contexts = [{ name: 'c', context: { cluster: 'c', user: 'u' } }];
    const users = [{ name: 'u', user: { token: 't' } }];
    writeFileSync(kubeconfig, JSON.stringify({ 'current-context': 'c', clusters, contexts, users }));
    const rejects = "await null; throw new TypeError('token s3cret')";
    const defect = `setInterval(async () => { if (process.listenerCount('SIGTERM') > 0) { ${rejects} } }, 10)`;
    const args = ['--import', `data:text/javascript,${defect}`, 'src/main.ts', '--config', config];
    const ended = await execa(process.execPath, [...args, '--kubeconfig', kubeconfig], { reject: false, all: true });
    rmSync(directory, { recursive: true });
    assert.equal(ended.exitCode, 1, ended.all);
    assert.match(ended.all, /"error":"TypeError","frames":\[.*\],"msg":"operator crashed"/);
    assert.doesNotMatch(ended.all, /s3cret/);
  });
});
