import type { KeyAlgorithm } from '../pki/keys/algorithm.ts';
import { generateKeyPair, type KeyPair } from '../pki/keys/key-pair.ts';
import { TurnsByNamespace } from './turns-by-namespace.ts';

/**
 * An RSA key takes a core, and one of the four threads of the pool, for up to some seconds; signatures and look-ups of
 * names need the others.
 */
export function turnsForRsaKeys(): TurnsByNamespace {
  return new TurnsByNamespace({ atMost: 2, perNamespace: 1 });
}

export interface KeyMaking {
  readonly rsaKeys: Pick<TurnsByNamespace, 'run'>;
  readonly signal: AbortSignal;
}

/** A key for a resource of the namespace. All but RSA are made at once. */
export function makeKey(algorithm: KeyAlgorithm, namespace: string, { rsaKeys, signal }: KeyMaking): Promise<KeyPair> {
  const make = () => generateKeyPair(algorithm);
  return algorithm.startsWith('RSA-') ? rsaKeys.run(namespace, make, signal) : make();
}
