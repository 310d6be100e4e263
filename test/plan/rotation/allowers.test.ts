import assert from 'node:assert/strict';
import type { Resource } from '../../../src/api/kinds.ts';
import type { Status } from '../../../src/api/status.ts';
import { anUpstreamResource, withStatus } from '../given.ts';
import { neighbours, Rehearsal } from '../rehearse.ts';
import { aGateway, annotate, anUpstream, rotateCa } from './given.ts';

const routes = { group: 'default', objects: [{ kind: 'routes', id: 'r' }] };
const state = ({ resource }: Rehearsal) => resource.status.rotation?.state;
const issuersOf = ({ resource }: Rehearsal) => resource.status.accepts?.issuers ?? [];

/** The rotation of the CA of an MtlsGateway whose clients that one allows, with what it has in its status. */
async function rotatedBeside(
  statusFor: (issuers: readonly string[], before: readonly string[]) => Status,
  metadata = {},
): Promise<Rehearsal> {
  const rehearsal = aGateway();
  await rehearsal.run();
  const before = issuersOf(rehearsal);
  annotate(rehearsal, { [rotateCa]: '1' });
  const allower = (): Resource<unknown> => {
    const resource = withStatus(anUpstreamResource(), statusFor(issuersOf(rehearsal), before));
    return { ...resource, metadata: { ...resource.metadata, ...metadata } };
  };
  const beside = { ...neighbours, allowers: () => [allower()] };
  await rehearsal.run({ neighbours: beside });
  if (state(rehearsal) === 'Trusted') await rehearsal.run({ neighbours: beside });
  return rehearsal;
}

describe('the rotation of the CA whose clients an MtlsUpstream allows', () => {
  it('tells of the next issuer before that signs, and waits until the routes know it', async () => {
    const rehearsal = await rotatedBeside((_, before) => ({ gateway: routes, allowedIssuers: [...before] }));
    assert.equal(issuersOf(rehearsal).length, 2);
    assert.equal(state(rehearsal), 'Trusted');
    assert.deepEqual(rehearsal.resource.status.rotation?.waitsFor, [
      'the MtlsUpstream mtls-nginx to allow clients of the next CA',
    ]);
    await rehearsal.run();
    assert.equal(state(rehearsal), 'Drained');
    assert.equal(issuersOf(rehearsal).length, 2);
  });

  for (const [what, status, metadata] of [
    ['whose routes know both', (issuers: readonly string[]) => ({ gateway: routes, allowedIssuers: [...issuers] }), {}],
    ['that has no route at the gateway', () => ({ gateway: { ...routes, objects: [] } }), {}],
    ['that was never served', () => ({}), {}],
    ['that is being deleted', () => ({ gateway: routes }), { deletionTimestamp: '2026-11-22T10:00:00Z' }],
  ] as const) {
    it(`does not wait for one ${what}`, async () => {
      assert.equal(state(await rotatedBeside(status, metadata)), 'Drained');
    });
  }
});

describe('the plan of an MtlsUpstream with authorization', () => {
  const authorization = [{ clients: { mtlsGatewayRef: { name: 'test-com' }, names: ['curl'] } }];
  const spec = anUpstream().resource.spec as object;
  const upstream = () => new Rehearsal('MtlsUpstream', { ...spec, authorization });
  const gateway = async () => {
    const rehearsal = aGateway();
    await rehearsal.run();
    return rehearsal.resource;
  };

  it('writes routes that refuse everybody before it knows the clients, and allows them then', async () => {
    const rehearsal = upstream();
    await rehearsal.run();
    const condition = (type: string) => rehearsal.resource.status.conditions?.find((one) => one.type === type);
    const vars = () => JSON.stringify(rehearsal.atGateway().find(({ kind }) => kind === 'routes')?.body);
    assert.equal(condition('Authorized')?.reason, 'ClientUnknown');
    assert.equal(condition('Ready')?.status, 'False');
    assert.match(
      vars(),
      /"vars":\[\["OR",\["ssl_client_verify","==","SUCCESS"\],\["ssl_client_verify","~=","SUCCESS"\]\]\]/,
    );
    const known = await gateway();
    await rehearsal.run({ neighbours: { ...neighbours, mtlsGateway: () => known } });
    assert.deepEqual(
      ['Authorized', 'Enforced', 'Ready'].map((type) => condition(type)?.reason),
      ['Restricted', 'RefusalsProven', 'Ready'],
    );
    assert.match(vars(), /CN=CURL/);
    assert.deepEqual(rehearsal.resource.status.allowedIssuers, known.status.accepts?.issuers);
  });

  it('asks the data plane for the refusal by the list that it has now', async () => {
    const rehearsal = upstream();
    const asked = new Set<string | undefined>();
    rehearsal.dataPlane = (question) => {
      for (const check of question.by === 'http' ? question.checks : []) asked.add(check.refusal);
      return {};
    };
    await rehearsal.run();
    const known = await gateway();
    await rehearsal.run({ neighbours: { ...neighbours, mtlsGateway: () => known } });
    assert.deepEqual([asked.size, asked.has(undefined)], [2, false]);
  });

  it('has no condition and no issuers once it is taken away', async () => {
    const rehearsal = upstream();
    const known = await gateway();
    await rehearsal.run({ neighbours: { ...neighbours, mtlsGateway: () => known } });
    rehearsal.resource = {
      ...rehearsal.resource,
      metadata: { ...rehearsal.resource.metadata, generation: 2 },
      spec,
    };
    assert.match(await rehearsal.run(), /routes/);
    const { conditions = [], allowedIssuers } = rehearsal.resource.status;
    assert.deepEqual([conditions.some(({ type }) => type === 'Authorized'), allowedIssuers], [false, undefined]);
    assert.doesNotMatch(JSON.stringify(rehearsal.atGateway()), /fault-injection/);
  });
});
