import type { Stage } from './stage.ts';
import { Visitor, type Wish } from './visitor.ts';

interface Rule {
  readonly id: string;
  readonly plugins: object;
}

const nobody = {
  plugins: { 'fault-injection': { abort: { http_status: 403, vars: [[['uri', '==', '/never']]] } } },
};

/**
 * What of the time is the gateway's own: the rule as the operator has left it is taken away and put back, while nobody
 * else is at work. In milliseconds, from the PUT to the first answer that refuses.
 */
export async function measureShare(wishes: readonly Wish[], { standIn }: Stage): Promise<readonly number[]> {
  const searchParams = { gateway_group_id: standIn.groups['default'] ?? '' };
  const url = 'apisix/admin/global_rules';
  const { list } = await standIn.admin(url, { searchParams }).json<{ readonly list: readonly Rule[] }>();
  const [rule] = list;
  if (rule === undefined) throw new Error('there is no rule');
  const put = (json: object) => standIn.admin.put(`${url}/${rule.id}`, { searchParams, json });
  const times: number[] = [];
  for (const wish of wishes) {
    const visitor = await Visitor.of(wish);
    await put(nobody);
    await visitor.untilLetIn();
    const since = performance.now();
    const [{ refused }] = await Promise.all([visitor.untilRefused(since), put({ plugins: rule.plugins })]);
    times.push(refused);
    visitor.close();
  }
  return times;
}
