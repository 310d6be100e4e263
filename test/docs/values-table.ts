import { Document, isMap, isScalar, type Node, type Pair, parseDocument, type Scalar, stringify } from 'yaml';

interface Row {
  readonly path: string;
  readonly value: string;
  readonly meaning: string;
}

interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
}

/**
 * The tables of a chart's README, made of its values.yaml: a comment above each value, `##` begins a section, and what
 * the items of an empty list may hold stands below it as a comment.
 */
export function valuesTables(text: string): string {
  return sectionsOf(text)
    .map(
      ({ title, rows }) => `\n### ${title}\n\n| Value | Default | Meaning |\n|---|---|---|\n${rows.map(line).join('')}`,
    )
    .join('');
}

/** Values that have no comment, by path. */
export function unexplained(text: string): readonly string[] {
  const rows = sectionsOf(text).flatMap((section) => section.rows);
  return rows.filter(({ meaning }) => meaning === '').map(({ path }) => path);
}

function sectionsOf(text: string): readonly Section[] {
  const [, ...parts] = text.split(/^## (?=\S)/m);
  return parts.map((part) => {
    const [title = '', ...lines] = part.split('\n');
    return { title, rows: rowsOf(lines.join('\n')) };
  });
}

/** An example of items is a block of comments right below an empty list. */
const example = /^(?<list>[A-Za-z]+): \[\]\n(?<items>(?:# {2}.*\n)+)/gm;

function rowsOf(text: string): readonly Row[] {
  const items = new Map(
    Array.from(text.matchAll(example), ({ groups }) => [
      groups?.['list'] ?? '',
      parseDocument((groups?.['items'] ?? '').replaceAll(/^#/gm, '')),
    ]),
  );
  const { contents } = parseDocument(text.replaceAll(example, '$<list>: []\n'));
  return rowsBelow(contents, '').flatMap((row) => {
    const first = (items.get(row.path)?.toJS() as readonly object[] | undefined)?.[0];
    return first === undefined ? [row] : [row, ...itemRows(items.get(row.path), `${row.path}[]`)];
  });
}

function itemRows(items: Document | undefined, path: string): readonly Row[] {
  const first = items?.get(0) as Node | undefined;
  const [head, ...rest] = pairsOf(first).map(([key, , meaning]) => ({ path: `${path}.${key}`, value: '', meaning }));
  // The comment of the first field stands before the item.
  const meaning = sentence((items?.contents as { commentBefore?: string | null } | null)?.commentBefore);
  return head === undefined ? [] : [{ ...head, meaning: head.meaning || meaning }, ...rest];
}

function rowsBelow(node: unknown, path: string): readonly Row[] {
  return pairsOf(node).flatMap(([key, value, meaning]) => {
    const at = path === '' ? key : `${path}.${key}`;
    const below = isMap(value) ? rowsBelow(value, at) : [];
    if (!below.some((row) => row.meaning !== '')) return [{ path: at, value: inline(value), meaning }];
    return meaning === '' ? below : [{ path: at, value: '', meaning }, ...below];
  });
}

function pairsOf(node: unknown): readonly (readonly [string, unknown, string])[] {
  if (!isMap(node)) return [];
  return node.items.map((pair, index) => {
    const { key, value } = pair as Pair<Scalar<string>, unknown>;
    // The comment of the first key stands before the map.
    const comment = key.commentBefore ?? (index === 0 ? node.commentBefore : undefined);
    return [key.value, value, sentence(comment)];
  });
}

const sentence = (comment: string | null | undefined) =>
  (comment ?? '')
    .split('\n')
    .map((part) => part.trim())
    .join(' ')
    .trim();

function inline(value: unknown): string {
  if (isScalar(value) && (value.value === null || value.value === '')) return '';
  const document = new Document(value);
  return stringify(document, { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: true }).trim();
}

function line({ path, value, meaning }: Row): string {
  const linked = meaning.replaceAll(/docs\/[a-z-]+\.md/g, (page) => `[${page}](../../${page})`);
  return `| \`${path}\` | ${value === '' ? '' : `\`${value}\``} | ${linked.replaceAll('|', '\\|')} |\n`;
}
