import { apiServer } from './api-server.ts';
import { dataPlane } from './data-plane.ts';
import { events } from './events.ts';
import { gateway } from './gateway.ts';
import { issuance } from './issuance.ts';
import { material } from './material.ts';
import { nginx } from './nginx.ts';
import { process } from './process.ts';
import { progress } from './progress.ts';
import type { Reason, Section } from './reason.ts';
import { spec } from './spec.ts';

/** Every reason, by the section of docs that explains it. One word may stand in several, as `DataMissing` does. */
export const sections = {
  progress,
  spec,
  material,
  gateway,
  'data-plane': dataPlane,
  nginx,
  'api-server': apiServer,
  process,
  issuance,
  events,
} as const satisfies Readonly<Record<string, Section>>;

export type SectionName = keyof typeof sections;

/** What is said of a word, in each section that has it; none: nobody may give it. */
export function explain(reason: string): readonly Reason[] {
  const all: readonly Section[] = Object.values(sections);
  return all.flatMap((section) => (Object.hasOwn(section, reason) ? (section[reason] ?? []) : []));
}

/** Whether a condition with this reason is `Unknown` rather than `False`. */
export function isUnknown(reason: string): boolean {
  return explain(reason).some(({ unknown }) => unknown);
}
