/**
 * The data plane plays one gateway group on a real NGINX. It follows the Admin API on its own, soon but not at once, as
 * a real gateway does; changes that come together are taken together.
 */
import type { Group } from '../store.ts';
import { type Listen, renderConfig } from './config.ts';
import { tell } from './inside.ts';
import { type Layout, prepareLayout } from './layout.ts';
import { Nginx } from './nginx.ts';
import { ruleEntry } from './rules.ts';
import { sniEntries } from './sni-entries.ts';

export interface DataPlane {
  readonly nginxPid: number | undefined;
  readonly log: string;
  /** Says that the group changed; returns at once. */
  readonly follow: () => void;
  readonly stop: () => Promise<void>;
}

/** Runs the work again if it is asked for while it runs, and never twice at a time. A failure is told and survived. */
function coalesced(what: string, work: () => Promise<void>): () => void {
  let wanted = false;
  let running = false;
  async function run(): Promise<void> {
    running = true;
    while (wanted) {
      wanted = false;
      await work().catch((error: Error) => process.stderr.write(`${what}: ${error.message}\n`));
    }
    running = false;
  }
  return () => {
    wanted = true;
    if (!running) void run();
  };
}

/** Tells what differs from the last time. */
function teller(socket: string): (entries: ReadonlyMap<string, string>) => Promise<void> {
  let told: ReadonlyMap<string, string> = new Map();
  return async (entries) => {
    await tell(socket, told, entries);
    told = entries;
  };
}

/** TLS and routing follow apart, so that a certificate never waits for a reload. */
function followers(nginx: Nginx, layout: Layout, group: Group, listen: Listen): readonly (() => void)[] {
  const tellSnis = teller(layout.socket);
  const tellRules = teller(layout.socket);
  return [
    coalesced('telling the data plane about TLS', () => tellSnis(sniEntries(group))),
    coalesced('reloading the data plane, which keeps its last configuration', async () => {
      const rules = ruleEntry(group);
      await nginx.load(await renderConfig(group, layout, listen));
      // Only now: a route whose service some worker does not have yet would answer by chance.
      await tellRules(rules);
    }),
  ];
}

export interface DataPlaneOptions extends Listen {
  readonly directory: string;
  readonly group: Group;
  /** Called when NGINX ends by itself. */
  readonly onUnexpectedEnd: () => void;
}

/** Resolves once NGINX listens on both ports. Throws if it cannot. `placeholder.crt` and `.key` must lie in its prefix. */
export async function startDataPlane({
  directory,
  group,
  onUnexpectedEnd,
  ...listen
}: DataPlaneOptions): Promise<DataPlane> {
  const layout = prepareLayout(directory);
  const nginx = new Nginx(layout);
  await nginx.start(await renderConfig(group, layout, listen));
  nginx.onUnexpectedEnd(onUnexpectedEnd);
  const follow = followers(nginx, layout, group, listen);
  return {
    nginxPid: nginx.pid,
    log: layout.log,
    follow: () => {
      for (const trigger of follow) trigger();
    },
    stop: () => nginx.stop(),
  };
}
