import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { directive } from '../../src/nginx/model.ts';
import { isPrintable, render } from '../../src/nginx/render.ts';
import { anyText, hostileSpecs } from './hostile.ts';
import { parse } from './nginx-parser.ts';
import { anAnswer, aSpec, asParsed, buildSpec } from './specs.ts';

const randomSeed = randomInt(2 ** 31);

const shapeOf = (text: string) =>
  text
    .replace(/"(\\.|[^"\\])*"/g, '')
    .match(/[;{}]/g)
    ?.join('');

describe('parsing the printed text back', () => {
  it('gives the tree that was built, or the value was refused, whatever stands in any field', () => {
    for (const { field, spec } of hostileSpecs(randomSeed, 5000)) {
      const built = buildSpec(spec);
      const message = `${field}, seed ${randomSeed}`;
      if (built.ok)
        assert.deepEqual(parse(render(built.value.statements)), built.value.statements.map(asParsed), message);
      else assert.notEqual(built.findings.length, 0, message);
    }
  });

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
