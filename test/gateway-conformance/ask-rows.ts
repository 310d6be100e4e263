import { type Asked, shown } from './report.ts';
import type { Run } from './run.ts';
import type { NamedRow } from './table.ts';

/** Asks one row after another; one that cannot be asked differs. Ends early, and with a throw, only with the run. */
export async function askRows(run: Run, rows: readonly NamedRow[], tell: (text: string) => void): Promise<Asked[]> {
  const asked: Asked[] = [];
  for (const row of rows) {
    tell(`${row.section}: ${row.row}`);
    asked.push({ section: row.section, row: row.row, ...(await verdictOf(run, row)) });
  }
  return asked;
}

async function verdictOf(run: Run, row: NamedRow) {
  try {
    return await run.perform(row);
  } catch (error) {
    if (run.hasEnded) throw error;
    return { ok: false, wanted: 'an answer', seen: shown(error instanceof Error ? error.message : String(error)) };
  }
}
