import type { Finding } from '../../std/finding.ts';
import { openPrivateKey } from '../keys/key-pair.ts';
import type { Certificate } from '../x509/certificate.ts';

/** RSA-16384 in PKCS#8, and EC parameters before it. */
const maximumLength = 32 * 1024;

/** Whether the key belongs to the first certificate of the chain. Nothing of the key comes into the finding. */
export function checkPrivateKey(chain: readonly Certificate[], privateKeyPem: string): Finding | undefined {
  if (/^-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(privateKeyPem.slice(0, maximumLength))) {
    return {
      reason: 'KeyEncrypted',
      message: 'The private key is encrypted: provide it without a password',
    };
  }
  const index = findOwner(chain, privateKeyPem);
  if (index === undefined)
    return { reason: 'KeyUnreadable', message: 'There is no private key in PEM that can be read' };
  if (index < 0) return { reason: 'KeyMismatch', message: 'The private key does not belong to the certificate' };
  if (index === 0) return undefined;
  return {
    reason: 'ChainOutOfOrder',
    message: 'The private key belongs to a later certificate of the chain: the certificate itself has to be the first',
  };
}

/** -1: of none; undefined: it is no key. */
function findOwner(chain: readonly Certificate[], privateKeyPem: string): number | undefined {
  if (privateKeyPem.length > maximumLength) return undefined;
  try {
    const key = openPrivateKey(privateKeyPem);
    return chain.findIndex(({ x509 }) => x509.checkPrivateKey(key));
  } catch {
    return undefined;
  }
}
