import assert from 'node:assert/strict';
import { differences, shown, summary } from './report.ts';

const same = { section: 'names', row: 'a', ok: true, wanted: '^200$', seen: '200' };
const other = { section: 'names', row: 'b', ok: false, wanted: '^hs 80$', seen: 'hs 112' };

describe('the report', () => {
  it('is empty where no row differs', () => assert.equal(differences([same]), ''));

  it('shows the rows that differ, what was expected and what came', () => {
    const text = differences([same, other]);
    for (const part of ['names: b', '^hs 80$', 'hs 112']) assert.ok(text.includes(part), text);
    assert.ok(!text.includes('names: a'), text);
  });

  it('ends with how many rows differ', () => {
    assert.equal(summary([same]), '1 rows asked, none differs');
    assert.equal(summary([same, other]), '2 rows asked, 1 differ');
  });

  const pem = (lines: string) => `-----BEGIN PRIVATE KEY-----${lines}secret${lines}-----END PRIVATE KEY-----`;
  for (const [name, text] of Object.entries({
    'as it is': pem('\n'),
    'inside of JSON': JSON.stringify({ key: pem('\n') }),
    'cut short': '-----BEGIN PRIVATE KEY-----\nsecret',
  })) {
    it(`never shows a key, ${name}`, () => assert.ok(!shown(text).includes('secret'), shown(text)));
  }
});
