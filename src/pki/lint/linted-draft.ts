import type { Finding } from '../../std/finding.ts';
import type { Draft } from '../issue/draft.ts';
import { encodeTbs } from '../issue/tbs.ts';
import { lintEncoded } from './encoded.ts';
import { lint } from './rules.ts';

/**
 * A draft that no rule objects to, with the bytes to sign. Only `check` makes one and only one can be issued: what
 * has not been linted cannot be signed, and what was linted is what is signed.
 */
export class LintedDraft {
  // A private field: an object that merely looks alike is not assignable.
  readonly #draft: Draft;
  readonly #tbsDer: Uint8Array;

  private constructor(draft: Draft, tbsDer: Uint8Array) {
    this.#draft = draft;
    this.#tbsDer = tbsDer;
  }

  get draft(): Draft {
    return this.#draft;
  }

  /** TBSCertificate (RFC 5280 4.1.1.1). */
  get tbsDer(): Uint8Array {
    return this.#tbsDer;
  }

  static check(draft: Draft): LintedDraft | readonly Finding[] {
    const findings = lint(draft);
    // What the rules object to may have no encoding at all.
    if (findings.length > 0) return findings;
    const tbsDer = encodeTbs(draft);
    const defects = lintEncoded(tbsDer);
    return defects.length === 0 ? new LintedDraft(draft, tbsDer) : defects;
  }
}
