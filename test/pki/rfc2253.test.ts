import assert from 'node:assert/strict';
import { mtlsGateway, parseSpec } from '../../src/api/kinds.ts';
import { type Der, objectIdentifier } from '../../src/pki/der/encode.ts';
import { toRfc2253 } from '../../src/pki/names/rfc2253.ts';

const tlv = (tag: number, ...content: readonly Uint8Array[]): Der => {
  const body = Buffer.concat(content);
  assert.ok(body.length < 0x80);
  return Buffer.concat([Uint8Array.of(tag, body.length), body]) as unknown as Der;
};
const attribute = (type: string, tag: number, value: string | Uint8Array) =>
  tlv(0x30, objectIdentifier(type), tlv(tag, typeof value === 'string' ? Buffer.from(value) : value));
/** One RDN for each list. */
const name = (...rdns: readonly (readonly Uint8Array[])[]) => tlv(0x30, ...rdns.map((rdn) => tlv(0x31, ...rdn)));

const cn = '2.5.4.3';
const [c, o, ou, serialNumber] = ['2.5.4.6', '2.5.4.10', '2.5.4.11', '2.5.4.5'];
const [utf8, printable, teletex, bmp] = [0x0c, 0x13, 0x14, 0x1e];

/** What OpenSSL 3.0 prints for the same; test/real/pki/rfc2253.test.ts asks the one of the machine. */
const rows: readonly { readonly der: Der; readonly text: string }[] = [
  {
    der: name([attribute(c, printable, 'DE')], [attribute(o, utf8, 'Acme, Inc.')], [attribute(cn, utf8, 'Müller CA')]),
    text: 'CN=M\\C3\\BCller CA,O=Acme\\, Inc.,C=DE',
  },
  { der: name([attribute(cn, utf8, ' two ')]), text: 'CN=\\ two\\ ' },
  { der: name([attribute(cn, utf8, ' ')]), text: 'CN=\\ ' },
  { der: name([attribute(cn, utf8, '#1 a#b = c')]), text: 'CN=\\#1 a#b = c' },
  { der: name([attribute(cn, utf8, '"\\+;<>')]), text: 'CN=\\"\\\\\\+\\;\\<\\>' },
  { der: name([attribute(cn, utf8, 'a\n\x7f')]), text: 'CN=a\\0A\\7F' },
  { der: name([attribute(cn, utf8, 'a'), attribute(ou, utf8, 'b')], [attribute(o, utf8, 'c')]), text: 'O=c,OU=b+CN=a' },
  { der: name([attribute(serialNumber, printable, '00112233')]), text: 'serialNumber=00112233' },
  { der: name([attribute(cn, teletex, Uint8Array.of(0x4d, 0xfc))]), text: 'CN=M\\C3\\BC' },
  { der: name([attribute(cn, bmp, Uint8Array.of(0, 0x4d, 0, 0xfc))]), text: 'CN=M\\C3\\BC' },
  { der: name([attribute('2.5.4.20', printable, '1')]), text: 'telephoneNumber=1' },
  { der: name([attribute('0.9.2342.19200300.100.1.44', utf8, 'x')]), text: 'uid=x' },
  { der: name([attribute('1.3.6.1.4.1.32473.1', utf8, 'x')]), text: '1.3.6.1.4.1.32473.1=#0C0178' },
  { der: name([attribute(cn, 0x04, 'x')]), text: 'CN=#040178' },
];

describe('a name in the text of RFC 2253', () => {
  for (const { der, text } of rows) {
    it(`is ${text}`, () => {
      assert.equal(toRfc2253(der), text);
    });

    it(`has the form that spec.revoked takes: ${text}`, () => {
      const revoked = [{ serialNumber: '0abc', issuer: text }];
      const parsed = parseSpec(mtlsGateway, { hosts: ['test.com'], revoked });
      assert.ok(parsed.ok, JSON.stringify(parsed));
    });
  }

  it('is not made of what is no name', () => {
    assert.throws(() => toRfc2253(tlv(0x30, tlv(0x31, tlv(0x30, objectIdentifier(cn))))));
  });
});
