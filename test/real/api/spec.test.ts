import assert from 'node:assert/strict';
import { minimalGateway, parseCase, specCases } from '../../api/spec-cases.ts';
import { useCluster } from '../../harness/cluster.ts';
import { createDryRun } from './create.ts';
import { installCrds } from './install-crds.ts';

describe('a spec at the API server', () => {
  const cluster = useCluster();
  before(() => installCrds(cluster));

  for (const { name, kind, spec, refused } of specCases) {
    if (refused === undefined) {
      it(`is accepted with the parser's defaults: ${name}`, async () => {
        const parsed = parseCase({ kind, spec });
        assert.ok(parsed.ok);
        const verdict = await createDryRun(cluster, { kind, name: 'a', spec });
        assert.deepEqual(verdict, { accepted: true, spec: parsed.value });
      });
    } else {
      it(`is refused by the field: ${name}`, async () => {
        const verdict = await createDryRun(cluster, { kind, name: 'a', spec });
        assert.ok(!verdict.accepted, 'was accepted');
        const said = verdict.causes.find(({ field }) => field === refused.field);
        assert.ok(said?.message.includes(refused.message ?? ''), JSON.stringify(verdict.causes));
      });
    }
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
