/**
 * The operator with a clock of years ago, for expired.test.ts: what it issues has expired by now. Started in the node's
 * network with a configuration, a kubeconfig and a duration.
 */
import { randomBytes } from 'node:crypto';
import { loadConfig } from '../../src/config.ts';
import { createLogger } from '../../src/log.ts';
import { runOperator } from '../../src/operator/operator.ts';

const [config = '', kubeconfig = '', ago = ''] = process.argv.slice(2);
const launch = loadConfig({ config, kubeconfig });
if (launch instanceof Error) throw launch;
const back = Temporal.Duration.from(ago);
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
await runOperator(
  {
    config: launch,
    source: { kind: 'file', path: kubeconfig },
    clock: { now: () => Temporal.Now.instant().subtract(back) },
    // The clock of the API server is the present one.
    clockTolerance: back.add(back),
    random: Math.random,
    randomBytes: (count) => randomBytes(count),
    log: createLogger('info'),
  },
  stop.signal,
);
process.exit(0);
