/**
 * The data plane of one gateway (of API7 Enterprise: of one gateway group) on a real NGINX. It follows the Admin API on its own, soon but not at once, as
 * a real gateway does; changes that come together are taken together.
 */
import { abortEntry } from './aborts.ts';
import { type Front, renderConfig } from './config.ts';
import { tell } from './inside.ts';
import { type Layout, prepareLayout } from './layout.ts';
import { Nginx } from './nginx.ts';
import { ruleEntry } from './rules.ts';
import { sniEntries } from './sni-entries.ts';
import type { DataPlaneState } from './state.ts';

export interface DataPlane {
  readonly nginxPid: number | undefined;
  readonly log: string;
  /** Says that the state changed; returns at once. */
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

/** TLS and routing follow apart, so that a certificate, or a rule for all requests, never waits for a reload. */
function followers(nginx: Nginx, layout: Layout, read: () => DataPlaneState, front: Front): readonly (() => void)[] {
  const tellSnis = teller(layout.socket);
  const tellRules = teller(layout.socket);
  const tellAborts = teller(layout.socket);
  return [
    coalesced('telling the data plane about TLS', () => tellSnis(sniEntries(read()))),
    coalesced('telling the data plane about global rules', () => tellAborts(abortEntry(read()))),
    coalesced('reloading the data plane, which keeps its last configuration', async () => {
      const state = read();
      await nginx.load(await renderConfig(state, layout, front));
      // Only now: a route whose backend some worker does not have yet would answer by chance.
      await tellRules(ruleEntry(state));
    }),
  ];
}

export interface DataPlaneOptions extends Front {
  readonly directory: string;
  /** What it shall do by now. */
  readonly read: () => DataPlaneState;
  /** Called when NGINX ends by itself. */
  readonly onUnexpectedEnd: () => void;
}

/** Resolves once NGINX listens on both ports. Throws if it cannot. `placeholder.crt` and `.key` must lie in its prefix. */
export async function startDataPlane({
  directory,
  read,
  onUnexpectedEnd,
  ...front
}: DataPlaneOptions): Promise<DataPlane> {
  const layout = prepareLayout(directory);
  const nginx = new Nginx(layout);
  await nginx.start(await renderConfig(read(), layout, front));
  nginx.onUnexpectedEnd(onUnexpectedEnd);
  const follow = followers(nginx, layout, read, front);
  return {
    nginxPid: nginx.pid,
    log: layout.log,
    follow: () => {
      for (const trigger of follow) trigger();
    },
    stop: () => nginx.stop(),
  };
}
