import assert from 'node:assert/strict';
import { fromBER, OctetString } from 'asn1js';
import fc from 'fast-check';
import { AltName, type GeneralName } from 'pkijs';
import {
  type Der,
  implicit,
  implicitConstructed,
  objectIdentifier,
  sequence,
  utf8String,
} from '../../src/pki/der/encode.ts';
import { readTree } from '../../src/pki/der/tree.ts';
import { readGeneralName, readGeneralNames } from '../../src/pki/names/general-name.ts';
import { formatAddress } from '../../src/pki/names/ip-address.ts';
import { encodeName } from '../../src/pki/names/name.ts';

const octets = fc.uint8Array({ maxLength: 20 });
const plain = fc.tuple(fc.constantFrom(1, 2, 6, 7), octets).map(([tag, content]) => implicit(tag, content));
const otherName = implicitConstructed(0, objectIdentifier('1.2.3'), implicitConstructed(0, utf8String('name')));
const rare = fc.constantFrom(otherName, implicit(8, Uint8Array.of(0x2a, 0x03)));
const directory = fc.constant(implicitConstructed(4, encodeName([{ type: 'commonName', value: 'test.com' }])));
/** Of no form, or of another shape than its form has. */
const malformed = fc.constantFrom(
  ...[implicit(0, Uint8Array.of(1)), implicit(9, Uint8Array.of(1)), implicitConstructed(2, utf8String('test.com'))],
  ...[implicitConstructed(3), implicitConstructed(4), implicitConstructed(5), utf8String('test.com')],
  ...[Uint8Array.of(0x9f, 0x02, 0x01, 0x61), Uint8Array.of(0x42, 0x01, 0x61), Uint8Array.of(0x82, 0x05)],
);
const listOf = (...names: readonly fc.Arbitrary<Der>[]) =>
  fc.array(fc.oneof(...names, malformed), { maxLength: 4 }).map((elements) => sequence(...elements));
const damaged = (list: fc.Arbitrary<Der>) =>
  fc.tuple(list, fc.nat(), fc.nat(255)).map(([whole, at, octet]) => {
    const copy = Uint8Array.from(whole);
    copy[at % copy.length] = octet;
    return copy;
  });

describe('the names of a subjectAltName', () => {
  it('are those that pkijs reads, and what it refuses is refused', () =>
    fc.assert(fc.property(listOf(plain, plain, rare, directory), agrees)));

  it('are so too where an octet was overwritten, a tag, a length and a class among them', () =>
    fc.assert(fc.property(damaged(listOf(plain, plain, rare)), agrees), { numRuns: 500 }));

  it('are refused or a directory name where one of those was damaged, and never of a form that no CA constrains', () =>
    fc.assert(
      fc.property(damaged(directory), (name) => {
        if (name[0] !== 0xa4) return;
        const read = orRefused(() => [readGeneralName(readTree(name)).type]);
        assert.ok(read === 'refused' || read[0] === 'directory');
      }),
      { numRuns: 500 },
    ));

  it('are refused where a directory name has more than one element', () => {
    const name = encodeName([{ type: 'commonName', value: 'test.com' }]);
    assert.throws(() => readGeneralNames(readTree(sequence(implicitConstructed(4, name, name)))));
  });
});

function agrees(der: Uint8Array): void {
  assert.deepEqual(
    orRefused(() => readGeneralNames(readTree(der)).map(({ type, value }) => `${type} ${value}`)),
    orRefused(() => readWithPkijs(der)),
  );
}

/** Beside what pkijs refuses, no list is empty, all of it is DER, and a text is one of printable ASCII. */
function readWithPkijs(der: Uint8Array): readonly string[] {
  readTree(der);
  const { offset, result } = fromBER(der);
  if (offset === -1) throw new Error('no BER');
  const { altNames } = new AltName({ schema: result });
  if (altNames.length === 0) throw new Error('no names');
  return altNames.map(format);
}

function format({ type, value: content }: GeneralName): string {
  const value: unknown = content;
  if (value instanceof OctetString) return `IP ${formatAddress(value.valueBlock.valueHexView)}`;
  if (type === 4) return 'directory [4]';
  const form = { 1: 'email', 2: 'DNS', 6: 'URI' }[type as number];
  if (form === undefined || typeof value !== 'string') return `other [${type}]`;
  assert.match(value, /^[\x20-\x7e]*$/);
  return `${form} ${value}`;
}

function orRefused(read: () => readonly string[]): readonly string[] | 'refused' {
  try {
    return read();
  } catch {
    return 'refused';
  }
}
