import assert from 'node:assert/strict';
import { TrustBudget } from '../../../src/pki/path/trust-budget.ts';

const bundle = (certificates: number, comment = '') =>
  `${comment}\n${'-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'.repeat(certificates)}`;

describe('what all trust bundles of a resource may come to', () => {
  for (const { name, texts, want } of [
    { name: 'as many certificates as there may be', texts: [bundle(256)], want: [undefined] },
    { name: 'one more', texts: [bundle(257)], want: ['TooManyCertificates'] },
    { name: 'one more in another bundle', texts: [bundle(256), bundle(1)], want: [undefined, 'TooManyCertificates'] },
    { name: 'the same bundle again', texts: [bundle(200), bundle(200)], want: [undefined, undefined] },
    { name: 'too much text in all', texts: ['a'.repeat(2 ** 20), 'b'], want: [undefined, 'PemTooLarge'] },
  ]) {
    it(`${want.at(-1) === undefined ? 'takes' : 'refuses'} ${name}`, () => {
      const budget = new TrustBudget();
      assert.deepEqual(
        texts.map((text) => budget.add(text)?.reason),
        want,
      );
    });
  }
});
