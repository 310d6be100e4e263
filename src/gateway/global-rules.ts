import { permanent } from '../std/failure.ts';
import type { AdminClient, Query } from './admin-client.ts';
import type { GlobalRules } from './gateway-group.ts';

interface Place {
  readonly query: Query;
  readonly ruleId: string;
  readonly unwrap?: Parameters<AdminClient['list']>[2];
}

const path = 'apisix/admin/global_rules';

/** Both products have them at the same path. */
export function globalRulesOf(admin: AdminClient, { query, ruleId, unwrap }: Place): GlobalRules {
  return {
    ruleId,
    list: () => admin.list(path, query, unwrap),
    async put(body) {
      const { found } = await admin.put(`${path}/${ruleId}`, query, body);
      if (!found) throw permanent('GatewayRejected', 'The gateway has no place for global rules');
    },
    remove: () => admin.delete(`${path}/${ruleId}`, query),
  };
}
