/**
 * Plugins of global rules and of routes, the same in both products: what a JSON Schema cannot say of them, measured on
 * Apache APISIX 3.18 (a plugin that the gateway does not have) and read in lua-resty-expr (what an expression may be).
 */
import type { Abort } from '../data-plane/state.ts';
import { Refusal } from './refusal.ts';

export type Plugins = Readonly<Record<string, object>>;

/** Those that it has; what the second one does cannot be seen from outside. */
const played = ['fault-injection', 'prometheus'];

/** Throws a Refusal (400). */
export function checkPlugins(plugins: Plugins = {}): void {
  const unknown = Object.keys(plugins).find((name) => !played.includes(name));
  if (unknown !== undefined) throw new Refusal(400, `unknown plugin [${unknown}]`);
  for (const vars of abortsIn(plugins).flatMap((abort) => abort.vars ?? [])) checkExpression(vars);
}

interface FaultInjection {
  readonly abort?: Abort;
  readonly _meta?: { readonly disable?: boolean };
}

/** Which requests they answer. */
export function abortsIn(plugins: Plugins = {}): readonly Abort[] {
  const { abort, _meta = {} } = (plugins['fault-injection'] ?? {}) as FaultInjection;
  return abort === undefined || _meta.disable === true ? [] : [abort];
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
