import assert from 'node:assert/strict';
import { type Der, printableString, sequence, utf8String } from '../../../src/pki/der/encode.ts';
import { readTree } from '../../../src/pki/der/tree.ts';
import { isSameName, isWithin, readDistinguishedName } from '../../../src/pki/names/distinguished-name.ts';
import type { GeneralName } from '../../../src/pki/names/general-name.ts';
import { liesWithin, mayReachInto } from '../../../src/pki/names/name-forms.ts';

const commonName = Uint8Array.of(0x06, 0x03, 0x55, 0x04, 0x03);
const organization = Uint8Array.of(0x06, 0x03, 0x55, 0x04, 0x0a);
const setOf = (...elements: readonly Der[]) => {
  const content = Buffer.concat(elements);
  return Buffer.concat([Uint8Array.of(0x31, content.length), content]);
};
const cn = (value: Der) => sequence(commonName, value);
const o = (value: string) => sequence(organization, utf8String(value));
const nameOf = (...rdns: readonly Der[]) => readDistinguishedName(readTree(sequence(...rdns)));

describe('comparing distinguished names', () => {
  const root = nameOf(setOf(o('Acme')), setOf(cn(utf8String('Root CA'))));

  for (const { name, other, same } of [
    { name: 'another string type', other: nameOf(setOf(o('Acme')), setOf(cn(printableString('Root CA')))), same: true },
    { name: 'other case', other: nameOf(setOf(o('ACME')), setOf(cn(utf8String('root ca')))), same: true },
    { name: 'more spaces', other: nameOf(setOf(o(' Acme ')), setOf(cn(utf8String('Root   CA')))), same: true },
    { name: 'another value', other: nameOf(setOf(o('Acme')), setOf(cn(utf8String('RootCA')))), same: false },
    { name: 'another order', other: nameOf(setOf(cn(utf8String('Root CA'))), setOf(o('Acme'))), same: false },
    { name: 'one RDN of both attributes', other: nameOf(setOf(o('Acme'), cn(utf8String('Root CA')))), same: false },
    { name: 'fewer RDNs', other: nameOf(setOf(o('Acme'))), same: false },
    { name: 'another type', other: nameOf(setOf(o('Acme')), setOf(o('Root CA'))), same: false },
  ]) {
    it(`${same ? 'takes' : 'does not take'} ${name} for the same name`, () => {
      assert.equal(isSameName(root, other), same);
      assert.equal(isSameName(other, root), same);
    });
  }

  it('does not mind the order within an RDN', () => {
    const value = cn(utf8String('Root CA'));
    assert.ok(isSameName(nameOf(setOf(o('Acme'), value)), nameOf(setOf(value, o('Acme')))));
  });

  it('compares octets where a UTF8String is none, and reads U+FFFD where it was written', () => {
    const broken = (octet: number) => nameOf(setOf(cn(Uint8Array.of(0x0c, 1, octet))));
    assert.ok(isSameName(broken(0xff), broken(0xff)) && !isSameName(broken(0xff), broken(0xfe)));
    const written = nameOf(setOf(cn(utf8String('\ufffd'))));
    assert.ok(!isSameName(broken(0xff), written));
    assert.deepEqual(
      [broken(0xff), written].map(({ text }) => text),
      ['CN=#0c01ff', 'CN=\ufffd'],
    );
  });

  it('knows what lies below a name', () => {
    assert.ok(isWithin(root, nameOf(setOf(o('acme')))));
    assert.ok(isWithin(root, nameOf()));
    assert.ok(!isWithin(nameOf(setOf(o('acme'))), root));
  });
});

const dns = (value: string): GeneralName => ({ type: 'DNS', value });
const email = (value: string): GeneralName => ({ type: 'email', value });
const uri = (value: string): GeneralName => ({ type: 'URI', value });
const ip = (...octets: readonly number[]): GeneralName => ({
  type: 'IP',
  value: octets.join('.'),
  octets: Uint8Array.from(octets),
});

describe('names in a subtree', () => {
  for (const { name, subtree, want } of [
    { name: dns('a.com'), subtree: dns('a.com'), want: true },
    { name: dns('x.y.A.com'), subtree: dns('a.com'), want: true },
    { name: dns('xa.com'), subtree: dns('a.com'), want: false },
    { name: dns('a.com'), subtree: dns('.a.com'), want: false },
    { name: dns('x.a.com'), subtree: dns('.a.com'), want: true },
    { name: dns('anything'), subtree: dns(''), want: true },
    { name: email('me@a.com'), subtree: email('a.com'), want: true },
    { name: email('me@x.a.com'), subtree: email('a.com'), want: false },
    { name: email('me@x.a.com'), subtree: email('.a.com'), want: true },
    { name: email('me@a.com'), subtree: email('.a.com'), want: false },
    { name: email('me@A.com'), subtree: email('me@a.com'), want: true },
    { name: email('Me@a.com'), subtree: email('me@a.com'), want: false },
    { name: email('a.com'), subtree: email('a.com'), want: undefined },
    { name: email('@a.com'), subtree: email('a.com'), want: undefined },
    { name: email('me@'), subtree: email('a.com'), want: undefined },
    { name: email('a@b@a.com'), subtree: email('a.com'), want: true },
    { name: email('me@.a.com'), subtree: email('.a.com'), want: false },
    { name: dns('a.com'), subtree: email('a.com'), want: undefined },
    { name: uri('https://a.com/x'), subtree: uri('a.com'), want: true },
    { name: uri('https://user@a.com:443/x'), subtree: uri('a.com'), want: true },
    { name: uri('https://x.a.com'), subtree: uri('a.com'), want: false },
    { name: uri('https://x.a.com'), subtree: uri('.a.com'), want: true },
    { name: uri('https://b.com/@a.com'), subtree: uri('a.com'), want: false },
    { name: uri('https://10.0.0.1/'), subtree: uri('a.com'), want: undefined },
    { name: uri('urn:uuid:1'), subtree: uri('a.com'), want: undefined },
    { name: ip(10, 1, 2, 3), subtree: ip(10, 0, 0, 0, 255, 0, 0, 0), want: true },
    { name: ip(11, 1, 2, 3), subtree: ip(10, 0, 0, 0, 255, 0, 0, 0), want: false },
    { name: ip(10, 0, 0, 0), subtree: ip(...new Array(32).fill(0)), want: false },
    { name: ip(...new Array(16).fill(0)), subtree: ip(0, 0, 0, 0, 0, 0, 0, 0), want: false },
    { name: ip(10, 1, 2), subtree: ip(10, 0, 0, 0, 255, 0, 0, 0), want: undefined },
    { name: ip(10, 1, 2, 3), subtree: ip(10, 0, 0, 0), want: undefined },
  ]) {
    it(`says ${want} of ${name.value} in "${subtree.value}"`, () => assert.equal(liesWithin(name, subtree), want));
  }

  it('knows that a wildcard reaches into an excluded domain', () => {
    assert.ok(mayReachInto(dns('*.a.com'), dns('www.a.com')));
    assert.ok(mayReachInto(dns('*.A.com'), dns('x.www.a.com')));
    assert.ok(!mayReachInto(dns('*.a.com'), dns('www.b.com')));
    assert.ok(!mayReachInto(dns('www.a.com'), dns('x.www.a.com')));
    assert.ok(!mayReachInto(dns('xxa.com'), dns('a.com')));
    assert.ok(!mayReachInto(dns('*.a.com'), email('www.a.com')));
  });
});
