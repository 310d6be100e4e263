import assert from 'node:assert/strict';
import { splitPem } from '../../src/pki/pem.ts';
import { aCa } from './given.ts';

describe('splitting a bundle', () => {
  it('gives each certificate in its order, whatever stands between them', async () => {
    const [one, other] = [(await aCa()).certificatePem, (await aCa()).certificatePem];
    const key = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n';
    assert.deepEqual(splitPem(`# one\r\n${one.replaceAll('\n', '\r\n')}${key}${other.trimEnd()}`), [one, other]);
  });

  it('gives none where there is none', () => assert.deepEqual(splitPem('no certificate'), []));

  it('has a finding for a damaged block, which would be one anchor less', async () => {
    const { certificatePem } = await aCa();
    const split = splitPem(`${certificatePem.slice(0, 200)}\n${certificatePem}`);
    assert.ok('reason' in split);
    assert.equal(split.reason, 'BundleUnreadable');
  });

  it('has a finding for a bundle that no Secret could hold', () => {
    const split = splitPem('-----BEGIN CERTIFICATE-----\n'.repeat(100_000));
    assert.ok('reason' in split);
    assert.equal(split.reason, 'BundleTooLarge');
  });
});
