/** The products and versions that the stand-in can play, by the name of `--profile`. */
import type { Product } from './admin/product.ts';
import { readGroupCredentials } from './api7-ee/credentials.ts';
import { createGroup } from './api7-ee/group.ts';
import { openApi7Ee } from './api7-ee/product.ts';
import { readRoleCredentials } from './apisix/credentials.ts';
import { openApisix } from './apisix/product.ts';

export interface Setup {
  /** Lines of the token file that hold something. */
  readonly tokens: readonly string[];
  /** Names of gateway groups, for a product that has such. The data plane plays the first. */
  readonly groups: readonly string[];
  /** Called when the data plane has to follow. */
  readonly changed: () => void;
}

function api7Ee(generation: '3.10' | '3.3', { tokens, groups, changed }: Setup): Product {
  const [played, ...others] = groups.map(createGroup);
  if (played === undefined) throw new Error('There must be a gateway group');
  const credentials = readGroupCredentials(tokens, [played, ...others]);
  const follow = (group: unknown) => {
    if (group === played) changed();
  };
  return openApi7Ee({ generation, groups: [played, ...others], credentials, changed: follow });
}

function apisix(generation: '3.18' | '3.19', { tokens, changed }: Setup): Product {
  return openApisix({ generation, credentials: readRoleCredentials(tokens), changed });
}

export const profiles = {
  'ee-3.10': (setup: Setup) => api7Ee('3.10', setup),
  'ee-3.3': (setup: Setup) => api7Ee('3.3', setup),
  'apisix-3.18': (setup: Setup) => apisix('3.18', setup),
  'apisix-3.19': (setup: Setup) => apisix('3.19', setup),
} as const;

export type ProfileName = keyof typeof profiles;

export const isProfileName = (name: string): name is ProfileName => Object.hasOwn(profiles, name);
