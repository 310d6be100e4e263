import assert from 'node:assert/strict';
import { parseCase, type SpecCase } from '../../api/spec-cases.ts';
import type { Verdict } from './create.ts';

/** What nobody should read: regular expressions, and CEL that failed instead of judging. */
const unfitForPeople = /should match|evaluat|no such|overload|not checked/;

/** Fails unless a server stores what the parser accepts and refuses what it refuses, by the same field and sentence. */
export function assertAsParsed({ kind, spec, refused }: SpecCase, verdict: Verdict): void {
  if (refused === undefined) {
    const parsed = parseCase({ kind, spec });
    assert.ok(parsed.ok && verdict.accepted, JSON.stringify(verdict));
    assert.deepEqual(verdict.spec, asStored(parsed.value, JSON.parse(JSON.stringify(spec))));
    assert.deepEqual(parseCase({ kind, spec: verdict.spec as SpecCase['spec'] }), parsed);
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

/** The parser's defaults, but every list as it was written. */
function asStored(parsed: unknown, written: unknown): unknown {
  if (typeof parsed !== 'object' || parsed === null) return parsed;
  if (Array.isArray(parsed)) return written ?? parsed;
  const given = (written ?? {}) as Readonly<Record<string, unknown>>;
  return Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, asStored(value, given[name])]));
}
