import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { Quarantine } from '../../src/quarantine/quarantine.ts';
import type { Subject } from '../../src/quarantine/suspects.ts';
import { cpuMilliseconds } from '../harness/spend.ts';

const subject = (name: string, generation = 1): Subject => ({
  ...{ kind: 'MtlsUpstream', namespace: 'shop', name, generation },
  uid: `uid-of-${name}`,
});

describe('the memory of what is under way', () => {
  let directory = '';
  const lines: string[] = [];
  const log = pino({ base: null }, { write: (line: string) => void lines.push(line) });
  /** What comes after a death opens the same directory. */
  const open = () => Quarantine.open(directory, log);
  const standing = (name: string, generation = 1) => open().standingOf(subject(name, generation), false);

  const file = (name: string) => {
    writeFileSync(join(directory, name), '');
    return join(directory, name);
  };

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'quarantine-'));
    lines.length = 0;
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('outlives the process, and names what was under way', () => {
    open().begin(subject('web'), false);
    assert.equal(standing('web'), 'suspected');
    assert.match(lines.join(''), /"underWay":\[\{"kind":"MtlsUpstream","namespace":"shop","name":"web"/);
    assert.equal(standing('api'), 'free');
  });

  it('has nothing of what ended before', () => {
    const quarantine = open();
    const ends = ['a', 'b', 'c'].map((name) => quarantine.begin(subject(name), false));
    ends[1]?.();
    ends[0]?.();
    quarantine.begin(subject('d'), false);
    const next = open();
    assert.deepEqual(
      ['a', 'b', 'c', 'd'].map((name) => next.standingOf(subject(name), false)),
      ['free', 'free', 'suspected', 'suspected'],
    );
  });

  it('convicts who was alone, over every later life, until it is acquitted after an edit', () => {
    open().begin(subject('web'), false);
    open().begin(subject('web'), true);
    assert.equal(standing('web'), 'convicted');
    assert.equal(standing('web'), 'convicted');
    assert.equal(standing('web', 2), 'suspected');
    open().acquit(subject('web', 2));
    assert.equal(standing('web', 2), 'free');
  });

  it('has nothing after an end of which the reason is known', () => {
    const quarantine = open();
    quarantine.begin(subject('web'), false);
    quarantine.exonerate();
    assert.equal(standing('web'), 'free');
  });

  it('keeps whom another process has told of', () => {
    open().suspect(subject('web'));
    assert.equal(standing('web'), 'suspected');
  });

  it('passes over what is damaged, by a death in the middle of a write', () => {
    open().begin(subject('web'), false);
    appendFileSync(join(directory, 'under-way'), '["MtlsUps');
    writeFileSync(join(directory, 'suspects'), '\0\n[1]\n');
    assert.equal(standing('web'), 'suspected');
  });

  it('holds no more than the names of Kubernetes need, however many reconciles there are', () => {
    const quarantine = open();
    const longest = { ...subject('n'.repeat(253)), namespace: 's'.repeat(63) };
    for (let round = 0; round < 1000; round += 1) {
      const ends = Array.from({ length: 16 }, () => quarantine.begin(longest, false));
      for (const end of ends) end();
    }
    quarantine.begin(longest, false);
    assert.equal(readFileSync(join(directory, 'under-way')).length, 16 * 1024);
    assert.equal(open().standingOf(longest, false), 'suspected');
  });

  for (const { what, unusable, code } of [
    { what: 'is not there', unusable: () => join(directory, 'none'), code: 'ENOENT' },
    { what: 'is a file', unusable: () => file('plain'), code: 'ENOTDIR' },
    // Whoever runs these tests may be root, who may write anywhere else.
    { what: 'cannot be written to', unusable: () => '/proc/self', code: 'ENOENT' },
  ])
    it(`says that its directory ${what}, and lets work go on without`, () => {
      const quarantine = Quarantine.open(unusable(), log);
      quarantine.begin(subject('web'), false)();
      quarantine.suspect(subject('web'));
      assert.equal(quarantine.standingOf(subject('web'), false), 'suspected');
      assert.equal(lines.length, 1);
      assert.match(lines.join(''), new RegExp(`"code":"${code}".*stateDirectory cannot be used`));
    });

  it('lets work go on where it cannot be written any more, and says so once', () => {
    const quarantine = open();
    rmSync(directory, { recursive: true });
    quarantine.suspect(subject('web'));
    quarantine.suspect(subject('api'));
    assert.equal(quarantine.standingOf(subject('web'), false), 'suspected');
    assert.equal(lines.filter((line) => line.includes('cannot record which reconciles are running')).length, 1);
    assert.match(lines.join(''), /"code":"ENOENT"/);
    directory = mkdtempSync(join(tmpdir(), 'quarantine-'));
  });

  it('costs a reconcile less than a tenth of a millisecond', async () => {
    const quarantine = open();
    const spent = await cpuMilliseconds(100, () => {
      for (let round = 0; round < 1000; round += 1) quarantine.begin(subject('web'), false)();
    });
    assert.ok(spent <= 100, `${spent} ms for 1,000`);
  });
});
