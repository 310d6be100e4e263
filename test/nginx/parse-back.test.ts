import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { NginxSpec } from '../../src/nginx/grammar.ts';
import { directive } from '../../src/nginx/model.ts';
import { isPrintable, render } from '../../src/nginx/render.ts';
import { parse } from './nginx-parser.ts';
import { anAnswer, aProxy, aSpec, asParsed, buildSpec } from './specs.ts';

/** Text that a user could send: signs of NGINX's language often, any character of Unicode sometimes, also broken ones. */
const sign = fc.constantFrom(...'"\'\\;{}$#~^=@%/.- \t\r\n\0abzAZ019_()');
const harmless = fc.constantFrom(...'abzAZ019-./_~');
const anyText = fc.oneof(
  fc.string({ unit: harmless, maxLength: 12 }),
  fc
    .tuple(fc.string({ unit: harmless, maxLength: 6 }), sign, fc.string({ unit: harmless, maxLength: 6 }))
    .map((parts) => parts.join('')),
  fc.string({ unit: sign, maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: fc.oneof(sign, fc.constantFrom('\u2028', '\ud800', '\u0085', 'ü', '界', '🔐')), maxLength: 1200 }),
);

const fields: readonly { readonly name: string; readonly withText: (text: string) => NginxSpec }[] = [
  { name: 'serverName', withText: (text) => aSpec({ serverName: text }) },
  { name: 'tlsDirectory', withText: (text) => aSpec({ tlsDirectory: text }) },
  { name: 'a location path', withText: (text) => aSpec({ locations: [anAnswer('ok', `/${text}`)] }) },
  { name: 'a body', withText: (text) => aSpec({ locations: [anAnswer(text)] }) },
  { name: 'a resolver', withText: (text) => aSpec({ resolvers: [text], locations: [aProxy('app')] }) },
  { name: 'a proxy host', withText: (text) => aSpec({ locations: [aProxy(text)] }) },
];

const shapeOf = (text: string) =>
  text
    .replace(/"(\\.|[^"\\])*"/g, '')
    .match(/[;{}]/g)
    ?.join('');

describe('parsing the printed text back', () => {
  for (const { name, withText } of fields) {
    it(`gives the tree that was built, or ${name} was refused`, () => {
      fc.assert(
        fc.property(anyText, (text) => {
          const built = buildSpec(withText(text));
          if (built.ok) assert.deepEqual(parse(render(built.value.statements)), built.value.statements.map(asParsed));
          else assert.notEqual(built.findings.length, 0);
        }),
        { numRuns: 500 },
      );
    });
  }

  it('gives a body as it was written', () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 200 }).filter((text) => !/[$\p{Cc}\p{Cs}]/u.test(text));
    fc.assert(
      fc.property(line, (body) => {
        const built = buildSpec(aSpec({ locations: [anAnswer(body)] }));
        assert.ok(built.ok);
        const answers = parse(render(built.value.statements))[0]?.body?.filter(({ args }) => args[0] === '/hello');
        assert.deepEqual(answers, [
          { name: 'location', args: ['/hello'], body: [{ name: 'return', args: ['200', body] }] },
        ]);
      }),
    );
  });

  it('gives any argument that the printer takes, and the printer throws on every other', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const statement = directive('return', text);
        if (isPrintable(text)) assert.deepEqual(parse(render([statement])), [asParsed(statement)]);
        else assert.throws(() => render([statement]), RangeError);
      }),
      { numRuns: 1000 },
    );
  });

  it('needs no trust in the parser: quotes aside, signs of the language do not depend on the body', () => {
    const plain = buildSpec(aSpec());
    assert.ok(plain.ok);
    fc.assert(
      fc.property(anyText, (body) => {
        const built = buildSpec(aSpec({ locations: [anAnswer(body)] }));
        if (built.ok) assert.equal(shapeOf(render(built.value.statements)), shapeOf(render(plain.value.statements)));
      }),
    );
  });
});
