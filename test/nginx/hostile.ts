import fc from 'fast-check';
import type { NginxSpec } from '../../src/nginx/grammar.ts';
import { aSpec } from './specs.ts';

/** Text that a user could send: signs of NGINX's language often, any character of Unicode sometimes, also broken ones. */
const sign = fc.constantFrom(...'"\'\\;{}$#~^=@%/.- \t\r\n\0abzAZ019_()');
const harmless = fc.constantFrom(...'abzAZ019-./_~');
export const anyText = fc.oneof(
  fc.string({ unit: harmless, maxLength: 12 }),
  fc
    .tuple(fc.string({ unit: harmless, maxLength: 6 }), sign, fc.string({ unit: harmless, maxLength: 6 }))
    .map((parts) => parts.join('')),
  fc.string({ unit: sign, maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: fc.oneof(sign, fc.constantFrom('\u2028', '\ud800', '\u0085', 'ü', '界', '🔐')), maxLength: 1200 }),
);

/** Every field is there, so that every field can be the hostile one. */
const whole = aSpec({
  additionalListen: [9443],
  additionalServerNames: ['*.test.com'],
  unknownNames: 'Reject',
  tls: { versions: ['TLSv1.3'], ciphers: 'Intermediate' },
  clientVerification: { mode: 'Optional', depth: 2, revocationLists: true },
  resolvers: ['10.0.0.10'],
  locations: [
    { path: '/a', requireClientCertificate: true, return: { status: 200, body: 'a', contentType: 'text/css' } },
    { path: '/b', requireClientCertificate: false, root: '/srv/b' },
    { path: '/c', requireClientCertificate: false, proxy: { host: 'app', port: 80, identityHeaders: true } },
    {
      path: '/d',
      requireClientCertificate: false,
      proxy: { serviceRef: { name: 'app' }, port: 80, identityHeaders: false, timeouts: { readSeconds: 5 } },
    },
  ],
});

export interface Hostile {
  /** Where the text stands, for people. */
  readonly field: string;
  readonly spec: NginxSpec;
}

/** So many specs, the same ones for the same seed: each has a text of anybody's in one field, whatever its type. */
export function* hostileSpecs(seed: number, count: number): Generator<Hostile> {
  const fields = [...leavesOf(whole, [])];
  let at = 0;
  for (const text of fc.sample(anyText, { seed, numRuns: count })) {
    const path = fields[at++ % fields.length] ?? [];
    yield { field: path.join('.'), spec: replaced(whole, path, text) as NginxSpec };
  }
}

/** A path is hostile after its first sign, which the grammar asks for: else few would get past it. */
function replaced(tree: unknown, [step, ...rest]: readonly string[], text: string): unknown {
  if (step === undefined) return typeof tree === 'string' && tree.startsWith('/') ? `/${text}` : text;
  if (Array.isArray(tree)) return tree.with(Number(step), replaced(tree[Number(step)], rest, text));
  const fields = tree as Readonly<Record<string, unknown>>;
  return { ...fields, [step]: replaced(fields[step], rest, text) };
}

function* leavesOf(tree: unknown, path: readonly string[]): Generator<readonly string[]> {
  if (typeof tree !== 'object' || tree === null) yield path;
  else for (const [step, inner] of Object.entries(tree)) yield* leavesOf(inner, [...path, step]);
}
