import assert from 'node:assert/strict';
import { minimalGateway, specCases } from '../../api/spec-cases.ts';
import { useCluster } from '../../harness/cluster.ts';
import { createDryRun } from './create.ts';
import { installCrds } from './install-crds.ts';
import { assertAsParsed } from './verdict.ts';

describe('a spec at the API server', () => {
  const cluster = useCluster();
  before(() => installCrds(cluster));

  for (const each of specCases) {
    const { name, kind, spec, refused } = each;
    const what = refused === undefined ? "is stored with the parser's defaults" : 'is refused as by the parser';
    it(`${what}: ${name}`, async () => assertAsParsed(each, await createDryRun(cluster, { kind, name: 'a', spec })));
  }

  it('is required', async () => {
    const verdict = await createDryRun(cluster, { kind: 'MtlsGateway', name: 'a', spec: undefined });
    assert.ok(!verdict.accepted && verdict.causes.some(({ field }) => field === 'spec'), JSON.stringify(verdict));
  });

  it('takes a name that leaves room for the names of Secrets, and no longer one', async () => {
    const name = (length: number) => `${'a.'.repeat(94)}${'a'.repeat(length - 188)}`;
    const resource = { kind: 'MtlsGateway', spec: minimalGateway };
    assert.ok((await createDryRun(cluster, { ...resource, name: name(189) })).accepted);
    const longer = await createDryRun(cluster, { ...resource, name: name(190) });
    assert.match(JSON.stringify(longer), /metadata.name must be at most 189 characters/);
  });
});
