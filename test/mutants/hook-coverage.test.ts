import assert from 'node:assert/strict';
import { shareHooks, suiteId } from './hook-coverage.ts';

describe('what the tests of a room reach', () => {
  const tests = ['a lease is held', 'a lease of another is waited for', 'a queue is empty'];

  it('is what they reach themselves', () => {
    const coverage = { 'a lease is held': { '1': 2 }, 'a queue is empty': { '2': 1 } };
    assert.deepEqual(shareHooks(coverage, tests), { ...coverage, 'a lease of another is waited for': {} });
  });

  it('and what the hooks before all tests of their suites do', () => {
    const coverage = {
      [suiteId('a lease')]: { '1': 1 },
      [suiteId('a lease of another')]: { '3': 1 },
      'a lease is held': { '1': 2 },
    };
    assert.deepEqual(shareHooks(coverage, tests), {
      'a lease is held': { '1': 3 },
      'a lease of another is waited for': { '1': 1, '3': 1 },
      'a queue is empty': {},
    });
  });

  it('and what the hooks of the whole run do', () => {
    assert.deepEqual(shareHooks({ [suiteId('')]: { '1': 1 } }, tests.slice(0, 1)), { 'a lease is held': { '1': 1 } });
  });
});
