/** All that is asked of one gateway, from the first look to the last removal. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Progress } from '../../deploy/local/install/progress.ts';
import type { Processes } from '../../deploy/local/processes/processes.ts';
import { findGateway } from './admin-door.ts';
import { askRows } from './ask-rows.ts';
import { rehearse } from './guides/rehearsal.ts';
import { makeMaterial } from './material.ts';
import type { Asked } from './report.ts';
import { Run } from './run.ts';
import { adminRowsFor, rowsFor } from './table.ts';
import type { Target } from './target.ts';
import { startUpstream } from './upstream.ts';

const followWithin = Temporal.Duration.from({ seconds: 15 });

export interface Conformance {
  readonly target: Target;
  /** Whether the operator is to follow the guides, after the table. */
  readonly guides: boolean;
  /** Owns all that is started, and removes at the gateway what is left when they stop. */
  readonly processes: Processes;
  /** For keys and logs. */
  readonly directory: string;
  readonly tell: Progress;
}

/** While everything stops, nobody else would tell. */
function tellWhatIsLeft(error: Error): void {
  console.error(error.message);
}

/** Gives every row that was asked. Rejects where the gateway is not there, or would not remove what was made. */
export async function conform(conformance: Conformance): Promise<readonly Asked[]> {
  const { target, guides, processes, directory, tell } = conformance;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  tell('certificates and NGINX');
  const material = await makeMaterial(directory);
  const upstream = await startUpstream(directory, material, target.upstreamHost);
  processes.own(upstream);

  const asked: Asked[] = [];
  for (const group of [target.group, ...target.furtherGroups]) {
    const found = await findGateway(target.type, target.admin, group);
    const inRun = async (ask: (run: Run) => Promise<readonly Asked[]>) => {
      const run = new Run({ found, material, https: target.https, http: target.http, upstream, followWithin });
      processes.own({ stop: () => run.cleanUp().catch(tellWhatIsLeft) });
      asked.push(...(await ask(run)));
      tell('removing what was made');
      await run.cleanUp();
    };
    const isServed = group === target.group;
    const rows = isServed ? rowsFor(found.gateway) : adminRowsFor(found.gateway);
    await inRun((run) => askRows(run, rows, tell));
    if (!isServed || !guides) continue;
    // Nothing of the table is left: a gateway that was empty when it was found is empty again.
    const place = join(directory, 'guides');
    await inRun((run) => rehearse({ target, gateway: found.gateway, run, processes, directory: place, tell }));
  }
  return asked;
}
