import { readFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isProfileName, type ProfileName, profiles } from './profiles.ts';

export interface Options {
  readonly profile: ProfileName;
  readonly directory: string;
  /** Where the Admin API and the data plane listen. */
  readonly address: string;
  readonly adminPort: number;
  readonly httpsPort: number;
  readonly httpPort: number;
  readonly tokenFile: string;
  /** Certificate and key of the Admin API as files; without them the stand-in makes its own. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
  /** Names of the gateway groups of API7 Enterprise. The data plane plays the first. */
  readonly groups: readonly string[];
}

const usage = `usage: main.ts --directory DIR --admin-port N --https-port N --http-port N --token-file FILE
               [--profile ${Object.keys(profiles).join('|')}] [--address IPv4]
               [--tls-cert FILE --tls-key FILE] [--group NAME]...`;

const flags = {
  profile: { type: 'string', default: 'ee-3.10' },
  directory: { type: 'string' },
  address: { type: 'string', default: '127.0.0.1' },
  'admin-port': { type: 'string' },
  'https-port': { type: 'string' },
  'http-port': { type: 'string' },
  'token-file': { type: 'string' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  group: { type: 'string', multiple: true },
} as const;

/** One name is part of the other, so that a client that searches and takes what comes first is found out. */
const defaultGroups = ['default', 'default-2'];

function required(value: string | undefined, flag: string): string {
  if (value === undefined) throw new Error(`--${flag} is missing\n${usage}`);
  return value;
}

function port(value: string | undefined, flag: string): number {
  const number = Number(required(value, flag));
  if (!Number.isInteger(number) || number < 1 || number > 65_535)
    throw new Error(`--${flag} must be a port, 1 to 65535\n${usage}`);
  return number;
}

function profile(name: string): ProfileName {
  if (!isProfileName(name)) throw new Error(`--profile must be one of ${Object.keys(profiles).join(', ')}\n${usage}`);
  return name;
}

function address(text: string): string {
  if (!isIPv4(text)) throw new Error(`--address must be an IPv4 address\n${usage}`);
  return text;
}

function tlsFiles(certFile: string | undefined, keyFile: string | undefined): Pick<Options, 'tls'> {
  if (certFile === undefined && keyFile === undefined) return {};
  return { tls: { certFile: required(certFile, 'tls-cert'), keyFile: required(keyFile, 'tls-key') } };
}

/** Throws with a sentence and the usage. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({ args: [...args], options: flags });
  return {
    profile: profile(values.profile),
    directory: resolve(required(values.directory, 'directory')),
    address: address(values.address),
    adminPort: port(values['admin-port'], 'admin-port'),
    httpsPort: port(values['https-port'], 'https-port'),
    httpPort: port(values['http-port'], 'http-port'),
    tokenFile: required(values['token-file'], 'token-file'),
    ...tlsFiles(values['tls-cert'], values['tls-key']),
    groups: values.group ?? defaultGroups,
  };
}

/** One token a line; what may stand behind it depends on the product. Throws if there is none. */
export function readTokens(file: string): readonly string[] {
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
  if (lines.length === 0) throw new Error(`The token file ${file} holds no token`);
  return lines;
}
