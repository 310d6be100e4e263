/** A gateway that loses what the operator put there, and nothing else. */
import type { Kubectl } from '../../../deploy/local/parts/kubectl.ts';
import type { AdminDoor } from '../admin-door.ts';
import { type Dialect, type Gateway, type GatewayObject, removalOrder } from '../gateway.ts';
import type { Asked } from '../report.ts';
import { checkAll } from './checks.ts';
import { namespace } from './environment.ts';

type Ref = Omit<GatewayObject, 'body'>;

interface Resource {
  readonly status?: { readonly gateway?: { readonly objects: readonly Ref[] } };
}

/** Collections that the operator reads. */
const collections: Readonly<Record<Dialect, readonly string[]>> = {
  references: ['ca_certificates', 'certificates', 'snis', 'services'],
  ssls: ['ssls', 'services'],
  apisix: ['ssls', 'services', 'routes'],
};

/** How much there is, whoever made it, in words. */
export async function countObjects(door: AdminDoor, { dialect }: Gateway): Promise<string> {
  const totals = collections[dialect].map(async (kind) => {
    const { text } = await door.call({
      method: 'GET',
      path: door.pathOf(kind, undefined, { page: '1', page_size: '10' }),
    });
    return (JSON.parse(text) as { readonly total: number }).total;
  });
  const count = (await Promise.all(totals)).reduce((sum, total) => sum + total, 0);
  return count === 0 ? 'nothing' : `${count} objects`;
}

/** Removes every object of both resources behind the back of the operator, and looks for them until they are back. */
export async function wipe(kubectl: Kubectl, door: AdminDoor): Promise<readonly Asked[]> {
  const { items } = JSON.parse(await kubectl(['get', 'mtls', '-n', namespace, '-o', 'json'])) as { items: Resource[] };
  const objects = items.flatMap(({ status }) => status?.gateway?.objects ?? []);
  return checkAll('a wiped gateway', [
    { row: 'holds nothing of the operator', ask: () => removeAll(objects, door), want: /^0 of [1-9]/ },
    {
      row: 'is filled again',
      ask: async () => `${await held(objects, door)} of ${objects.length}`,
      want: /^(\d+) of \1$/,
    },
  ]);
}

/** The operator may put one back meanwhile, and with it keep another one from going: then it is tried again. */
async function removeAll(objects: readonly Ref[], door: AdminDoor): Promise<string> {
  const position = ({ kind }: Ref) => removalOrder.indexOf(kind);
  for (const object of objects.toSorted((one, other) => position(one) - position(other))) await door.remove(object);
  return `${await held(objects, door)} of ${objects.length}`;
}

async function held(objects: readonly Ref[], door: AdminDoor): Promise<number> {
  const found = objects.map(
    async ({ kind, id }) => (await door.call({ method: 'GET', path: door.pathOf(kind, id) })).status,
  );
  return (await Promise.all(found)).filter((status) => status === 200).length;
}
