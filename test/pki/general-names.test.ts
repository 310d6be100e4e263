import assert from 'node:assert/strict';
import { fromBER, OctetString } from 'asn1js';
import fc from 'fast-check';
import { AltName } from 'pkijs';
import { implicit, implicitConstructed, objectIdentifier, sequence, utf8String } from '../../src/pki/der.ts';
import { type ParsedName, parseGeneralNames } from '../../src/pki/general-names.ts';
import { encodeName } from '../../src/pki/name.ts';

const octets = fc.uint8Array({ maxLength: 20 });
const plain = fc.tuple(fc.constantFrom(1, 2, 6, 7), octets).map(([tag, content]) => implicit(tag, content));
const otherName = implicitConstructed(0, objectIdentifier('1.2.3'), implicitConstructed(0, utf8String('name')));
const rare = fc.constantFrom(
  otherName,
  implicitConstructed(4, encodeName([{ type: 'commonName', value: 'test.com' }])),
  implicit(8, Uint8Array.of(0x2a, 0x03)),
);
/** Of no form, or of another shape than its form has. */
const malformed = fc.constantFrom(
  ...[implicit(0, Uint8Array.of(1)), implicit(9, Uint8Array.of(1)), implicitConstructed(2, utf8String('test.com'))],
  ...[implicitConstructed(3), implicitConstructed(4), implicitConstructed(5), utf8String('test.com')],
  ...[Uint8Array.of(0x9f, 0x02, 0x01, 0x61), Uint8Array.of(0x42, 0x01, 0x61), Uint8Array.of(0x82, 0x05)],
);
const names = fc
  .array(fc.oneof({ weight: 4, arbitrary: plain }, { weight: 2, arbitrary: rare }, malformed), { maxLength: 4 })
  .map((elements) => sequence(...elements));

describe('the names of a subjectAltName', () => {
  it('are those that pkijs reads, and what it refuses is refused', () => fc.assert(fc.property(names, agrees)));

  it('are so too where an octet was overwritten, a tag, a length and a class among them', () => {
    const damaged = fc.tuple(names, fc.nat(), fc.nat(255)).map(([whole, at, octet]) => {
      const copy = Uint8Array.from(whole);
      copy[at % copy.length] = octet;
      return copy;
    });
    fc.assert(fc.property(damaged, agrees), { numRuns: 500 });
  });
});

function agrees(der: Uint8Array): void {
  assert.deepEqual(
    orRefused(() => parseGeneralNames(der)),
    orRefused(() => parseWithPkijs(der)),
  );
}

function parseWithPkijs(der: Uint8Array): readonly ParsedName[] {
  const { offset, result } = fromBER(der);
  if (offset === -1) throw new Error('no BER');
  return new AltName({ schema: result }).altNames;
}

/** In a form that can be compared: pkijs' classes hold more than the names. */
function orRefused(parse: () => readonly ParsedName[]): unknown {
  try {
    return parse().map(({ type, value }) => ({ type, value: comparable(value) }));
  } catch {
    return 'refused';
  }
}

function comparable(value: unknown): unknown {
  return value instanceof OctetString ? value.toString('hex') : JSON.stringify(value);
}
