/** The tables of docs/conformance.md, from the rows themselves. */
import type { ProfileName } from '../../deploy/local/stand-in/profiles.ts';
import type { Gateway } from './gateway.ts';
import type { Section } from './row.ts';
import { surprises } from './surprises.ts';
import { type NamedRow, rowsFor, sections, wanted } from './table.ts';

export const played = {
  'ee-3.10': { dialect: 'references', verifiesUpstreams: true },
  'ee-3.3': { dialect: 'ssls', verifiesUpstreams: false },
  'apisix-3.18': { dialect: 'apisix', verifiesUpstreams: false },
  'apisix-3.19': { dialect: 'apisix', verifiesUpstreams: true },
} as const satisfies Readonly<Record<ProfileName, Gateway>>;

/** The only one that a real gateway stands behind. */
const measuredProfile: ProfileName = 'apisix-3.18';

interface Held {
  readonly profile: string;
  readonly row: NamedRow;
  readonly expected: string;
}

const cell = (text: string) => text.replaceAll('|', '\\|');

const asked: readonly Held[] = Object.entries(played).flatMap(([profile, gateway]) =>
  rowsFor(gateway).map((row) => ({ profile, row, expected: `\`${cell(wanted(row, gateway).source)}\`` })),
);

const namesOf = (held: readonly Held[]) => held.map(({ profile }) => profile).join(', ');

/** Once what every profile shows; otherwise what each of them shows. */
function expectation(held: readonly Held[]): string {
  const texts = [...new Set(held.map(({ expected }) => expected))];
  if (texts.length === 1) return texts.join('');
  return texts.map((text) => `${namesOf(held.filter(({ expected }) => expected === text))}: ${text}`).join('; ');
}

function line(section: string, name: string): string {
  const held = asked.filter(({ row }) => row.section === section && row.row === name);
  const profiles = held.length === Object.keys(played).length ? 'all' : namesOf(held);
  return `| ${cell(name)} | ${profiles} | ${expectation(held)} | ${held[0]?.row.surprise ?? ''} |`;
}

/** What was measured, where the rest is written, and for which profiles the rows are assumptions. */
function sourceOf({ section, measured, documents }: Section): string {
  const profiles = new Set(asked.filter(({ row }) => row.section === section).map(({ profile }) => profile));
  const assumed = [...profiles].filter((profile) => measured === undefined || profile !== measuredProfile);
  const parts = [
    ...(measured === undefined ? [] : [`measured at APISIX 3.18: ${measured}`]),
    ...(documents === undefined ? [] : [`not measured: ${documents}`]),
    ...(assumed.length === 0 ? [] : [`assumed of ${assumed.join(', ')}`]),
  ];
  return `From: ${parts.join('; ')}.`;
}

function sectionTable(of: Section): string {
  const { section } = of;
  const names = new Set(asked.filter(({ row }) => row.section === section).map(({ row }) => row.row));
  const title = `### ${section[0]?.toUpperCase()}${section.slice(1)}`;
  const head = ['| Row | Asked of | Expected | Surprise |', '|---|---|---|---|'];
  return [title, '', sourceOf(of), '', ...head, ...[...names].map((name) => line(section, name)), ''].join('\n');
}

/** One line a row, in the order in which they are asked. */
export const rowsTable = (): string => sections.map(sectionTable).join('\n');

export function surprisesTable(): string {
  const numbered = surprises.map(({ what, rule, test: [file], unasked }, at) => {
    const rows = asked.filter(({ row }) => row.surprise === at + 1).map(({ row }) => `${row.section}: ${row.row}`);
    const count = new Set(rows).size;
    return `| ${at + 1} | ${what} | ${rule} | [test](../${file}) | ${unasked ?? count} |`;
  });
  return [
    '| | What a gateway does | What the operator does | Held by | Rows |',
    '|---|---|---|---|---|',
    ...numbered,
    '',
  ].join('\n');
}
