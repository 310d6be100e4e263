import assert from 'node:assert/strict';
import pino from 'pino';
import { clusterId } from '../../src/kube/cluster-id.ts';
import type { KubeObject } from '../../src/model/kube-object.ts';
import { permanent, transient } from '../../src/std/failure.ts';

type Get = () => Promise<KubeObject | undefined>;

const system: KubeObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { namespace: '', name: 'kube-system', uid: 'u-1' },
};
const ask = (get: Get, signal = new AbortController().signal) =>
  clusterId({ kube: { get }, random: () => 0, log: pino({ level: 'silent' }) }, signal);

describe('the identity of the cluster', () => {
  it('outlasts an API server that is away, and one that has no kube-system yet', async () => {
    const answers: Get[] = [
      () => Promise.reject(transient('ApiServerUnreachable', 'away')),
      async () => undefined,
      async () => system,
    ];
    assert.equal(await ask(() => (answers.shift() as Get)()), 'u-1');
  });

  it('gives up where only a person can help', async () => {
    await assert.rejects(
      ask(() => Promise.reject(permanent('Forbidden', 'no'))),
      { reason: 'Forbidden' },
    );
  });

  it('ends its pause with the reason of a stop', async () => {
    const stop = new AbortController();
    const asked = ask(() => Promise.reject(transient('ApiServerUnreachable', 'away')), stop.signal);
    stop.abort(new Error('stopped'));
    await assert.rejects(asked, /stopped/);
  });
});
