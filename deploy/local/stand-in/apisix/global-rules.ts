/** `/apisix/admin/global_rules`. */
import { type GlobalRule, refuseTwin } from '../admin/global-rules.ts';
import { checkPlugins } from '../admin/plugins.ts';
import type { Kind } from './kind.ts';

export const globalRules: Kind<GlobalRule> = {
  plural: 'global_rules',
  singular: 'global_rule',
  collection: (store) => store.globalRules,
  check: ({ plugins }) => checkPlugins(plugins),
  checkReferences: (rule, { globalRules: all }) => refuseTwin(rule, String(rule.id), all),
  seal: (rule) => rule,
  show: (rule) => rule,
  refuseRemoval: () => {},
};
