import type { Resource } from '../api/kinds.ts';
import { isKeystorePassword, toPkcs12 } from '../pki/pkcs12.ts';
import type { CertificateRequest } from '../plan/certificate-request.ts';
import { sha256Hex } from '../std/digest.ts';
import { permanent } from '../std/failure.ts';
import { requireText } from './references.ts';
import type { Run } from './world.ts';

interface Pair {
  readonly chainPem: string;
  readonly keyPem: string;
  readonly trustPem: string;
}

/** Deriving a key from a password takes some 20 ms: a keystore is made once for each content, not with each look. */
const made = new Map<string, Uint8Array>();
const madeAtMost = 1000;

/** The PKCS#12 file of a certificate, the same for the same content. */
export async function keystoreOf(
  { name, field, keystore }: CertificateRequest,
  { chainPem, keyPem, trustPem }: Pair,
  resource: Resource<unknown>,
  run: Run,
): Promise<Uint8Array | undefined> {
  if (keystore === undefined) return undefined;
  const { passwordSecret } = keystore;
  const place = `${field.replace(/secretName$/, '')}keystore.pkcs12.passwordSecretRef`;
  const password = await requireText({ field: place, name: passwordSecret.name }, passwordSecret.key, resource, run);
  if (!isKeystorePassword(password)) {
    const message = `${place}: the password must be 6 to 1024 printable ASCII characters, without a line break`;
    throw permanent('KeystorePasswordUnfit', message);
  }
  const content = { chainPem, keyPem, trustPem, password, alias: `${resource.metadata.name}/${name}` };
  const digest = sha256Hex(JSON.stringify(Object.values(content)));
  const file = made.get(digest) ?? (await toPkcs12(content));
  made.delete(digest);
  made.set(digest, file);
  const [oldest] = made.keys();
  if (oldest !== undefined && made.size > madeAtMost) made.delete(oldest);
  return file;
}
