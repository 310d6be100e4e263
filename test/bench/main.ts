/**
 * `npm run bench -- NAME [FLAGS]` with a name of the list below; without one `pki`, which needs no server, as `model`
 * needs none. Figures, each beside its target where there is one, on stdout. Fails when a target is missed.
 */
import { type Figure, isMet, renderFigures } from './figure.ts';
import { benchNginx } from './nginx/nginx.ts';
import { benchPki } from './pki.ts';
import { benchRevocation } from './revocation/revocation.ts';
import { benchModel } from './rotation/model.ts';
import { benchRotation } from './rotation/rotation.ts';
import { benchScale } from './scale/scale.ts';
import { benchTenants } from './tenants/tenants.ts';

const benches: Readonly<Record<string, (flags: readonly string[]) => Promise<readonly Figure[]>>> = {
  pki: () => benchPki(),
  scale: benchScale,
  nginx: benchNginx,
  tenants: () => benchTenants(),
  rotation: benchRotation,
  revocation: benchRevocation,
  model: () => benchModel(),
};

const [name = 'pki', ...flags] = process.argv.slice(2);
const bench = benches[name];
if (bench === undefined) throw new Error(`no bench ${name}: there are ${Object.keys(benches).join(', ')}`);
const figures = await bench(flags);
console.log(renderFigures(name, figures));
process.exitCode = figures.every(isMet) ? 0 : 1;
