import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { SetupFailure } from '../setup-failure.ts';
import { installPackages } from './debian.ts';
import { findOnPath } from './programs.ts';
import type { Progress } from './progress.ts';

/** The distribution's NGINX, as something to run with a configuration, a prefix and ports of one's own. */
export interface NginxInstallation {
  readonly nginx: string;
  /** Holds ndk_http_module.so, which has to be loaded first, and ngx_http_lua_module.so. */
  readonly modules: string;
  /** The value of lua_package_path: where resty.core and ngx.ssl are. */
  readonly luaPackagePath: string;
}

const packages = ['nginx-light', 'libnginx-mod-http-lua'];
const luaDirectory = '/usr/share/lua/5.1';

/** Throws a SetupFailure when it is missing and cannot be installed. */
export async function ensureNginx(progress: Progress): Promise<NginxInstallation> {
  const found = await findNginx();
  if (found !== undefined) return found;
  await installPackages(packages, { because: 'NGINX with its Lua module is missing', progress });
  const installed = await findNginx();
  if (installed === undefined)
    throw new SetupFailure(
      `NGINX has no Lua module although ${packages.join(', ')} are installed: remove the NGINX that comes first in the PATH.`,
    );
  return installed;
}

async function findNginx(): Promise<NginxInstallation | undefined> {
  const nginx = findOnPath('nginx');
  if (nginx === undefined) return undefined;
  const { stderr } = await execa(nginx, ['-V'], { reject: false });
  const modules = stderr.match(/--modules-path=(\S+)/)?.[1];
  if (modules === undefined) return undefined;
  const needed = [
    join(modules, 'ndk_http_module.so'),
    join(modules, 'ngx_http_lua_module.so'),
    join(luaDirectory, 'resty/core.lua'),
  ];
  return needed.every(existsSync) ? { nginx, modules, luaPackagePath: `${luaDirectory}/?.lua;;` } : undefined;
}
