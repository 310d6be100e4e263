import assert from 'node:assert/strict';
import { kinds } from '../../src/api/kinds.ts';
import type { MtlsUpstreamSpec } from '../../src/api/mtls-upstream.ts';
import { toStructuralSchema } from '../../src/api/structural-schema.ts';
import { fieldsOf, withoutIndices } from './schema-walk.ts';
import { minimalUpstream, parseCase, specCases } from './spec-cases.ts';

describe('parsing a spec', () => {
  for (const { name, kind, spec, refused } of specCases) {
    it(`${refused === undefined ? 'accepts' : 'refuses'} ${name}`, () => {
      const parsed = parseCase({ kind, spec });
      const messages = parsed.ok ? [] : parsed.findings.map(({ message }) => message);
      if (refused === undefined) return assert.deepEqual(messages, []);
      const wanted = refused.message === undefined ? `${refused.field}: ` : `${refused.field}: ${refused.message}`;
      assert.ok(
        messages.some((message) => message.startsWith(wanted)),
        `wanted ${wanted}, got ${JSON.stringify(messages)}`,
      );
    });
  }

  it('fills in every default, so that a parsed spec parses to itself', () => {
    for (const { kind, spec } of specCases.filter(({ refused }) => refused === undefined)) {
      const once = parseCase({ kind, spec });
      assert.ok(once.ok);
      assert.deepEqual(parseCase({ kind, spec: once.value }), once);
    }
  });

  it('has the gateway repeat a request twice that NGINX missed, unless told otherwise', () => {
    const parsed = parseCase({ kind: 'MtlsUpstream', spec: minimalUpstream });
    assert.ok(parsed.ok);
    assert.equal((parsed.value as MtlsUpstreamSpec).service.upstream.retries, 2);
  });
});

describe('the table of specs', () => {
  const fields = kinds.flatMap(({ spec }) => fieldsOf(toStructuralSchema(spec), 'spec'));
  const refusals = specCases.flatMap(({ refused }) => refused ?? []);

  it('has a refused case for every pattern', () => {
    const refusedAt = new Set(refusals.map(({ field }) => withoutIndices(field)));
    const tried = new Set(fields.filter(({ path }) => refusedAt.has(path)).map(({ schema }) => schema.pattern));
    const untried = fields.filter(({ schema }) => schema.pattern !== undefined && !tried.has(schema.pattern));
    assert.deepEqual(untried, []);
  });

  it('has a refused case for every rule', () => {
    const said = new Set(refusals.map(({ message }) => message));
    const rules = fields.flatMap(({ schema }) => (schema['x-kubernetes-validations'] ?? []) as { message: string }[]);
    assert.notEqual(rules.length, 0);
    assert.deepEqual(
      rules.filter(({ message }) => !said.has(message)),
      [],
    );
  });
});
