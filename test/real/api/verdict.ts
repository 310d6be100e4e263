import assert from 'node:assert/strict';
import { parseCase, type SpecCase } from '../../api/spec-cases.ts';
import type { Verdict } from './create.ts';

/** What nobody should read: regular expressions, and CEL that failed instead of judging. */
const unfitForPeople = /should match|evaluat|no such|overload|not checked/;

/** Fails unless a server stores what the parser accepts and refuses what it refuses, by the same field and sentence. */
export function assertAsParsed({ kind, spec, refused }: SpecCase, verdict: Verdict): void {
  if (refused === undefined) {
    const parsed = parseCase({ kind, spec });
    assert.ok(parsed.ok);
    assert.deepEqual(verdict, { accepted: true, spec: parsed.value });
    return;
  }
  assert.ok(!verdict.accepted, 'was accepted');
  const { field, message = '' } = refused;
  const seen = JSON.stringify(verdict.causes);
  assert.ok(
    verdict.causes.some((cause) => cause.field === field && cause.message.includes(message)),
    seen,
  );
  if (refused.message !== undefined) assert.doesNotMatch(seen, unfitForPeople);
}
