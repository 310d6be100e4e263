import Table from 'cli-table3';
import type { Verdict } from './run.ts';

/** A row that was asked, with what came of it. */
export interface Asked extends Verdict {
  readonly section: string;
  readonly row: string;
}

const longest = 300;

/** Answers can hold keys: nothing of a PEM block is shown, and no more than a few lines. */
export function shown(text: string): string {
  const harmless = text.replaceAll(/-----BEGIN [\s\S]*?(?:-----END [A-Z0-9 ]+-----|$)/g, '[PEM]');
  return harmless.length > longest ? `${harmless.slice(0, longest)}…` : harmless;
}

/** The rows that differ; empty where there are none. */
export function differences(asked: readonly Asked[]): string {
  const differing = asked.filter(({ ok }) => !ok);
  if (differing.length === 0) return '';
  const table = new Table({
    head: ['row', 'expected', 'got'],
    style: { head: [], border: [] },
    wordWrap: true,
    wrapOnWordBoundary: false,
    colWidths: [40, 34, 46],
  });
  for (const { section, row, wanted, seen } of differing) table.push([`${section}: ${row}`, wanted, shown(seen)]);
  return table.toString();
}

/** The last line. */
export function summary(asked: readonly Asked[]): string {
  const differ = asked.filter(({ ok }) => !ok).length;
  return `${asked.length} rows asked, ${differ === 0 ? 'none differs' : `${differ} differ`}`;
}
