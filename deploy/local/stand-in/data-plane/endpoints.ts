import { lookup } from 'node:dns/promises';
import type { Endpoint } from './backend-blocks.ts';
import type { Node } from './state.ts';

/** IPv4 address of a node, or none: NGINX would refuse a whole configuration for one name that it cannot resolve. */
async function resolve(node: Node): Promise<readonly Endpoint[]> {
  try {
    const { address } = await lookup(node.host, { family: 4 });
    return [{ ...node, address }];
  } catch {
    return [];
  }
}

/** The nodes that can be reached by now; weight 0 takes no traffic. Names are looked up once per change, not later. */
export async function findEndpoints(nodes: readonly Node[]): Promise<readonly Endpoint[]> {
  const found = await Promise.all(nodes.filter(({ weight }) => weight > 0).map(resolve));
  return found.flat();
}
