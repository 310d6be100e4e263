import { jittered, type Random } from '../std/backoff.ts';
import type { Wait } from './waits.ts';

/** NGINX loads a new file within some tenths of a second, where nobody holds the file back. */
const soonest = 250;

/** A kubelet may hold it back for a minute or two: what we add to that stays a small part of it. */
const share = 1 / 20;

const longest = 5_000;

/** Who has not loaded it by then may never do so. */
const patience = Temporal.Duration.from({ minutes: 10 });
const longestAfterwards = 60_000;

/** Between two looks at any of the resources that wait: fewer than 200 in a second, whatever their number. */
const spacing = 6;

/** How long after a look at a resource that waits for NGINX the next one comes. */
export function untilLoaded({ waited, waiting }: Wait, random: Random): Temporal.Duration {
  const cap = Temporal.Duration.compare(waited, patience) < 0 ? longest : longestAfterwards;
  const ofItsOwn = Math.min(cap, Math.max(soonest, waited.total('milliseconds') * share));
  const milliseconds = Math.round(Math.max(ofItsOwn, waiting * spacing));
  return jittered(Temporal.Duration.from({ milliseconds }), random);
}
