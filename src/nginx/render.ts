import type { Argument, Statement } from './model.ts';

/** NGX_CONF_BUFFER is 4096 bytes: a longer token is a syntax error. What is measured is the token with its quotes. */
const maxTokenBytes = 4000;

/** Words that NGINX reads as they stand. */
const bareWord = /^([A-Za-z0-9_./:-]+|=)$/;

/** NGINX has no escape for `$`, and control characters belong to no field of ours. */
const unprintable = /[$\p{Cc}\p{Cs}]/u;

/**
 * Whether `quote` can print this text so that NGINX reads back the same. A check of the characters only: which text a
 * field may hold is said in src/api/nginx.
 */
export function isPrintable(text: string): boolean {
  return !unprintable.test(text) && Buffer.byteLength(quoted(text)) <= maxTokenBytes;
}

/**
 * The text of an NGINX configuration file, the same bytes for the same tree, with a final newline. Throws a RangeError
 * on an argument that is not printable: the grammar has refused it before, so that is a broken invariant.
 */
export function render(statements: readonly Statement[]): string {
  return statements.map((statement) => print(statement, '')).join('');
}

function print(statement: Statement, indent: string): string {
  const head = indent + [statement.name, ...statement.args.map(printArgument)].join(' ');
  if (!('body' in statement)) return `${head};\n`;
  const body = statement.body.map((inner) => print(inner, `${indent}    `)).join('');
  return `${head} {\n${body}${indent}}\n`;
}

function printArgument(argument: Argument): string {
  if (typeof argument === 'string') return printText(argument);
  if ('variable' in argument) return `$${argument.variable}`;
  if ('directory' in argument) return `$${argument.directory}/${argument.file}`;
  if ('isSet' in argument) return `($${argument.isSet})`;
  if ('isNot' in argument) return `($${argument.of} != ${argument.isNot})`;
  return printText(argument.text).replace(/"$/, `$$${argument.ending}"`);
}

function printText(text: string): string {
  if (!isPrintable(text)) throw new RangeError('an argument of an NGINX directive is not printable');
  return bareWord.test(text) ? text : quoted(text);
}

/** ngx_conf_read_token: within double quotes only `\` and `"` need an escape. */
function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
