/** Global rules, the same in both products: one plugin in one rule only, measured on Apache APISIX 3.18. */
import type { Abort } from '../data-plane/state.ts';
import type { Collection } from './collection.ts';
import { abortsIn, type Plugins } from './plugins.ts';
import { Refusal } from './refusal.ts';

export interface GlobalRule {
  readonly id?: string | number;
  readonly plugins: Plugins;
}

/** Throws a Refusal (400) where another rule has one of the plugins. */
export function refuseTwin({ plugins }: GlobalRule, id: string, rules: Collection<GlobalRule>): void {
  for (const other of rules.values()) {
    const shared = Object.keys(plugins).find((name) => other.id !== id && name in other.body.plugins);
    if (shared === undefined) continue;
    throw new Refusal(400, `plugin ${shared} already exists in global rule with id ${other.id}`);
  }
}

/** What the data plane does to every request. */
export function abortsOf(rules: Collection<GlobalRule>): readonly Abort[] {
  return [...rules.values()].flatMap(({ body }) => abortsIn(body.plugins));
}
