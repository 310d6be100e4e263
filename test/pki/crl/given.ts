import assert from 'node:assert/strict';
import { type CrlDraft, type CrlEntry, draftCrl } from '../../../src/pki/crl/draft.ts';
import { LintedCrl } from '../../../src/pki/crl/linted-crl.ts';
import { type Crl, readCrl } from '../../../src/pki/crl/read.ts';
import { signCrl } from '../../../src/pki/crl/sign.ts';
import { type GivenCa, now } from '../given.ts';

export function aCrlDraft(ca: Pick<GivenCa, 'facts'>, change: Partial<Omit<CrlDraft, 'issuer'>> = {}): CrlDraft {
  const period = { thisUpdate: now, nextUpdate: now.add({ hours: 24 * 90 }) };
  return draftCrl({ issuer: ca.facts, number: 1n, ...period, entries: new Map(), ...change });
}

/** By serial number, all revoked now. */
export function revokedNow(...serials: readonly string[]): ReadonlyMap<string, CrlEntry> {
  return new Map(serials.map((serial) => [serial, { revokedAt: now, reason: 'unspecified' }]));
}

export function requireLintedCrl(draft: CrlDraft): LintedCrl {
  const linted = LintedCrl.check(draft);
  assert.ok(linted instanceof LintedCrl, JSON.stringify(linted));
  return linted;
}

export function signedBy(ca: GivenCa, draft: CrlDraft): Promise<string> {
  return signCrl(requireLintedCrl(draft), ca.key.privateKeyPem);
}

export function requireCrl(pem: string): Crl {
  const crl = readCrl(pem);
  assert.ok('entries' in crl, 'message' in crl ? crl.message : '');
  return crl;
}
