import { abortChunk } from './aborts.ts';
import { backendName } from './digest.ts';
import type { DataPlaneState, Rule } from './state.ts';

const hostRank = ({ host }: Rule) => (host === '' ? 0 : host.startsWith('*') ? 1 : 2);
const pathRank = ({ path }: Rule) => (path.endsWith('*') ? 0 : 1);

/** As APISIX's router: the nearer host, then an exact path, then the longer prefix, then the higher priority. */
const byPrecedence = (a: Rule, b: Rule) =>
  hostRank(b) - hostRank(a) ||
  b.host.length - a.host.length ||
  pathRank(b) - pathRank(a) ||
  b.path.length - a.path.length ||
  b.priority - a.priority;

/** What the rule answers by itself, in signs that end no field. */
const abortsOf = ({ aborts }: Rule) => (aborts.length === 0 ? '' : Buffer.from(abortChunk(aborts)).toString('base64'));

const line = (rule: Rule) => {
  const { host, path, methods, backend, strip } = rule;
  return `${[host, path, methods.join(','), backendName(backend), strip, abortsOf(rule)].join('\t')}\n`;
};

/** The key of the shared dictionary for routing: one line per rule, the first that fits wins (read by request.lua). */
export function ruleEntry({ rules }: Pick<DataPlaneState, 'rules'>): ReadonlyMap<string, string> {
  // The schemas let no tab or line end into a field.
  return new Map([['rules', rules.toSorted(byPrecedence).map(line).join('')]]);
}
