import type { Finding } from '../../std/finding.ts';
import type { CrlDraft } from './draft.ts';
import { encodeTbsCertList } from './encode.ts';
import { lintCrl } from './lint.ts';

/**
 * A draft that no rule objects to, with the bytes to sign. Only `check` makes one and only one can be signed, as it is with
 * certificates (`LintedDraft`).
 */
export class LintedCrl {
  // A private field: an object that merely looks alike is not assignable.
  readonly #draft: CrlDraft;
  readonly #tbsDer: Uint8Array;

  private constructor(draft: CrlDraft) {
    this.#draft = draft;
    this.#tbsDer = encodeTbsCertList(draft);
  }

  get draft(): CrlDraft {
    return this.#draft;
  }

  /** TBSCertList (RFC 5280 5.1.1.1). */
  get tbsDer(): Uint8Array {
    return this.#tbsDer;
  }

  static check(draft: CrlDraft): LintedCrl | readonly Finding[] {
    const findings = lintCrl(draft);
    return findings.length === 0 ? new LintedCrl(draft) : findings;
  }
}
