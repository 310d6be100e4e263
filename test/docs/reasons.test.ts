import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type SectionName, sections } from '../../src/api/reasons/catalogue.ts';
import type { Section } from '../../src/api/reasons/reason.ts';
import { holdTable } from './hold-table.ts';
import { languages, reasonTable } from './reason-tables.ts';

const pages = { en: 'docs/conditions.md', zh: 'docs/conditions.zh-CN.md' };
const configuration = { en: 'docs/configuration.md', zh: 'docs/configuration.zh-CN.md' };

describe('the documentation of reasons', () => {
  for (const section of Object.keys(sections) as SectionName[]) {
    for (const language of languages) {
      const page = section === 'process' ? configuration[language] : pages[language];
      it(`${page} explains the reasons of ${section} as the catalogue does`, () =>
        holdTable(page, `reasons of ${section}`, reasonTable(section, language)));
    }
  }

  for (const page of Object.values(pages)) {
    it(`${page} names the failures that have no Event while they may be nothing but the start`, () => {
      const early = Object.values<Section>(sections).flatMap((section) =>
        Object.keys(section).filter((reason) => section[reason]?.early),
      );
      const [, section = ''] = readFileSync(page, 'utf8').split(/^## (?:Only in Events|仅见于 Event)\n\n/m);
      const [told = ''] = section.split('\n\n');
      const named = [...told.matchAll(/`([A-Z]\w+)`/g)].map(([, reason = '']) => reason);
      assert.deepEqual(named.sort(), early.sort());
    });
  }
});
