import { createHash, createHmac, webcrypto } from 'node:crypto';
import { BmpString, OctetString } from 'asn1js';
import { LRUCache } from 'lru-cache';
import {
  Attribute,
  AuthenticatedSafe,
  CertBag,
  Certificate,
  CryptoEngine,
  type ICryptoEngine,
  id_CertBag_X509Certificate,
  PFX,
  PKCS8ShroudedKeyBag,
  PrivateKeyInfo,
  SafeBag,
  SafeContents,
} from 'pkijs';
import { openPrivateKey } from './keys/key-pair.ts';
import { readPemCertificates } from './path/pem-blocks.ts';

export interface KeystoreContent {
  /** Leaf first, then intermediates. */
  readonly chainPem: string;
  /** PKCS#8. */
  readonly keyPem: string;
  /** Issuers that stand in the file beside the chain, so that Java finds the whole of it. */
  readonly trustPem: string;
  /** Printable ASCII, see `isKeystorePassword`. */
  readonly password: string;
  /** By which name programs list the entry. */
  readonly alias: string;
}

/** What keytool of Java and OpenSSL 3 read and write; Java before 8u301 reads only weaker ones. */
const protection = {
  contentEncryptionAlgorithm: { name: 'AES-CBC', length: 256 },
  hmacHashAlgorithm: 'SHA-256',
  iterationCount: 10_000,
} as const;

const oids = {
  friendlyName: '1.2.840.113549.1.9.20',
  localKeyId: '1.2.840.113549.1.9.21',
  shroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certBag: '1.2.840.113549.1.12.10.1.3',
} as const;

/** Beyond ASCII programs disagree on how a password becomes bytes (RFC 7292 B.1); six characters is what keytool asks for. */
export function isKeystorePassword(text: string): boolean {
  return /^[ -~]{6,1024}$/.test(text);
}

/** The same for the same content, and for no other. */
export function keystoreDigest(content: KeystoreContent): string {
  const { chainPem, keyPem, trustPem, password, alias } = content;
  return createHash('sha256')
    .update(JSON.stringify([chainPem, keyPem, trustPem, password, alias]))
    .digest('base64');
}

/** Deriving a key from a password takes some 20 ms: a keystore is made once for each content, not with each look. */
const made = new LRUCache<string, Uint8Array>({ max: 1000 });

/** As `toPkcs12`, which is asked once for each content. */
export async function keystoreOf(content: KeystoreContent): Promise<Uint8Array> {
  const digest = keystoreDigest(content);
  const file = made.get(digest) ?? (await toPkcs12(content));
  made.set(digest, file);
  return file;
}

/**
 * A PKCS#12 file (RFC 7292) of key, chain and issuers. The same content gives the same bytes: salts and initialisation
 * vectors are drawn from the private key and everything that is encrypted, so none is used for two contents, and nobody
 * without the key can foretell one. Without that a reconcile could not tell a file that is right from one that is not.
 */
export async function toPkcs12(content: KeystoreContent): Promise<Uint8Array> {
  const engine = new DerivedRandomness(content);
  const password = toArrayBuffer(Buffer.from(content.password, 'ascii'));
  const [keyBag, certificateBags] = makeBags(content);
  const authenticatedSafe = new AuthenticatedSafe({
    parsedValue: {
      safeContents: [
        { privacyMode: 0, value: new SafeContents({ safeBags: [keyBag] }) },
        { privacyMode: 1, value: new SafeContents({ safeBags: certificateBags }) },
      ],
    },
  });
  await (keyBag.bagValue as PKCS8ShroudedKeyBag).makeInternalValues({ password, ...protection }, engine);
  await authenticatedSafe.makeInternalValues({ safeContents: [{}, { password, ...protection }] }, engine);
  const pfx = new PFX({ parsedValue: { integrityMode: 0, authenticatedSafe } });
  const { hmacHashAlgorithm, iterationCount: iterations } = protection;
  await pfx.makeInternalValues({ password, iterations, pbkdf2HashAlgorithm: 'SHA-256', hmacHashAlgorithm }, engine);
  return new Uint8Array(pfx.toSchema().toBER());
}

function makeBags({ chainPem, keyPem, trustPem, alias }: KeystoreContent): readonly [SafeBag, SafeBag[]] {
  const [leaf, ...issuers] = distinctCertificates(chainPem + trustPem);
  if (leaf === undefined) throw new Error('a keystore without a certificate');
  // Programs find the certificate of a key by this number (RFC 7292 4.2).
  const localKeyId = createHash('sha256').update(leaf).digest().subarray(0, 20);
  const attributes = () => [
    new Attribute({ type: oids.friendlyName, values: [new BmpString({ value: alias })] }),
    new Attribute({ type: oids.localKeyId, values: [new OctetString({ valueHex: localKeyId })] }),
  ];
  const keyDer = openPrivateKey(keyPem).export({ type: 'pkcs8', format: 'der' });
  const keyBag = new PKCS8ShroudedKeyBag({ parsedValue: PrivateKeyInfo.fromBER(keyDer) });
  return [
    new SafeBag({ bagId: oids.shroudedKeyBag, bagValue: keyBag, bagAttributes: attributes() }),
    [certificateBag(leaf, attributes()), ...issuers.map((issuer) => certificateBag(issuer))],
  ];
}

function certificateBag(der: Uint8Array, bagAttributes?: Attribute[]): SafeBag {
  const bagValue = new CertBag({ certId: id_CertBag_X509Certificate, parsedValue: Certificate.fromBER(der) });
  return new SafeBag({ bagId: oids.certBag, bagValue, ...(bagAttributes && { bagAttributes }) });
}

function distinctCertificates(pem: string): readonly Uint8Array[] {
  const { certificates } = readPemCertificates(pem, 512);
  return [...new Map(certificates.map(({ x509, der }) => [x509.fingerprint256, der])).values()];
}

class DerivedRandomness extends CryptoEngine {
  // pkijs asks for all of the newest WebCrypto in its types, and neither has nor calls these.
  declare decapsulateBits: ICryptoEngine['decapsulateBits'];
  declare decapsulateKey: ICryptoEngine['decapsulateKey'];
  declare encapsulateBits: ICryptoEngine['encapsulateBits'];
  declare encapsulateKey: ICryptoEngine['encapsulateKey'];
  readonly #seed: Buffer;
  #drawn = 0;

  constructor({ keyPem, ...rest }: KeystoreContent) {
    super({ name: 'node', crypto: webcrypto as Crypto });
    this.#seed = createHmac('sha256', keyPem)
      .update(JSON.stringify(Object.entries(rest).sort()))
      .digest();
  }

  override getRandomValues<View extends ArrayBufferView | null>(view: View): View {
    if (view === null) return view;
    const octets = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    for (let at = 0; at < octets.length; at += 64) {
      this.#drawn += 1;
      const block = createHmac('sha512', this.#seed).update(String(this.#drawn)).digest();
      octets.set(block.subarray(0, octets.length - at), at);
    }
    return view;
  }
}

function toArrayBuffer(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}
