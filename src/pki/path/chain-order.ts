import type { Certificate } from '../x509/certificate.ts';
import { namesIssuer } from './find-paths.ts';
import { soft, type Verdict } from './verdict.ts';

/** Whether each certificate of a chain is followed by its issuer (RFC 5246 7.4.2; RFC 8446 4.4.2 only advises it). */
export function checkOrder(chain: readonly Certificate[]): readonly Verdict[] {
  const linked = followIssuers(chain);
  if (linked.length < chain.length) {
    return [
      soft('CertificateUnrelated', 'The chain has a certificate that is twice in it or that none of the others needs'),
    ];
  }
  if (linked.every((certificate, index) => certificate === chain[index])) return [];
  return [
    soft(
      'ChainOutOfOrder',
      'The chain is not in the order from the certificate to its issuers, which older TLS clients need',
    ),
  ];
}

/** From the first certificate upwards, as far as the others have its issuers; each is used once. */
function followIssuers([first, ...others]: readonly Certificate[]): readonly Certificate[] {
  if (first === undefined) return [];
  const issuer = first.isSelfIssued ? undefined : others.find((other) => namesIssuer(first, other));
  if (issuer === undefined) return [first];
  return [first, ...followIssuers([issuer, ...others.filter((other) => other !== issuer)])];
}
