import assert from 'node:assert/strict';
import { describeCrash } from '../../src/std/crash.ts';

function withStack(error: Error, stack: string): Error {
  error.stack = stack;
  return error;
}

describe('what is said about a crash', () => {
  it('is the class and our own places, without the message', () => {
    const stack = [
      'TypeError: token s3cret',
      '    at diff (file:///app/src/plan/diff.ts:12:3)',
      '    at async file:///app/node_modules/got/src/core.ts:1:1',
      '    at node:internal/process/task_queues:103:5',
      '    at async Controller.work (/app/dist/main.js:7:9)',
    ].join('\n');
    assert.deepEqual(describeCrash(withStack(new TypeError('token s3cret'), stack)), {
      error: 'TypeError',
      frames: ['src/plan/diff.ts:12:3', 'dist/main.js:7:9'],
    });
  });

  for (const thrown of ['s3cret', undefined, { token: 's3cret' }]) {
    it(`is only the sort of value for a thrown ${typeof thrown}`, () => {
      assert.deepEqual(describeCrash(thrown), { error: typeof thrown, frames: [] });
    });
  }
});
