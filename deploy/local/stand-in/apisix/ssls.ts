/**
 * `/apisix/admin/ssls`. What was measured on 3.18: only what OpenSSL cannot read is refused; neither a key of another
 * certificate, nor a reversed chain, nor a name that is taken, nor the deletion of what an upstream refers to.
 */
import { checkPrivateKey, parseCertificates } from '../admin/pem.ts';
import { Refusal } from '../admin/refusal.ts';
import type { Pair } from '../data-plane/state.ts';
import type { Ssl } from './bodies.ts';
import { plain, seal } from './keyring.ts';
import type { Kind } from './kind.ts';

/** All pairs of an object that was checked, its keys as PEM. */
export function pairsOf({ cert, key, certs = [], keys = [] }: Ssl): readonly Pair[] {
  const further = certs.map((text, at) => ({ cert: text, key: plain(keys[at] ?? '') }));
  return [{ cert, key: plain(key) }, ...further];
}

/** Does the work, and puts a text before the complaint of a Refusal that it throws. */
function within(text: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw error instanceof Refusal ? new Refusal(error.statusCode, `${text}: ${error.message}`) : error;
  }
}

function checkPair({ cert, key }: Pair): void {
  parseCertificates(cert);
  checkPrivateKey(key);
}

function check(ssl: Ssl): void {
  const { client, certs = [], keys = [] } = ssl;
  if (certs.length !== keys.length) throw new Refusal(400, 'mismatched number of certs and keys');
  const [first, ...further] = pairsOf(ssl);
  if (first !== undefined) checkPair(first);
  for (const [at, pair] of further.entries()) {
    within(`failed to handle cert-key pair[${at + 1}]`, () => checkPair(pair));
  }
  if (client !== undefined) within('failed to validate client_cert', () => void parseCertificates(client.ca));
}

export const ssls: Kind<Ssl> = {
  plural: 'ssls',
  singular: 'ssl',
  collection: (store) => store.ssls,
  check,
  checkReferences: () => {},
  seal: (ssl) => ({ ...ssl, key: seal(ssl.key), ...(ssl.keys === undefined ? {} : { keys: ssl.keys.map(seal) }) }),
  show: ({ key: _, keys: __, ...shown }) => shown,
  refuseRemoval: () => {},
};
