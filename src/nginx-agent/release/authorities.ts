import { readTree } from '../../pki/der/tree.ts';
import { readTbs } from '../../pki/x509/encoded-certificate.ts';
import { beginningsOf, contentOf, isCertificate } from '../../pki/x509/pem.ts';
import { sha256Hex } from '../../std/digest.ts';

/**
 * The names of the CAs of a bundle, each as NGINX tells it to clients: the DER of the subject. Undefined where a
 * certificate of it cannot be read, or where it holds none.
 */
export function namesIn(bundle: string): readonly Uint8Array[] | undefined {
  try {
    const names = beginningsOf(bundle)
      .filter(isCertificate)
      .map((at) => readTbs(readTree(contentOf(bundle, at) ?? new Uint8Array()).children[0]).subject.der);
    return names.length === 0 ? undefined : names;
  } catch {
    return undefined;
  }
}

/** The same for the same names, in whatever order and however often each is there. */
export function digestOfNames(names: readonly Uint8Array[]): string {
  return sha256Hex([...distinct(names)].sort().join('\n'));
}

/** Octets that the names take in a handshake, where each has two more for its length. */
export function sizeOfNames(names: readonly Uint8Array[]): number {
  return [...distinct(names)].reduce((sum, name) => sum + 2 + name.length / 2, 0);
}

/** In hexadecimal; NGINX tells each once. */
function distinct(names: readonly Uint8Array[]): ReadonlySet<string> {
  return new Set(names.map((name) => Buffer.from(name).toString('hex')));
}
