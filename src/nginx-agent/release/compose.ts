import type { Release } from '../../nginx/release.ts';
import { renderRelease } from '../../nginx/release.ts';
import { sha256Hex } from '../../std/digest.ts';
import type { Abilities } from '../nginx/version.ts';
import type { Place } from '../options.ts';
import { type About, printAbout } from './about.ts';
import { digestOfNames } from './authorities.ts';

/** What came with the Secret and the ConfigMap, and belongs together. */
export interface Inputs {
  readonly release: Release;
  readonly certificate: Buffer;
  readonly key: Buffer;
  readonly trust: Buffer;
  readonly revoked?: Buffer;
  readonly leaf: { readonly notBefore: Temporal.Instant; readonly notAfter: Temporal.Instant };
  /** Names of the CAs in `trust`. */
  readonly authorities: readonly Uint8Array[];
}

/** All files of a release directory. The same inputs at the same place give the same bytes. */
export interface Composed {
  readonly about: About;
  readonly files: ReadonlyMap<string, Buffer | string>;
}

/** The file that NGINX loads, and the one that `nginx -t` is asked about: that one names the release's own directory. */
export const testFile = 'test.conf';
const mainFile = ({ form }: Pick<Place, 'form'>) => (form === 'whole' ? 'nginx.conf' : 'mtls.conf');

/** Pure. */
export function compose(inputs: Inputs, place: Place, abilities: Abilities): Composed {
  const { release, certificate, key, trust, revoked } = inputs;
  // What a text tells is a part of it, so the digest is taken of one that tells nothing.
  const unnamed = textFor(release, place, abilities, '0'.repeat(16));
  const leaf = [certificate, key];
  const loads = digest([unnamed, trust, revoked ?? '', ...(abilities.canSwapLeaf ? [] : leaf)]);
  const id = digest([loads, ...leaf]);
  const about = describe(inputs, id, loads);
  const files = new Map<string, Buffer | string>([
    ['tls.crt', certificate],
    ['tls.key', key],
    ['ca.crt', trust],
    ...(revoked === undefined ? [] : [['ca.crl', revoked] as const]),
    [mainFile(place), textFor(release, place, abilities, loads)],
    [testFile, testTextFor(release, place, abilities, id)],
    ['about.json', printAbout(about)],
  ]);
  return { about, files };
}

function describe({ release, leaf, authorities }: Inputs, id: string, loads: string): About {
  const { nginx } = release;
  return {
    id,
    loads,
    leaf: release.leaf,
    notBefore: leaf.notBefore.toString(),
    notAfter: leaf.notAfter.toString(),
    authorities: digestOfNames(authorities),
    ports: [nginx.listen, ...(nginx.additionalListen ?? [])],
    serverName: nginx.serverName,
  };
}

function textFor(release: Release, { state, form }: Place, abilities: Abilities, told: string): string {
  return renderRelease(release, {
    ...abilities,
    directory: `${state}/current`,
    agent: { listen: `unix:${state}/agent.sock`, release: told },
    ...(form === 'whole' && { whole: { pid: `${state}/nginx.pid`, temp: `${state}/temp` } }),
  });
}

/** Names the leaf by its path, so that NGINX's own OpenSSL judges it; and a pid of its own, which `nginx -t` writes. */
function testTextFor(release: Release, { state }: Place, abilities: Abilities, id: string): string {
  return renderRelease(release, {
    canKeepIdle: abilities.canKeepIdle,
    canSwapLeaf: false,
    directory: `${state}/releases/${id}`,
    whole: { pid: `${state}/test.pid`, temp: `${state}/temp` },
  });
}

/** Each part goes in as its digest: what ends one never begins the next. */
function digest(parts: readonly (Buffer | string)[]): string {
  return sha256Hex(parts.map((part) => sha256Hex(part)).join('\n')).slice(0, 16);
}
