/** Both guides on the gateway as it was found, a renewal, a wiped gateway and the deletion, through the operator itself. */
import getPort from 'get-port';
import { waitUntilReady } from '../../../deploy/local/demo/readiness.ts';
import type { Progress } from '../../../deploy/local/install/progress.ts';
import type { Kubectl } from '../../../deploy/local/parts/kubectl.ts';
import type { Processes } from '../../../deploy/local/processes/processes.ts';
import type { Gateway } from '../gateway.ts';
import type { Asked } from '../report.ts';
import type { Row } from '../row.ts';
import type { Run } from '../run.ts';
import type { Target } from '../target.ts';
import { checkGone, followGuides, renew } from './checks.ts';
import { Clients } from './clients.ts';
import { namespace, startEnvironment } from './environment.ts';
import { guideHost, resources } from './resources.ts';
import { countObjects, wipe } from './wipe.ts';

const readyWithin = Temporal.Duration.from({ minutes: 2 });

export interface Rehearsal {
  readonly target: Target;
  readonly gateway: Gateway;
  readonly run: Run;
  /** Owns all that is started; at their end, what the operator made at the gateway goes before the operator. */
  readonly processes: Processes;
  readonly directory: string;
  readonly tell: Progress;
}

/** What guide A finds at the gateway: somebody published a service for the host. */
const published: Row = {
  row: 'a service for the host of guide A answers',
  given: (world) => [
    {
      kind: 'service',
      id: world.id('guide-a'),
      host: guideHost(world),
      node: { host: world.upstreamHost, port: world.plainPort },
    },
  ],
  ask: (world) => ({ by: 'plain', host: guideHost(world) }),
  want: /^200 plain /,
};

/** Gives what was looked at, in order. Rejects where a part of this machine does not start. */
export async function rehearse({
  target,
  gateway,
  run,
  processes,
  directory,
  tell,
}: Rehearsal): Promise<readonly Asked[]> {
  const { group, upstreamHost } = target;
  const { door } = run.world;
  const kubectl = await startEnvironment(target, processes, directory, tell);
  const nginxPort = await getPort({ host: upstreamHost });
  const clients = new Clients({ target, world: run.world, nginxPort }, kubectl);

  tell(`the first resources, at a gateway that holds ${await countObjects(door, gateway)}`);
  const applied = kubectl(['apply', '-n', namespace, '-f', '-'], resources(run.world, { group, nginxPort }));
  // Also where applying was interrupted: something may have been made.
  const removeAll = () => Promise.allSettled([applied]).then(() => remove(kubectl));
  processes.own({ stop: () => removeAll().catch(tellWhatIsLeft) });
  await applied;
  const asked = [await becomeReady(kubectl, 'before the guides', tell)];
  asked.push({ section: 'before the guides', row: published.row, ...(await run.perform(published)) });
  tell('both guides');
  asked.push(...(await followGuides(clients, 'the guides')));
  tell('a renewal');
  asked.push(...(await renew(clients, kubectl)), await becomeReady(kubectl, 'after a renewal', tell));
  asked.push(...(await followGuides(clients, 'the guides after a renewal')));
  tell('a wiped gateway');
  asked.push(...(await wipe(kubectl, door)), await becomeReady(kubectl, 'after a wipe', tell));
  asked.push(...(await followGuides(clients, 'the guides after a wipe')));
  tell('the deletion');
  const { ca } = await clients.client();
  // Before the resources, so that nothing of anybody is left at a gateway that was empty.
  await run.cleanUp();
  await remove(kubectl);
  return [...asked, ...(await checkGone(clients, ca))];
}

/** While everything stops, nobody else would tell. */
function tellWhatIsLeft(): void {
  console.error(`The gateway may still hold objects whose labels name the namespace ${namespace}.`);
}

async function becomeReady(kubectl: Kubectl, section: string, tell: Progress): Promise<Asked> {
  const seen = await waitUntilReady(kubectl, namespace, readyWithin, tell).then(
    () => 'Ready',
    (error: Error) => error.message,
  );
  return { section, row: 'both resources become Ready', ok: seen === 'Ready', wanted: 'Ready', seen };
}

async function remove(kubectl: Kubectl): Promise<void> {
  await kubectl(['delete', 'mtls', '--all', '-n', namespace, '--timeout=120s']);
}
