import assert from 'node:assert/strict';
import { escapeProperties, regexLiteral, reservedWords } from '../../src/api/cel.ts';
import { customResourceDefinitions } from '../../src/api/crd.ts';
import { fieldsOf } from './schema-walk.ts';

describe('a rule in CEL', () => {
  for (const { name, rule, want } of [
    { name: 'a field of a reserved name', rule: 'has(self.return)', want: 'has(self.__return__)' },
    { name: 'one below a field', rule: 'self.a.in.b == 1', want: 'self.a.__in__.b == 1' },
    { name: 'a longer name', rule: 'self.returns + self.interval', want: 'self.returns + self.interval' },
    { name: 'an operator', rule: "self.a in ['x']", want: "self.a in ['x']" },
    { name: 'text', rule: `self.a != '.return' + "\\".if"`, want: `self.a != '.return' + "\\".if"` },
    {
      name: 'a raw text that ends in a backslash',
      rule: 'self.if != r"\\" + ".in"',
      want: 'self.__if__ != r"\\" + ".in"',
    },
    { name: 'what is escaped already', rule: 'self.__return__', want: 'self.__return__' },
  ]) {
    it(`is written as every version of Kubernetes reads it: ${name}`, () => assert.equal(escapeProperties(rule), want));
  }

  it('names no field of ours by a reserved word', () => {
    const rules = customResourceDefinitions
      .flatMap(({ spec }) => fieldsOf(spec.versions[0]?.schema.openAPIV3Schema ?? {}, spec.names.kind))
      .flatMap(({ schema }) => (schema['x-kubernetes-validations'] ?? []) as { readonly rule: string }[])
      .map(({ rule }) => rule);
    assert.ok(rules.some((rule) => rule.includes('self.__return__')));
    const bare = new RegExp(String.raw`self\.(${reservedWords.join('|')})\b`);
    assert.deepEqual(
      rules.filter((rule) => bare.test(rule)),
      [],
    );
  });

  it('holds a regular expression as RE2 reads it', () => {
    assert.equal(regexLiteral(/^\/[^'\\]\.$/), String.raw`r"^/[^'\\]\.$"`);
    assert.equal(regexLiteral(/^[\u2028-\u202e]$/), String.raw`r"^[\x{2028}-\x{202e}]$"`);
    assert.throws(() => regexLiteral(/"/), RangeError);
  });
});
