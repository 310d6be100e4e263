import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Der, explicit, integer, octetString, sequence, setOfOne, utf8String } from '../../src/pki/der/encode.ts';
import { type DerElement, readTree } from '../../src/pki/der/tree.ts';

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));

/** What der.ts writes, at random. */
const { der: written } = fc.letrec<{ readonly der: Der }>((tie) => ({
  der: fc.oneof(
    { depthSize: 'small' },
    fc.string().map(utf8String),
    fc.uint8Array({ minLength: 1, maxLength: 20 }).map(integer),
    fc.constantFrom(0, 127, 128, 255, 256, 400).map((size) => octetString(new Uint8Array(size))),
    fc.array(tie('der'), { maxLength: 4 }).map((elements) => sequence(...elements)),
    tie('der').map(setOfOne),
    tie('der').map((content) => explicit(3, content)),
  ),
}));

describe('the tree of a DER element', () => {
  it('has every element, with its octets, its content and what is in it', () => {
    const tree = readTree(sequence(utf8String('a'), sequence(integer(bytes('05')))));
    const sketch = ({ tag, content, children }: DerElement): unknown =>
      children.length > 0 ? [tag, children.map(sketch)] : [tag, Buffer.from(content).toString('hex')];
    assert.deepEqual(sketch(tree), [
      0x30,
      [
        [0x0c, '61'],
        [0x30, [[0x02, '05']]],
      ],
    ]);
    assert.deepEqual(Buffer.from(tree.children[1]?.der ?? []).toString('hex'), '3003020105');
  });

  it('holds all that was written, and nothing else', () =>
    fc.assert(
      fc.property(written, (der) => {
        const octets = ({ children, content }: DerElement): Uint8Array =>
          children.length === 0 ? content : Buffer.concat(children.map((child) => child.der));
        const check = (element: DerElement): void => {
          assert.ok(Buffer.from(octets(element)).equals(element.content));
          element.children.forEach(check);
        };
        const tree = readTree(der);
        assert.ok(Buffer.from(tree.der).equals(der));
        check(tree);
      }),
    ));

  for (const { name, hex, said } of [
    { name: 'nothing', hex: '', said: /cut off/ },
    { name: 'a tag without a length', hex: '30', said: /cut off/ },
    { name: 'content that is cut off', hex: '0402aa', said: /cut off/ },
    { name: 'an element in it that is cut off', hex: '30020402', said: /cut off/ },
    { name: 'something behind it', hex: '0401aa00', said: /more than one/ },
    { name: 'a length of the indefinite form', hex: '30800000', said: /not DER/ },
    { name: 'a length in more octets than it takes', hex: '048101aa', said: /not DER/ },
    { name: 'a length of 127 in two octets', hex: `04817f${'aa'.repeat(127)}`, said: /not DER/ },
    { name: 'a length with leading zeros', hex: `04820080${'aa'.repeat(128)}`, said: /not DER/ },
    { name: 'a length of four octets', hex: '048401000000', said: /not DER/ },
    { name: 'a length that is cut off', hex: '0482', said: /not DER/ },
    { name: 'a length that is cut off within', hex: '0482ff', said: /not DER/ },
    { name: 'a tag of several octets', hex: '1f8101aa', said: /not DER/ },
    { name: 'a tag of several octets that has a length', hex: '1f01aa', said: /no certificate has/ },
    { name: 'the tag 0, which ends what is of the indefinite form', hex: '0001aa', said: /no certificate has/ },
  ]) {
    it(`is refused for ${name}`, () => assert.throws(() => readTree(bytes(hex)), said));
  }

  for (const [size, header] of [
    [127, '047f'],
    [128, '048180'],
    [255, '0481ff'],
    [256, '04820100'],
    [65_536, '0483010000'],
  ] as const) {
    it(`has ${size} octets of content`, () => {
      const element = readTree(Buffer.concat([bytes(header), new Uint8Array(size)]));
      assert.deepEqual([element.tag, element.content.length, element.children.length], [4, size, 0]);
    });
  }

  it('nests 33 deep and no deeper', () => {
    const nested = (depth: number): Der => (depth === 0 ? integer(bytes('05')) : sequence(nested(depth - 1)));
    assert.equal(readTree(nested(32)).tag, 0x30);
    assert.throws(() => readTree(nested(33)), /no certificate has/);
  });

  it('is refused for what nests without end, however deep', () => {
    let nested = sequence();
    for (let depth = 0; depth < 10_000; depth += 1) nested = sequence(nested);
    assert.throws(() => readTree(nested), /no certificate has/);
  });

  it('is read of any octets or refused in words of ours', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (octets) => {
        try {
          assert.ok(Buffer.from(readTree(octets).der).equals(octets));
        } catch (error) {
          assert.match(String(error), /DER/);
        }
      }),
      { numRuns: 1000 },
    ));
});
