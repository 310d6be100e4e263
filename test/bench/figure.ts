import Table from 'cli-table3';

/** One measured figure. Without a target it is there to be looked at. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The least that is possible, measured in the same run. */
  readonly floor?: number;
  readonly target?: { readonly atLeast: number } | { readonly atMost: number };
}

export function isMet({ value, target }: Figure): boolean {
  if (target === undefined) return true;
  return 'atLeast' in target ? value >= target.atLeast : value <= target.atMost;
}

/** One row each; the column of floors only where there are any. */
export function renderFigures(bench: string, figures: readonly Figure[]): string {
  const floors = figures.some(({ floor }) => floor !== undefined);
  const head = [bench, 'value', 'unit', ...(floors ? ['floor'] : []), 'target'];
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const figure of figures) {
    const { name, value, unit, floor } = figure;
    const floorCell = floor === undefined ? '' : round(floor);
    table.push([name, round(value), unit, ...(floors ? [floorCell] : []), describeTarget(figure)]);
  }
  return table.toString();
}

/** Three digits that count; whole numbers stay whole. */
function round(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 1000) return String(Math.round(value));
  return value.toPrecision(3);
}

function describeTarget(figure: Figure): string {
  const { target } = figure;
  if (target === undefined) return '';
  const bound = 'atLeast' in target ? `>= ${target.atLeast}` : `<= ${target.atMost}`;
  return `${bound} ${isMet(figure) ? 'met' : 'MISSED'}`;
}
