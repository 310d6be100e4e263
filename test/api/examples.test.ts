import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { apiVersion } from '../../src/api/group.ts';
import { parseCase } from './spec-cases.ts';

describe('the examples', () => {
  const files = globSync('deploy/examples/*.yaml').sort();

  it('show both kinds', () => {
    assert.deepEqual(
      files.map((file) => parse(readFileSync(file, 'utf8')).kind),
      ['MtlsGateway', 'MtlsUpstream'],
    );
  });

  for (const file of files) {
    it(`${file} is accepted, and names no namespace`, () => {
      const example = parse(readFileSync(file, 'utf8'));
      assert.equal(example.apiVersion, apiVersion);
      assert.equal(example.metadata.namespace, undefined);
      assert.deepEqual(parseCase(example).ok, true);
    });
  }
});
