import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProfileName } from '../../../deploy/local/stand-in/profiles.ts';
import { type Found, findGateway } from '../../gateway-conformance/admin-door.ts';
import { played } from '../../gateway-conformance/document.ts';
import { type Material, makeMaterial } from '../../gateway-conformance/material.ts';
import { Run } from '../../gateway-conformance/run.ts';
import { rowsFor } from '../../gateway-conformance/table.ts';
import { startUpstream, type Upstream } from '../../gateway-conformance/upstream.ts';
import { type StandIn, startStandIn, token } from '../stand-in/stand-in-process.ts';

async function lookAt({ ready }: StandIn): Promise<Found> {
  const type = ready.profile.startsWith('apisix') ? 'apisix' : 'api7-ee';
  const address = { url: ready.adminUrl, token, ca: readFileSync(ready.adminCa ?? '', 'utf8') };
  return findGateway(type, address, 'default');
}

describe('the conformance table', () => {
  let directory: string;
  let material: Material;
  let upstream: Upstream;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'conformance-'));
    material = await makeMaterial(directory);
    upstream = await startUpstream(directory, material, '127.0.0.1');
  });
  after(async () => {
    await upstream?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  for (const [profile, gateway] of Object.entries(played)) {
    describe(`against the stand-in as ${profile}`, () => {
      let standIn: StandIn;
      let found: Found;
      let run: Run;

      before(async () => {
        standIn = await startStandIn(profile as ProfileName);
        found = await lookAt(standIn);
        const { httpsPort, httpPort } = standIn.ready;
        run = new Run({
          found,
          material,
          https: { host: '127.0.0.1', port: httpsPort },
          http: { host: '127.0.0.1', port: httpPort },
          upstream,
          followWithin: Temporal.Duration.from({ seconds: 15 }),
        });
      });
      after(() => standIn.stop());

      it('is told which kind of gateway it is', () => assert.deepEqual(found.gateway, gateway));

      for (const row of rowsFor(gateway)) {
        it(`${row.section}: ${row.row}`, async () => {
          const { ok, wanted, seen } = await run.perform(row);
          assert.ok(ok, `wanted ${wanted}, seen ${seen}`);
        });
      }

      it('leaves nothing behind', async () => {
        await run.cleanUp();
        const kinds =
          profile === 'ee-3.10'
            ? ['certificates', 'ca_certificates', 'snis', 'ssls', 'services', 'global_rules']
            : ['ssls', 'services', 'global_rules'];
        for (const kind of kinds) {
          const { text } = await found.door.call({ method: 'GET', path: found.door.pathOf(kind) });
          assert.equal((JSON.parse(text) as { readonly total: number }).total, 0, kind);
        }
      });
    });
  }
});
