import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { SetupFailure } from '../../deploy/local/setup-failure.ts';
import type { Target } from './target.ts';

const usage = `npm run test:gateway
npm run test:gateway -- --type apisix|api7-ee --admin URL --token-file FILE [--ca-file FILE]
                        --https HOST:PORT --http HOST:PORT --upstream-host IP [--group NAME]...`;

const flags = {
  type: { type: 'string' },
  admin: { type: 'string' },
  'token-file': { type: 'string' },
  'ca-file': { type: 'string' },
  https: { type: 'string' },
  http: { type: 'string' },
  'upstream-host': { type: 'string' },
  group: { type: 'string', multiple: true },
} as const;

type Values = ReturnType<typeof parse>;

const refuse = (sentence: string) => new SetupFailure(`${sentence}\n${usage}`);

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags }).values;
  } catch {
    throw refuse('The options are not understood.');
  }
}

function required(values: Values, flag: Exclude<keyof Values, 'group'>): string {
  const value = values[flag];
  if (value === undefined) throw refuse(`--${flag} is missing.`);
  return value;
}

function typeOf(values: Values): Target['type'] {
  const type = required(values, 'type');
  if (type !== 'apisix' && type !== 'api7-ee') throw refuse('--type must be apisix or api7-ee.');
  return type;
}

/** https, as the operator wants it: the token travels in a header of every request. */
function adminOf(values: Values): string {
  const url = URL.parse(required(values, 'admin'));
  if (url?.protocol !== 'https:') throw refuse('--admin must be an https URL.');
  return url.href.replace(/\/$/, '');
}

function portOf(values: Values, flag: 'https' | 'http'): Target['https'] {
  const [, host = '', port = ''] = /^(.+):(\d{1,5})$/.exec(required(values, flag)) ?? [];
  if (host === '' || Number(port) < 1 || Number(port) > 65_535) throw refuse(`--${flag} must be HOST:PORT.`);
  return { host, port: Number(port) };
}

function upstreamHostOf(values: Values): string {
  const host = required(values, 'upstream-host');
  if (isIP(host) !== 4)
    throw refuse('--upstream-host must be an IPv4 address of this machine that the gateway reaches.');
  return host;
}

function contentOf(values: Values, flag: 'token-file' | 'ca-file'): string {
  try {
    return readFileSync(required(values, flag), 'utf8').trim();
  } catch (error) {
    throw error instanceof SetupFailure ? error : refuse(`The file of --${flag} cannot be read.`);
  }
}

/** The live gateway that is meant; undefined, without any option, for the stand-ins. Throws a SetupFailure with the usage. */
export function parseOptions(args: readonly string[]): Target | undefined {
  if (args.length === 0) return undefined;
  const values = parse(args);
  const caFile = values['ca-file'];
  const [group = 'default', ...furtherGroups] = values.group ?? [];
  return {
    type: typeOf(values),
    admin: {
      url: adminOf(values),
      token: contentOf(values, 'token-file'),
      ...(caFile === undefined ? {} : { ca: contentOf(values, 'ca-file') }),
    },
    tokenFile: resolve(required(values, 'token-file')),
    ...(caFile === undefined ? {} : { caFile: resolve(caFile) }),
    https: portOf(values, 'https'),
    http: portOf(values, 'http'),
    upstreamHost: upstreamHostOf(values),
    group,
    furtherGroups,
  };
}
