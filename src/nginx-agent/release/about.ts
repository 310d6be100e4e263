import { parseJson } from '../../std/json.ts';

/** What a release is, and what NGINX is to show once it has taken it up; it lies beside its files as about.json. */
export interface About {
  /** 16 hexadecimal digits over everything that is in it: the name of its directory. */
  readonly id: string;
  /** The same over what NGINX reads when it loads: all of it, but for the leaf where workers read that later. */
  readonly loads: string;
  /** SHA-256 of the leaf (DER). */
  readonly leaf: string;
  readonly notBefore: string;
  readonly notAfter: string;
  /** SHA-256 over the names of the CAs that NGINX accepts clients of, see `digestOfNames`. */
  readonly authorities: string;
  readonly ports: readonly number[];
  readonly serverName: string;
}

const hex = /^[0-9a-f]+$/;

/** Undefined where it is not what `printAbout` wrote: such a directory is nobody's release. */
export function parseAbout(text: string): About | undefined {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null) return undefined;
  const about = value as Partial<Record<keyof About, unknown>>;
  const digests = [about.id, about.loads, about.leaf, about.authorities];
  const texts = [about.serverName, about.notBefore, about.notAfter];
  const isWhole =
    digests.every((one) => typeof one === 'string' && hex.test(one)) &&
    texts.every((one) => typeof one === 'string') &&
    Array.isArray(about.ports);
  return isWhole ? (about as About) : undefined;
}

export function printAbout(about: About): string {
  return `${JSON.stringify(about, undefined, 2)}\n`;
}
