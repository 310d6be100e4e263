/**
 * Judges an expression of lua-resty-expr as its source does (lib/resty/expr/v1.lua), of the operators that are used here.
 * Throws on what that library would refuse to compile.
 */
export type Variables = Readonly<Record<string, string | undefined>>;

const logic = ['AND', 'OR', '!AND', '!OR'];

/** Whether one of `vars` of fault-injection holds, which so refuses the request. */
export function isRefused(vars: readonly unknown[], of: Variables): boolean {
  return vars.some((expression) => {
    const [first] = listOf(expression);
    if (!Array.isArray(first) && !logic.includes(String(first)))
      throw new Error('rule should be wrapped inside brackets');
    return judge(expression, of);
  });
}

function judge(expression: unknown, of: Variables): boolean {
  const list = listOf(expression);
  const [first, ...others] = list;
  if (first === undefined) throw new Error('rule too short');
  if (Array.isArray(first)) return list.map((one) => judge(one, of)).every(Boolean);
  if (!logic.includes(String(first))) return compare(list, of);
  if (others.length < 2) throw new Error('rule too short');
  const found = others.map((one) => judge(one, of));
  const holds = String(first).endsWith('AND') ? found.every(Boolean) : found.some(Boolean);
  return String(first).startsWith('!') ? !holds : holds;
}

function compare([name, operator, wanted, ...more]: readonly unknown[], of: Variables): boolean {
  if (more.length > 0 || wanted === undefined) throw new Error('invalid expression');
  const value = of[String(name)];
  switch (operator) {
    case '==':
      return value === wanted;
    case '~=':
      return value !== wanted;
    case 'in':
      return listOf(wanted).includes(value);
    case '~~':
      return value !== undefined && new RegExp(String(wanted)).test(value);
    case '~*':
      return value !== undefined && new RegExp(String(wanted), 'i').test(value);
    default:
      throw new Error(`invalid operator '${operator}'`);
  }
}

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error('rule should be a table');
  return value;
}
