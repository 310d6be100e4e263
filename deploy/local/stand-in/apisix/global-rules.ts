/** `/apisix/admin/global_rules`. */
import { checkRule, type GlobalRule, refuseTwin } from '../admin/global-rules.ts';
import type { Kind } from './kind.ts';

export const globalRules: Kind<GlobalRule> = {
  plural: 'global_rules',
  singular: 'global_rule',
  collection: (store) => store.globalRules,
  check: checkRule,
  checkReferences: (rule, { globalRules: all }) => refuseTwin(rule, String(rule.id), all),
  seal: (rule) => rule,
  show: (rule) => rule,
  refuseRemoval: () => {},
};
