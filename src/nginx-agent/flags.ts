import { isAbsolute, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { logLevels, parseListenAddress } from '../api/operator-config.ts';
import { parseDuration } from '../std/duration.ts';
import { Failure, permanent } from '../std/failure.ts';
import type { AgentOptions } from './options.ts';

/** As given; a group is a name or a number, and is looked up by who runs the agent. */
export type AgentFlags = Omit<AgentOptions, 'group'> & { readonly groupName?: string };

export const agentHelp = `usage: mtls-operator nginx-agent [--nginx FILE] [more flags]

Beside one NGINX: takes up what the operator wrote into a Secret and a ConfigMap, tests it, has NGINX load it or read the
new certificate, and looks until NGINX serves it. What fails goes back to what was served before.

  --secret-dir DIR       the server Secret: tls.crt, tls.key, ca.crt, ca.crl (default /etc/mtls-operator/tls)
  --config-dir DIR       the ConfigMap: release.json (default /etc/mtls-operator/config)
  --state-dir DIR        where releases are laid out for NGINX (default /run/mtls-operator)
  --nginx FILE           the program, where NGINX runs on this machine; by default it runs in a container beside the
                         agent, started by /bin/sh STATE-DIR/start.sh
  --conf-d               NGINX has an nginx.conf of its own, which includes STATE-DIR/current/mtls.conf; by default the
                         release is the whole nginx.conf. Needs --nginx
  --nginx-config FILE    that nginx.conf, where it is not the one that NGINX takes by itself
  --pid-file FILE        the pid of NGINX (default STATE-DIR/nginx.pid)
  --group GROUP          who may read releases beside the user of the agent: a name or a number
  --nginx-address HOST   where the ports of NGINX are asked (default 127.0.0.1)
  --status-address HOST:PORT
                         /status, /metrics, /healthz, /readyz, /servez, /startz (default :9180, with --nginx 127.0.0.1:9180)
  --reload-timeout TIME  what NGINX may take to replace its workers before the release goes back (default 4s)
  --log-level LEVEL      ${logLevels.join(', ')} (default info)`;

const text = { type: 'string' } as const;
const flags = {
  'secret-dir': text,
  'config-dir': text,
  'state-dir': text,
  nginx: text,
  'conf-d': { type: 'boolean' },
  'nginx-config': text,
  'pid-file': text,
  group: text,
  'nginx-address': text,
  'status-address': text,
  'reload-timeout': text,
  'log-level': text,
  help: { type: 'boolean', short: 'h' },
} as const;

/** Of a Unix socket: the kernel takes 107 octets. */
const longestState = 107 - '/agent.sock'.length;
const directoryForm = /^(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/;

/** The flags behind `nginx-agent`, or what is wrong with them as a sentence. */
export function parseAgentFlags(argv: readonly string[]): AgentFlags | 'help' | Failure {
  const given = tokenize(argv);
  if (given === undefined)
    return invalid('The flags of nginx-agent are not valid; see mtls-operator nginx-agent --help');
  if (given.help) return 'help';
  const wrong = findContradiction(given);
  return wrong === undefined ? readFlags(given) : invalid(wrong);
}

type Given = NonNullable<ReturnType<typeof tokenize>>;

function findContradiction({ nginx, 'conf-d': isIncluded, 'nginx-config': mainConfig }: Given): string | undefined {
  if (isIncluded && nginx === undefined) return '--conf-d needs --nginx';
  if (mainConfig !== undefined && !isIncluded) return '--nginx-config needs --conf-d';
  return nginx === undefined || isAbsolute(nginx) ? undefined : '--nginx must be an absolute path';
}

function readFlags(given: Given): AgentFlags | Failure {
  const values = readValues(given);
  if (values instanceof Failure) return values;
  const { nginx: program, 'nginx-config': mainConfig, group } = given;
  return {
    secretDirectory: resolve(given['secret-dir'] ?? '/etc/mtls-operator/tls'),
    configDirectory: resolve(given['config-dir'] ?? '/etc/mtls-operator/config'),
    ...(program !== undefined && { program }),
    ...(mainConfig !== undefined && { mainConfig: resolve(mainConfig) }),
    pidFile: resolve(given['pid-file'] ?? `${values.place.state}/nginx.pid`),
    ...(group !== undefined && { groupName: group }),
    nginxAddress: given['nginx-address'] ?? '127.0.0.1',
    ...values,
  };
}

/** The flags whose values have a form. */
function readValues(given: Given) {
  const state = resolve(given['state-dir'] ?? '/run/mtls-operator');
  const ownAddress = given.nginx === undefined ? ':9180' : '127.0.0.1:9180';
  const statusAddress = parseListenAddress(given['status-address'] ?? ownAddress);
  const logLevel = logLevels.find((known) => known === (given['log-level'] ?? 'info'));
  const reloadTimeout = readTimeout(given['reload-timeout'] ?? '4s');
  if (!directoryForm.test(state) || state.length > longestState)
    return invalid(`--state-dir must be a path of letters, digits and . _ - with at most ${longestState} characters`);
  if (statusAddress === undefined) return invalid('--status-address must be HOST:PORT or :PORT');
  if (logLevel === undefined) return invalid(`--log-level must be one of ${logLevels.join(', ')}`);
  if (reloadTimeout === undefined) return invalid('--reload-timeout must be a duration from 1s to 5m, like 10s');
  const form = given['conf-d'] ? ('included' as const) : ('whole' as const);
  return { place: { state, form }, statusAddress, logLevel, reloadTimeout };
}

function tokenize(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: flags }).values;
  } catch {
    return undefined;
  }
}

function readTimeout(duration: string): Temporal.Duration | undefined {
  try {
    const timeout = parseDuration(duration);
    const inSeconds = timeout.total('seconds');
    return inSeconds >= 1 && inSeconds <= 300 ? timeout : undefined;
  } catch {
    return undefined;
  }
}

function invalid(message: string): Failure {
  return permanent('InvalidFlags', message);
}
