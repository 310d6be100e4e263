/** What a gateway stand-in holds and was asked, for who plays its administrator. */
import type { StandIn } from '../../deploy/local/parts/stand-in.ts';

interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

interface Listed {
  readonly id: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Objects that the operator made, as `kind/id`: kinds in the order of creation, of each the newest first. */
export async function objectsAt(standIn: StandIn, group = 'default'): Promise<readonly string[]> {
  const { profile, groups } = standIn;
  if (profile.startsWith('apisix')) return ours(standIn, ['ssls', 'services', 'routes'], {});
  // By itself a list comes by `updated_at`: a renewal would change the order.
  const order = { order_by: 'created_at', direction: 'desc' };
  const query = { gateway_group_id: groups[group] ?? '', ...order };
  const kinds = profile === 'ee-3.3' ? ['ssls'] : ['ca_certificates', 'certificates', 'snis'];
  const objects = await ours(standIn, [...kinds, 'services'], query);
  const services = objects.filter((object) => object.startsWith('services/'));
  const routes = services.map((service) => ours(standIn, ['routes'], { ...query, service_id: service.slice(9) }));
  return [...objects, ...(await Promise.all(routes)).flat()];
}

async function ours(standIn: StandIn, kinds: readonly string[], query: Record<string, string>) {
  const found = await Promise.all(kinds.map(async (kind) => [kind, await list(standIn, kind, query)] as const));
  return found.flatMap(([kind, objects]) =>
    objects
      .filter(({ labels }) => labels?.['mtls-operator.dev/cluster'] !== undefined)
      .map(({ id }) => `${kind}/${id}`),
  );
}

/** As this profile lists them: APISIX wraps each object. */
async function list(
  { admin }: StandIn,
  kind: string,
  searchParams: Record<string, string>,
): Promise<readonly Listed[]> {
  const answer = admin(`apisix/admin/${kind}`, { searchParams });
  const { list: items } = await answer.json<{ list: readonly (Listed | { readonly value: Listed })[] }>();
  return items.map((item) => ('value' in item ? item.value : item));
}

/** Forgets what the Admin API was asked so far. */
export async function forgetRequests({ admin }: StandIn): Promise<void> {
  await admin.delete('stand-in/requests');
}

/** What the Admin API was asked to change since it was forgotten, oldest first; what it was only asked about is not there. */
export async function writesTo({ admin }: StandIn): Promise<readonly string[]> {
  const { list: seen } = await admin('stand-in/requests').json<{ list: readonly SeenRequest[] }>();
  return seen
    .filter(({ method, path }) => method !== 'GET' && !path.includes('/configs/validate'))
    .map(({ method, path }) => `${method} ${path.replace('/apisix/admin/', '')}`);
}
