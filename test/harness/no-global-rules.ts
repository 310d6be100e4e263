import type { GlobalRules } from '../../src/gateway/gateway-group.ts';

/** Of a gateway group that has none, and in which nobody makes one. */
export const noGlobalRules: GlobalRules = {
  ruleId: 'mtls-operator-revoked',
  list: async () => [],
  put: async () => {},
  remove: async () => {},
};
