import { globSync, readFileSync } from 'node:fs';
import { parse } from '@babel/parser';
import type { ReasonClass } from '../../src/api/reasons/reason.ts';

/** A reason as the sources write it: where, and as what. Without a class it is a finding, whose class is said elsewhere. */
export interface GivenReason {
  readonly reason: string;
  readonly class?: ReasonClass;
  /** Of the condition that carries it, where it stands beside it. */
  readonly status?: string;
  readonly where: string;
}

/** The part of a syntax tree that is walked here; @babel/types is no dependency of ours. */
interface Node {
  readonly type: string;
  readonly loc?: { readonly start: { readonly line: number } };
  readonly [field: string]: unknown;
}

/** A function that hands a parameter on as the reason, such as `stops('NginxRefuses', …)`. */
interface Giver {
  readonly position: number;
  readonly class: ReasonClass | undefined;
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;
const textOf = (value: unknown) =>
  isNode(value) && value.type === 'StringLiteral' ? String(value['value']) : undefined;
const nameOf = (value: unknown) => (isNode(value) && value.type === 'Identifier' ? String(value['name']) : undefined);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Every node of a syntax tree, from the outside in. */
export function* nodesIn(value: unknown): Generator<Node> {
  if (Array.isArray(value)) for (const item of value) yield* nodesIn(item);
  if (!isNode(value)) return;
  yield value;
  for (const [field, child] of Object.entries(value)) if (field !== 'loc') yield* nodesIn(child);
}

const failures: Readonly<Record<string, Giver>> = {
  transient: { position: 0, class: 'transient' },
  permanent: { position: 0, class: 'permanent' },
  soft: { position: 0, class: 'soft' },
  parseWith: { position: 3, class: undefined },
};

/**
 * The lints have names of their own; what they find reaches people as `CertificateRefused` or `RevocationImpossible`. Those
 * of the agent stand in its own status, and never in a condition.
 */
const silent = ['src/pki/lint/**', 'src/pki/crl/**', 'src/api/reasons/**', 'src/nginx-agent/**'];

/** Every reason in the sources; throws where one cannot be told from the text alone. */
export function reasonsInSources(): readonly GivenReason[] {
  return globSync('src/**/*.ts', { exclude: silent })
    .sort()
    .flatMap((file) => reasonsIn(file, readFileSync(file, 'utf8')));
}

/** Those of one source text. */
export function reasonsIn(file: string, text: string): readonly GivenReason[] {
  const nodes = [...nodesIn(parse(text, { sourceType: 'module', plugins: ['typescript'] }).program)];
  const givers = new Map(Object.entries(failures));
  // A giver may be handed on by another one: until no more are found.
  for (let known = 0; known < givers.size; ) {
    known = givers.size;
    for (const node of nodes) for (const [name, giver] of giversIn(node, givers)) givers.set(name, giver);
  }
  return nodes.flatMap((node) => reasonsOf(node, nodes, givers, file));
}

function giversIn(node: Node, givers: ReadonlyMap<string, Giver>): readonly (readonly [string, Giver])[] {
  const name = nameOf(node['id']);
  if (node.type !== 'FunctionDeclaration' || name === undefined || givers.has(name)) return [];
  const parameters = listOf(node['params']).map(nameOf);
  for (const inner of nodesIn(node['body'])) {
    const given = givenBy(inner, givers);
    const parameter = nameOf(given?.reason);
    const position = parameter === undefined ? -1 : parameters.indexOf(parameter);
    if (position >= 0) return [[name, { position, class: given?.class }]];
  }
  return [];
}

/** What a call or an object gives as a reason. */
function givenBy(node: Node, givers: ReadonlyMap<string, Giver>) {
  if (node.type === 'NewExpression' && nameOf(node['callee']) === 'Failure') {
    const [failureClass, reason] = listOf(node['arguments']);
    return { reason, class: textOf(failureClass) as ReasonClass | undefined, status: undefined };
  }
  if (node.type === 'CallExpression') {
    const giver = givers.get(nameOf(node['callee']) ?? '');
    return giver && { reason: listOf(node['arguments'])[giver.position], class: giver.class, status: undefined };
  }
  if (node.type !== 'ObjectExpression') return undefined;
  const fields = new Map(
    listOf(node['properties']).flatMap((field) =>
      isNode(field) && field.type === 'ObjectProperty' ? [[nameOf(field['key']), field['value']] as const] : [],
    ),
  );
  if (!fields.has('reason')) return undefined;
  const isEvent = ['Normal', 'Warning'].includes(textOf(fields.get('type')) ?? '');
  const status = textOf(fields.get('status'));
  return { reason: fields.get('reason'), class: isEvent ? ('event' as const) : undefined, status };
}

function reasonsOf(node: Node, nodes: readonly Node[], givers: ReadonlyMap<string, Giver>, file: string) {
  const given = givenBy(node, givers);
  if (given === undefined) return [];
  const where = `${file}:${node.loc?.start.line}`;
  const words = wordsOf(given.reason, nodes);
  // An object may have a field of that name and be something else, such as a schema; a failure has nothing but words.
  if (words === undefined && node.type !== 'ObjectExpression')
    throw new Error(`${where} makes its reason in a way that the test cannot read: write it out`);
  const { class: as, status } = given;
  return (words ?? []).map(
    (reason): GivenReason => ({ reason, where, ...(as && { class: as }), ...(status && { status }) }),
  );
}

/** What hands on a finding or a failure: its words stand where it comes from. */
const handedOn = ['MemberExpression', 'OptionalMemberExpression', 'CallExpression'];

function wordsOf(value: unknown, nodes: readonly Node[]): readonly string[] | undefined {
  if (!isNode(value)) return undefined;
  const text = textOf(value);
  if (text !== undefined) return [text];
  if (handedOn.includes(value.type)) return [];
  if (value.type === 'ConditionalExpression') {
    const [yes, no] = [wordsOf(value['consequent'], nodes), wordsOf(value['alternate'], nodes)];
    return yes && no && [...yes, ...no];
  }
  const name = nameOf(value);
  if (name === undefined) return undefined;
  const constant = nodes.find(({ type, id }) => type === 'VariableDeclarator' && nameOf(id) === name);
  return wordsOf(constant?.['init'], nodes) ?? [];
}
