import { fromBER } from 'asn1js';
import { Certificate } from 'pkijs';
import { remembered } from './remembered.ts';

/**
 * The DER of one certificate as pkijs reads it; throws where it cannot. Those who issue and those who judge look at the
 * same one, and nobody may change it. Few are kept, as each is some 23 KB of objects. Without `parseEmbedded`, a search
 * for DER inside of keys and signatures that takes twice as long as all the rest.
 */
export const parseCertificate = remembered(
  (der: Uint8Array): Certificate =>
    new Certificate({ schema: fromBER(new Uint8Array(der), { parseEmbedded: false }).result }),
  { max: 32 },
);
