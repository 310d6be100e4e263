import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import pino from 'pino';
import { parseOperatorConfig } from '../../src/api/operator-config.ts';
import type { OperatorOptions } from '../../src/operator/options.ts';
import type { Loopback } from '../kube/loopback.ts';

/** An operator of the namespace `shop` with an election, whose API server is that one; `gateway` is said of its gateway. */
export function optionsFor(server: Loopback, gateway: object = {}): OperatorOptions {
  const parsed = parseOperatorConfig({
    gateways: [{ name: 'main', type: 'apisix', adminUrl: 'https://127.0.0.1:1', tokenFile: '/nowhere', ...gateway }],
    leaderElection: { namespace: 'here' },
    watchNamespaces: ['shop'],
  });
  assert.ok(parsed.ok);
  return {
    config: parsed.value,
    source: { kind: 'file', path: server.kubeconfig() },
    clock: { now: () => Temporal.Now.instant() },
    random: Math.random,
    randomBytes: (count) => randomBytes(count),
    log: pino({ level: 'silent' }),
  };
}
