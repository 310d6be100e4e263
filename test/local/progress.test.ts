import assert from 'node:assert/strict';
import { printLines } from '../../deploy/local/install/progress.ts';

describe('progress in lines', () => {
  const given = () => {
    const lines: string[] = [];
    let now = 0;
    const progress = printLines(
      (line) => lines.push(line),
      () => now,
    );
    const at = (seconds: number, text: string) => {
      now = seconds * 1000;
      progress(text);
    };
    return { lines, at };
  };

  it('prints a counter that runs only every ten seconds', () => {
    const { lines, at } = given();
    for (let second = 0; second <= 20; second++) at(second, `compiled ${second * 100} of 2,716 packages`);
    assert.deepEqual(lines, [
      'compiled 0 of 2,716 packages\n',
      'compiled 1000 of 2,716 packages\n',
      'compiled 2000 of 2,716 packages\n',
    ]);
  });

  it('prints another text at once', () => {
    const { lines, at } = given();
    at(0, 'fetched 1 modules');
    at(0, 'compiled 1 packages');
    assert.equal(lines.length, 2);
  });
});
