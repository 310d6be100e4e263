/** Kubernetes' dialect of CEL, as far as rules of ours are written in it. */

/** Words that CEL keeps for itself (Kubernetes: apiserver/pkg/cel/escaping.go). */
export const reservedWords: readonly string[] = [
  ...['true', 'false', 'null', 'in', 'as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import'],
  ...['let', 'loop', 'package', 'namespace', 'return', 'var', 'void', 'while'],
];

/** A literal, which stays as it is, or a property whose name is a reserved word. */
const literalOrReserved = new RegExp(
  String.raw`r"[^"]*"|r'[^']*'|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\.(${reservedWords.join('|')})\b`,
  'g',
);

/**
 * The rule with `self.return` as `self.__return__`, for every reserved word. All versions of Kubernetes know a property
 * of such a name by this form, and older ones by no other.
 */
export function escapeProperties(rule: string): string {
  return rule.replaceAll(literalOrReserved, (found, word?: string) => (word === undefined ? found : `.__${word}__`));
}

/** A regular expression as a literal of CEL. It must mean the same in RE2. */
export function regexLiteral({ source }: RegExp): string {
  // RE2 has another form for a code point.
  const text = source.replaceAll('\\/', '/').replaceAll(/\\u([0-9a-f]{4})/g, String.raw`\x{$1}`);
  if (text.includes('"')) throw new RangeError(`a raw literal of CEL cannot hold a quotation mark: ${text}`);
  return `r"${text}"`;
}
