import { mtlsUpstreamSpec } from '../../src/api/mtls-upstream.ts';
import { build } from '../../src/nginx/build.ts';
import type { NginxSpec } from '../../src/nginx/grammar.ts';
import type { Argument, Statement } from '../../src/nginx/model.ts';
import { render } from '../../src/nginx/render.ts';
import type { Parsed } from './nginx-parser.ts';

/** Guide B's server, with its defaults, changed as told: what an API server without our rules could hand over. */
export function aSpec(change: Partial<NginxSpec> = {}): NginxSpec {
  const guideB = { serverName: 'test.com', locations: [anAnswer('Hello API7!')] };
  return { ...mtlsUpstreamSpec.shape.nginx.parse(guideB), ...change };
}

export function anAnswer(body: string, path = '/hello', status = 200): NginxSpec['locations'][number] {
  return { path, requireClientCertificate: false, return: { status, body } };
}

export function aProxy(host: string, path = '/hello', port = 8080): NginxSpec['locations'][number] {
  return { path, requireClientCertificate: false, proxy: { host, port, identityHeaders: false } };
}

export function aService(name: string): NginxSpec['locations'][number] {
  const proxy = { serviceRef: { name }, port: 8080, identityHeaders: false };
  return { path: '/hello', requireClientCertificate: false, proxy };
}

export function withTimeouts(timeouts: object): NginxSpec['locations'][number] {
  const { proxy, ...location } = aProxy('app');
  return { ...location, proxy: { port: 8080, identityHeaders: false, ...proxy, timeouts } };
}

export const purpose = { verifyDepth: 0, namespace: 'shop', uid: 'd8e5a4f0-3c51-4f57-9a3c-6f1f6c1f1f6b' };

export const buildSpec = (nginx: NginxSpec) => build(nginx, purpose);

export function renderSpec(nginx: NginxSpec): string {
  const built = buildSpec(nginx);
  if (!built.ok) throw new Error(`refused: ${built.findings.map(({ message }) => message).join(', ')}`);
  return render(built.value.statements);
}

/** The tree as a parser of the printed text must see it. */
export function asParsed(statement: Statement): Parsed {
  const { name } = statement;
  const args = statement.args.flatMap(asWords);
  return 'body' in statement ? { name, args, body: statement.body.map(asParsed) } : { name, args };
}

function asWords(argument: Argument): readonly string[] {
  if (typeof argument === 'string') return [argument];
  if ('variable' in argument) return [`$${argument.variable}`];
  if ('directory' in argument) return [`$${argument.directory}/${argument.file}`];
  if ('isSet' in argument) return [`($${argument.isSet})`];
  if ('isNot' in argument) return [`($${argument.of}`, '!=', `${argument.isNot})`];
  return [`${argument.text}$${argument.ending}`];
}
