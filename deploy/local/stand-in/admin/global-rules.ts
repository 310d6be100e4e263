/**
 * Global rules, the same in both products: what a JSON Schema cannot say of them, measured on Apache APISIX 3.18 (one plugin
 * in one rule only; a plugin that the gateway does not have) and read in lua-resty-expr (what an expression may be).
 */
import type { Abort } from '../data-plane/state.ts';
import type { Collection } from './collection.ts';
import { Refusal } from './refusal.ts';

export interface GlobalRule {
  readonly id?: string | number;
  readonly plugins: Readonly<Record<string, object>>;
}

/** Those that it has; what the second one does cannot be seen from outside. */
const played = ['fault-injection', 'prometheus'];

/** Throws a Refusal (400). */
export function checkRule({ plugins }: GlobalRule): void {
  const unknown = Object.keys(plugins).find((name) => !played.includes(name));
  if (unknown !== undefined) throw new Refusal(400, `unknown plugin [${unknown}]`);
  for (const vars of abortsIn(plugins).flatMap((abort) => abort.vars ?? [])) checkExpression(vars);
}

/** Throws a Refusal (400) where another rule has one of the plugins. */
export function refuseTwin({ plugins }: GlobalRule, id: string, rules: Collection<GlobalRule>): void {
  for (const other of rules.values()) {
    const shared = Object.keys(plugins).find((name) => other.id !== id && name in other.body.plugins);
    if (shared === undefined) continue;
    throw new Refusal(400, `plugin ${shared} already exists in global rule with id ${other.id}`);
  }
}

/** What the data plane does to every request. */
export function abortsOf(rules: Collection<GlobalRule>): readonly Abort[] {
  return [...rules.values()].flatMap(({ body }) => abortsIn(body.plugins));
}

function abortsIn(plugins: GlobalRule['plugins']): readonly Abort[] {
  const { abort } = (plugins['fault-injection'] ?? {}) as { readonly abort?: Abort };
  return abort === undefined ? [] : [abort];
}

const logic = ['AND', 'OR', '!AND', '!OR'];
const operators = ['==', '~=', '>', '>=', '<', '<=', '~~', '~*', 'in', 'has'];

const wrong = (what: string) =>
  new Refusal(400, `failed to check the configuration of plugin fault-injection err: ${what}`);

/** As lua-resty-expr compiles it: an empty one holds always, and a condition alone is refused. */
function checkExpression(expression: readonly unknown[]): void {
  const [first] = expression;
  if (first === undefined) return;
  if (!Array.isArray(first) && !isLogic(first)) throw wrong('rule should be wrapped inside brackets');
  checkPart(expression);
}

const isLogic = (word: unknown) => logic.includes(String(word));

function checkPart(part: unknown): void {
  if (!Array.isArray(part)) throw wrong('rule should be a table');
  const [first, ...others] = part;
  if (Array.isArray(first)) part.forEach(checkPart);
  else if (!isLogic(first)) checkCondition(part);
  else if (others.length < 2) throw wrong('rule too short');
  else others.forEach(checkPart);
}

function checkCondition(condition: readonly unknown[]): void {
  if (condition.length === 0) throw wrong('rule too short');
  if (condition.length === 4 && condition[1] !== '!') throw wrong("bad 'not' expression");
  const operator = condition.length === 4 ? condition[2] : condition[1];
  if (condition.length < 3 || typeof condition[0] !== 'string') throw wrong('invalid expression');
  if (!operators.includes(String(operator).toLowerCase())) throw wrong(`invalid operator '${operator}'`);
}
