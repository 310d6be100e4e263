import { fromBER } from 'asn1js';
import { Certificate } from 'pkijs';
import { readOnce } from './read-once.ts';

/** The DER of one certificate as pkijs reads it. Throws where it cannot. Nobody may change what it gives. */
export function parseCertificate(der: Uint8Array): Certificate {
  return parseLatin1(Buffer.from(der).toString('latin1'));
}

/** Without `parseEmbedded`, a search for DER inside of keys and signatures that takes twice as long as all the rest. */
const parseLatin1 = readOnce((octets) => {
  const { result } = fromBER(new Uint8Array(Buffer.from(octets, 'latin1')), { parseEmbedded: false });
  return new Certificate({ schema: result });
});
