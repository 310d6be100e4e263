import { type SectionName, sections } from '../../src/api/reasons/catalogue.ts';
import type { Reason, ReasonClass, Section, Words } from '../../src/api/reasons/reason.ts';
import { code, table } from './spec-tables.ts';

export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];

/** What a page of docs says of a section of the catalogue: a reason has one meaning, wherever it is explained. */
export function reasonTable(name: SectionName, language: Language): string {
  const layout = layouts[name] ?? failures;
  const rows = Object.entries<Reason>(sections[name] satisfies Section).map(([reason, entry]) => [
    code(reason),
    ...layout.map(({ cell }) => cell(entry, entry[language], language)),
  ]);
  return table([heads.reason[language], ...layout.map(({ head }) => head[language])], rows);
}

interface Column {
  readonly head: Readonly<Record<Language, string>>;
  readonly cell: (reason: Reason, words: Words, language: Language) => string;
}

const heads = {
  reason: { en: 'Reason', zh: '原因' },
  class: { en: 'Class', zh: '类别' },
  of: { en: 'Of', zh: '所属条件' },
  type: { en: 'Type', zh: '类型' },
  means: { en: 'Meaning', zh: '含义' },
  act: { en: 'What to do', zh: '处理方法' },
};

const classWords: Readonly<Partial<Record<ReasonClass, Readonly<Record<Language, string>>>>> = {
  transient: { en: 'retried', zh: '自动重试' },
  permanent: { en: 'stalled', zh: '停住' },
  hard: { en: 'hard', zh: '硬性' },
  soft: { en: 'soft', zh: '软性' },
};

const isUnknown = { en: 'the condition is `Unknown`', zh: '条件为 `Unknown`' };

const semicolon = { en: '; ', zh: '；' };
const comma = { en: ', ', zh: '、' };
const brackets = { en: [' (', ')'], zh: ['（', '）'] } as const;

const means: Column = { head: heads.means, cell: (_, words) => words.means };
const act: Column = { head: heads.act, cell: (_, words) => words.act ?? '' };
const type: Column = { head: heads.type, cell: (_, words) => words.when ?? '' };
/** The first class, and in words when it is another one. */
const asClass: Column = {
  head: heads.class,
  cell: ({ classes, unknown }, { when }, language) =>
    [classWords[classes[0]]?.[language], unknown && isUnknown[language], when]
      .filter((words) => words !== undefined)
      .join(semicolon[language]),
};
const of: Column = {
  head: heads.of,
  cell: (reason, _, language) => {
    const [open, close] = brackets[language];
    const status = reason.unknown ? open + code('Unknown') + close : '';
    return (reason.of ?? []).map(code).join(comma[language]) + status;
  },
};

const failures: readonly Column[] = [asClass, means, act];
const layouts: Readonly<Partial<Record<SectionName, readonly Column[]>>> = {
  progress: [of, means, act],
  process: [means, act],
  issuance: [means],
  events: [type, means],
};
