import assert from 'node:assert/strict';
import { freePort } from '../../../deploy/local/processes/ports.ts';
import type { ProfileName } from '../../../deploy/local/stand-in/profiles.ts';
import { openUntilLabel } from '../../../src/model/ownership.ts';
import { eventually } from '../../harness/eventually.ts';
import { aGateway, anUpstream } from '../../harness/given.ts';
import { useWhole } from '../../harness/whole.ts';

type Body = Readonly<Record<string, unknown>>;

/** What `dump --with-id` and `sync` of API7's ADC make of an object: its own mark, and nothing that it does not know. */
function rewritten(kind: string, body: Body): Body {
  const { created_at, updated_at, create_time, update_time, ...known } = body;
  const labels = { ...(body['labels'] as Body), 'managed-by': 'adc' };
  const upstream = body['upstream'] as Body | undefined;
  const { client_certificate, ca_certificates, tls_verify, tls, ...rest } = upstream ?? {};
  const { mtls, client, ...open } = known;
  if (kind === 'services') return { ...known, labels, upstream: rest };
  return { ...open, labels };
}

/** But for when it was written, and until when sessions may last that began while it asked for no certificate. */
function lasting(body: Body): Body {
  const { updated_at, update_time, labels, ...rest } = body;
  const { [openUntilLabel]: _, ...others } = labels as Body;
  return { ...rest, labels: others };
}

for (const profile of ['ee-3.10', 'ee-3.3', 'apisix-3.18', 'apisix-3.19'] satisfies ProfileName[]) {
  describe(`beside a tool that takes every object for its own, at the gateway ${profile}`, () => {
    const given = useWhole({ operator: false, profile });
    const isApisix = profile.startsWith('apisix');
    // Of the objects that show no key, which no tool could send back.
    const rewrites = isApisix || profile === 'ee-3.3' ? ['services', 'routes'] : ['snis', 'services', 'routes'];

    before('two resources that are settled', async () => {
      const { whole } = given;
      const port = await freePort();
      await whole.startOperator({ driftInterval: Temporal.Duration.from({ seconds: 2 }) });
      await whole.startNginx();
      await whole.apply(aGateway(), anUpstream({ port }));
      await whole.ready('mgw', 'test-com');
      await whole.ready('mup', 'mtls-nginx');
    });

    const query = () => (isApisix ? {} : { gateway_group_id: given.whole.standIn.groups['default'] ?? '' });
    const read = async (object: string): Promise<Body> =>
      (await given.whole.standIn.admin(`apisix/admin/${object}`, { searchParams: query() }).json<{ value: Body }>())
        .value;
    const write = (object: string, json: Body) =>
      given.whole.standIn.admin.put(`apisix/admin/${object}`, { searchParams: query(), json });
    const labelsOf = async (object: string) => (await read(object))['labels'] as Readonly<Record<string, string>>;

    it('carries no label of another tool', async () => {
      for (const object of await given.whole.gatewayObjects()) {
        assert.deepEqual(
          Object.keys(await labelsOf(object)).filter((label) => !label.startsWith('mtls-operator.dev/')),
          [],
        );
      }
    });

    it('has every object whole again within the interval after that tool has rewritten and stripped it', async () => {
      const { whole } = given;
      const objects = (await whole.gatewayObjects()).filter((object) => rewrites.includes(object.split('/')[0] ?? ''));
      const before = new Map(await Promise.all(objects.map(async (object) => [object, await read(object)] as const)));
      for (const [object, body] of before) await write(object, rewritten(object.split('/')[0] ?? '', body));
      for (const object of objects) assert.equal((await labelsOf(object))['managed-by'], 'adc');
      await eventually(async () => {
        for (const object of objects) {
          assert.deepEqual(lasting(await read(object)), lasting(before.get(object) ?? {}));
        }
      });
      for (const object of objects)
        assert.equal(openUntilLabel in (await labelsOf(object)), object.startsWith('snis/'), object);
      await whole.ready('mgw', 'test-com');
      await whole.ready('mup', 'mtls-nginx');
    });

    it('goes on with what an earlier version has marked, without a write', async () => {
      const { whole } = given;
      const [route = ''] = (await whole.gatewayObjects()).filter((object) => object.startsWith('routes/'));
      const { created_at, updated_at, create_time, update_time, ...body } = await read(route);
      await write(route, { ...body, labels: { ...(body['labels'] as Body), 'managed-by': 'mtls-operator' } });
      await whole.assertSilent('mup', 'mtls-nginx');
    });

    it('leaves alone what that tool has made of a copy, labels and all, under an id of its own', async () => {
      const { whole } = given;
      const [service = ''] = (await whole.gatewayObjects()).filter((object) => object.startsWith('services/'));
      const { id, created_at, updated_at, create_time, update_time, ...body } = await read(service);
      await write('services/copied', { ...rewritten('services', body), name: 'copied' });
      await whole.assertSilent('mup', 'mtls-nginx');
    });

    it('takes all of its own away when the resources go, and the copy stays', async () => {
      const { whole } = given;
      const objects = (await whole.gatewayObjects()).filter((object) => object !== 'services/copied');
      for (const object of objects.filter((name) => rewrites.includes(name.split('/')[0] ?? '')))
        await write(object, rewritten('labels only', await read(object)));
      await whole.here(['delete', 'mgw,mup', '--all', '--timeout=60s']);
      assert.deepEqual(await whole.gatewayObjects(), ['services/copied']);
    });
  });
}
