import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProjectedVolume } from '../../deploy/local/upstream/projected-volume.ts';

const payload = (entries: Readonly<Record<string, string>>) =>
  new Map(Object.entries(entries).map(([key, value]) => [key, Buffer.from(value)]));

describe('a projected volume', () => {
  let directory: string;
  let volume: ProjectedVolume;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'projected-'));
    volume = new ProjectedVolume(join(directory, 'tls'), 0o600);
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const at = (name: string) => join(directory, 'tls', name);
  const names = () => readdirSync(join(directory, 'tls')).sort();
  const read = (key: string) => readFileSync(at(key), 'utf8');

  it('is laid out as kubelet does it', () => {
    assert.equal(volume.write(payload({ 'tls.crt': 'c', 'tls.key': 'k' })), true);
    const [timestamped, ...others] = names();
    assert.match(timestamped ?? '', /^\.\.\d{4}(_\d\d){5}\.\w+$/);
    assert.deepEqual(others, ['..data', 'tls.crt', 'tls.key']);
    assert.equal(readlinkSync(at('..data')), timestamped);
    assert.equal(readlinkSync(at('tls.crt')), '..data/tls.crt');
    assert.equal(read('tls.key'), 'k');
    assert.equal(statSync(at('tls.key')).mode & 0o777, 0o600);
  });

  it('swaps to a new directory and removes the old one', () => {
    volume.write(payload({ a: '1' }));
    const before = readlinkSync(at('..data'));
    assert.equal(volume.write(payload({ a: '2' })), true);
    assert.notEqual(readlinkSync(at('..data')), before);
    assert.equal(names().includes(before), false);
    assert.equal(read('a'), '2');
  });

  it('drops the link of a key that is gone and adds that of a new one', () => {
    volume.write(payload({ a: '1', b: '1' }));
    volume.write(payload({ b: '2', c: '2' }));
    assert.deepEqual(names().slice(1), ['..data', 'b', 'c']);
  });

  it('touches nothing for the same payload, also when it is opened anew', () => {
    volume.write(payload({ a: '1', b: '2' }));
    const before = names();
    const opened = new ProjectedVolume(join(directory, 'tls'), 0o600);
    assert.deepEqual(
      [volume, opened].map((one) => one.write(payload({ b: '2', a: '1' }))),
      [false, false],
    );
    assert.deepEqual(names(), before);
  });

  it('repairs what a crash after the swap left undone', () => {
    volume.write(payload({ a: '1' }));
    rmSync(at('a'));
    symlinkSync('..gone', at('..data_tmp'));
    assert.equal(volume.write(payload({ a: '1' })), false);
    assert.deepEqual(names().slice(1), ['..data', 'a']);
    assert.equal(read('a'), '1');
  });
});
