/** `npm run bench -- [NAME...]`: figures, each beside its target where there is one. Fails when a target is missed. */
import Table from 'cli-table3';
import { benchPki } from './pki.ts';

/** One measured figure. Without a target it is there to be looked at. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly target?: { readonly atLeast: number } | { readonly atMost: number };
}

const benches: Readonly<Record<string, () => Promise<readonly Figure[]>>> = { pki: benchPki };

function isMet({ value, target }: Figure): boolean {
  if (target === undefined) return true;
  return 'atLeast' in target ? value >= target.atLeast : value <= target.atMost;
}

function describeTarget(figure: Figure): string {
  const { target } = figure;
  if (target === undefined) return '';
  const bound = 'atLeast' in target ? `>= ${target.atLeast}` : `<= ${target.atMost}`;
  return `${bound} ${isMet(figure) ? 'met' : 'MISSED'}`;
}

const named = process.argv.slice(2);
const unknown = named.filter((name) => !(name in benches));
if (unknown.length > 0) throw new Error(`no bench ${unknown.join(', ')}: there are ${Object.keys(benches).join(', ')}`);

for (const [name, bench] of Object.entries(benches)) {
  if (named.length > 0 && !named.includes(name)) continue;
  const figures = await bench();
  const table = new Table({ head: [name, 'value', 'unit', 'target'], style: { head: [], border: [] } });
  table.push(
    ...figures.map((figure) => [figure.name, figure.value.toPrecision(3), figure.unit, describeTarget(figure)]),
  );
  console.log(table.toString());
  if (!figures.every(isMet)) process.exitCode = 1;
}
