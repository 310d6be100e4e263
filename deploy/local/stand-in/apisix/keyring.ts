/**
 * How APISIX keeps private keys: AES-128-CBC with one text as key and as initialisation vector, in base64. The same key
 * always becomes the same text. The text is the default of the product (apisix/cli/config.lua), known to everybody.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { Refusal } from '../admin/refusal.ts';

const keyring = Buffer.from('qeddd145sfvddff3');
const algorithm = 'aes-128-cbc';

function encrypt(text: string): string {
  const cipher = createCipheriv(algorithm, keyring, keyring);
  return Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]).toString('base64');
}

/** Throws a Refusal (400) for what is no text of the keyring. */
function open(sealed: string): string {
  try {
    const decipher = createDecipheriv(algorithm, keyring, keyring);
    return Buffer.concat([decipher.update(sealed, 'base64'), decipher.final()]).toString('utf8');
  } catch {
    throw new Refusal(400, 'failed to decrypt previous encrypted key');
  }
}

/** Whatever does not begin as PEM is taken for a text that an earlier answer showed. */
const isPem = (key: string) => key.startsWith('---');

/** As it is stored. */
export const seal = (key: string) => (isPem(key) ? encrypt(key) : key);

/** As it was before it was sealed, if it is. Throws a Refusal (400). */
export const plain = (key: string) => (isPem(key) ? key : open(key));
