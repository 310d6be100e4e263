import type { Finding } from '../../std/finding.ts';
import { limits } from '../limits.ts';
import { countCertificates } from '../x509/pem.ts';
import { maximumLength } from './pem-blocks.ts';

/** What all bundles of one resource may come to; one that stands in several places counts once. */
export class TrustBudget {
  readonly #texts = new Set<string>();
  #certificates = 0;
  #length = 0;

  /** Why there is one too many; undefined where all of them still fit. Call it before the text is read. */
  add(text: string): Finding | undefined {
    if (this.#texts.has(text)) return undefined;
    this.#texts.add(text);
    this.#length += text.length;
    if (this.#length > maximumLength) {
      return tooMuch('PemTooLarge', `${maximumLength / 1024} KiB of text`);
    }
    this.#certificates += countCertificates(text);
    return this.#certificates > limits.anchors
      ? tooMuch('TooManyCertificates', `${limits.anchors} certificates`)
      : undefined;
  }
}

function tooMuch(reason: string, what: string): Finding {
  return { reason, message: `The trust bundles of this resource have more than ${what} in all` };
}
