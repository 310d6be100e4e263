import assert from 'node:assert/strict';
import { afterDeath, formatSubject, parseSubject, type Subject, standingOf } from '../../src/quarantine/suspects.ts';

const subject: Subject = { kind: 'MtlsUpstream', namespace: 'shop', name: 'web', uid: 'u1', generation: 1 };
const edited = { ...subject, generation: 2 };

describe('who is suspected of a death', () => {
  it('are all that were under way', () => {
    const other = { ...subject, name: 'api', uid: 'u2' };
    const found = afterDeath(
      [],
      [subject, other].map((one) => ({ ...one, alone: false })),
    );
    assert.deepEqual(found, [
      { ...subject, convicted: false },
      { ...other, convicted: false },
    ]);
  });

  it('are those of earlier deaths too', () => {
    const known = [{ ...subject, convicted: true }];
    assert.deepEqual(afterDeath(known, []), known);
  });

  it('is convicted who was alone, in the state that it had then', () => {
    const found = afterDeath([{ ...subject, convicted: false }], [{ ...edited, alone: true }]);
    assert.deepEqual(found, [{ ...edited, convicted: true }]);
  });

  it('are 1024 at most, and the latest', () => {
    const marks = Array.from({ length: 1100 }, (_, i) => ({ ...subject, uid: `u${i}`, alone: false }));
    const found = afterDeath([], marks);
    assert.deepEqual([found.length, found[0]?.uid, found.at(-1)?.uid], [1024, 'u76', 'u1099']);
  });
});

describe('what may be done with a resource', () => {
  const suspected = { ...subject, convicted: false };
  const convicted = { ...subject, convicted: true };
  for (const { name, known, now = subject, isDeleted = false, want } of [
    { name: 'that nobody suspects', known: undefined, want: 'free' },
    { name: 'that is suspected', known: suspected, want: 'suspected' },
    { name: 'that is suspected and edited', known: suspected, now: edited, want: 'suspected' },
    { name: 'that is convicted', known: convicted, want: 'convicted' },
    { name: 'that is convicted and edited', known: convicted, now: edited, want: 'suspected' },
    { name: 'that is suspected and deleted', known: suspected, now: edited, isDeleted: true, want: 'free' },
    { name: 'that is convicted and deleted', known: convicted, now: edited, isDeleted: true, want: 'free' },
    { name: 'that is suspected of its deletion', known: suspected, isDeleted: true, want: 'suspected' },
    { name: 'that is convicted of its deletion', known: convicted, isDeleted: true, want: 'convicted' },
  ]) {
    it(`${name} is ${want}`, () => assert.equal(standingOf(known, now, isDeleted), want));
  }
});

describe('a line about a resource', () => {
  it('is read as it was written', () => {
    assert.deepEqual(parseSubject(formatSubject(subject, true)), { ...subject, flag: true });
  });

  for (const text of [
    '',
    '{}',
    '[]',
    '["a","b","c","d",1]',
    '["a","b","c","",1,true]',
    '["a","b","c","d","1",true]',
    '["a","b',
  ])
    it(`is none where it is ${text}`, () => assert.equal(parseSubject(text), undefined));
});
