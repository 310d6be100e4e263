import assert from 'node:assert/strict';
import { freePort } from '../../../deploy/local/processes/ports.ts';
import type { ProfileName } from '../../../deploy/local/stand-in/profiles.ts';
import { eventually } from '../../harness/eventually.ts';
import { aGateway, anUpstream } from '../../harness/given.ts';
import { useWhole } from '../../harness/whole.ts';

const profiles: readonly ProfileName[] = ['ee-3.10', 'ee-3.3', 'apisix-3.18', 'apisix-3.19'];

for (const profile of profiles) describe(`a gateway that holds nothing, ${profile},`, () => describeEmpty(profile));

function describeEmpty(profile: ProfileName): void {
  const given = useWhole({ profile });
  let port: number;

  before('start NGINX', async () => {
    const { whole } = given;
    port = await freePort();
    await whole.startNginx();
  });

  const bothReady = async () => {
    await given.whole.ready('mgw', 'test-com');
    await given.whole.until('mgw', 'test-com', 'Enforced', 'True', 'Proven');
    await given.whole.ready('mup', 'mtls-nginx');
  };

  it('takes the first resources', async () => {
    const { whole } = given;
    assert.deepEqual(await whole.gatewayObjects(), []);
    await whole.apply(aGateway(), anUpstream({ port }));
    await bothReady();
  });

  it('is filled again after somebody removed everything', async () => {
    const { whole } = given;
    const objects = await whole.gatewayObjects();
    for (const object of objects.toReversed()) await removeByHand(object);
    assert.deepEqual(await whole.gatewayObjects(), []);
    await eventually(async () => assert.deepEqual((await whole.gatewayObjects()).toSorted(), objects.toSorted()));
    await bothReady();
  });

  it('lets resources go whose objects somebody has removed', async () => {
    const { whole } = given;
    await whole.fault({ methods: ['PUT'], status: 503 });
    for (const object of (await whole.gatewayObjects()).toReversed()) await removeByHand(object);
    await whole.here(['delete', 'mtls', '--all', '--timeout=30s']);
    await whole.fault({});
    assert.deepEqual(await whole.gatewayObjects(), []);
  });

  it('takes the next resource, and lets the last one go', async () => {
    const { whole } = given;
    await whole.apply(aGateway());
    await whole.ready('mgw', 'test-com');
    await whole.here(['delete', 'mgw', 'test-com', '--timeout=30s']);
    assert.deepEqual(await whole.gatewayObjects(), []);
  });

  /** Behind the back of the operator; what another one took with it is gone already. */
  async function removeByHand(object: string): Promise<void> {
    const { admin, groups } = given.whole.standIn;
    const searchParams = profile.startsWith('apisix') ? { force: 'true' } : { gateway_group_id: groups['default'] };
    await admin.delete(`apisix/admin/${object}`, { searchParams, throwHttpErrors: false });
  }
}
