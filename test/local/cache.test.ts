import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installing } from '../../deploy/local/install/cache.ts';

describe('the cache', () => {
  let cache: string;
  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), 'mtls-operator-cache-'));
  });
  afterEach(() => rmSync(cache, { recursive: true }));

  it('is installed into by one at a time, the second one is told that it waits', async () => {
    const events: string[] = [];
    const told = Promise.withResolvers<void>();
    const tell = (text: string) => {
      events.push(text);
      told.resolve();
    };
    const install = (name: string) =>
      installing(cache, tell, async () => {
        events.push(`${name} begins`);
        await told.promise;
        events.push(`${name} ends`);
      });
    await Promise.all([install('first'), install('second')]);
    const [beginning, waiting, end, ...rest] = events;
    const [first, second] = beginning === 'first begins' ? ['first', 'second'] : ['second', 'first'];
    assert.deepEqual([waiting, end], ['waiting for another installation to finish', `${first} ends`]);
    assert.deepEqual(rest, [`${second} begins`, `${second} ends`]);
  });

  it('forgets what a killed installation left half-finished', async () => {
    const left = join(cache, 'partial-killed');
    mkdirSync(left);
    writeFileSync(join(left, 'etcd'), 'half');
    await installing(
      cache,
      () => {},
      async () => assert.ok(!existsSync(left)),
    );
    assert.deepEqual(readdirSync(cache), ['lock']);
  });

  it('keeps nothing of an installation that fails, and lets the next one in', async () => {
    const failing = installing(
      cache,
      () => {},
      async (partial) => {
        writeFileSync(join(partial, 'etcd'), 'half');
        throw new Error('no');
      },
    );
    await assert.rejects(failing, /no/);
    assert.deepEqual(readdirSync(cache), ['lock']);
    assert.equal(
      await installing(
        cache,
        () => {},
        async () => 'in',
      ),
      'in',
    );
  });
});
