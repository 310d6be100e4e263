import { group } from '../group.ts';
import { type Kind, mtlsUpstream } from '../kinds.ts';
import type { Policy, Validation, Variable } from './policy.ts';
import { type ReferenceField, referenceFields } from './reference-fields.ts';

/**
 * How many references that a request adds are checked one by one. Kubernetes gives a policy 10,000,000 units of cost and
 * asks 350,000 for each question to the authorizer: what is left is for the lists of the largest spec. Who may get all
 * Secrets and ConfigMaps of the namespace is asked about that alone, and may add as many as a spec takes.
 */
export const checkedAtMost = 20;

/**
 * Who names a Secret or ConfigMap in a spec must be allowed to get it: the operator, which reads it for them, may get all.
 * Only what the request adds counts, or nobody but its author could label a resource. A reference is another one, too,
 * when its field, its key or the Secret that is written of it changes.
 */
export function referencesPolicy(kind: Kind): Policy {
  const fields = referenceFields(kind);
  const steps = Array.from({ length: checkedAtMost }, (_, index) => index + 1);
  return {
    name: `${kind.singular}-references`,
    resources: { apiGroups: [group], resources: [kind.plural] },
    variables: [
      { name: 'now', expression: allOf(fields, 'object') },
      { name: 'before', expression: `oldObject == null ? [] : ${allOf(fields, 'oldObject')}` },
      // What is named twice is asked about once: each step leaves out what the one before it has asked about.
      { name: 'left1', expression: "variables.now.filter(r, !(r in variables.before)).map(r, r.split(' ')[0])" },
      ...steps.map(nextStep),
      ...plurals.map(mayGetAll),
    ],
    validations: [...steps.map(checkStep), lastCheck, ...(kind.kind === mtlsUpstream.kind ? [mayDeploy] : [])],
  };
}

const plurals = ['secrets', 'configmaps'] as const;

/** CEL: a list of texts, `secrets/NAME FIELD KEY DESTINATION`. */
function allOf(fields: readonly ReferenceField[], root: string): string {
  return fields.map((field) => oneOf(field, `${root}.spec`)).join(' +\n');
}

function oneOf(field: ReferenceField, spec: string): string {
  const { path, list } = field;
  if (list === undefined) return `(${optional(spec, path)}.hasValue() ? [${textOf(field, spec, spec)}] : [])`;
  const [outer, inner] = [path.slice(0, list), path.slice(list)];
  const isThere = `i, ${optional('i', inner)}.hasValue()`;
  return `${optional(spec, outer)}.orValue([]).filter(${isThere}).map(i, ${textOf(field, spec, 'i')})`;
}

function textOf({ to, path, list = 0, hasKey, destinations }: ReferenceField, spec: string, item: string): string {
  const reference = [item, ...path.slice(list)].join('.');
  const key = hasKey ? [`${reference}.?key.orValue('')`] : [];
  const written = destinations.map((at) =>
    at.length > list ? `${optional(item, at.slice(list))}.orValue('')` : `${optional(spec, at)}.orValue('')`,
  );
  const plural = to === 'Secret' ? 'secrets' : 'configmaps';
  return [`'${plural}/' + ${reference}.name + ' ${path.join('.')}'`, ...key, ...written].join(" + ' ' + ");
}

function optional(root: string, path: readonly string[]): string {
  return [root, ...path].join('.?');
}

function nextStep(step: number): Variable {
  const left = `variables.left${step}`;
  return { name: `left${step + 1}`, expression: `${left}.filter(r, r != ${left}[0])` };
}

/** Of the core group, in the namespace of the request. */
const authorizer = (plural: string) => `authorizer.group('').resource(${plural}).namespace(request.namespace)`;

function mayGetAll(plural: (typeof plurals)[number]): Variable {
  return { name: variableOf[plural], expression: `${authorizer(`'${plural}'`)}.check('get').allowed()` };
}

const variableOf = { secrets: 'getsAllSecrets', configmaps: 'getsAllConfigMaps' } as const;

function checkStep(step: number): Validation {
  const left = `variables.left${step}`;
  const [isSecret, name] = [`${left}[0].startsWith('secrets/')`, `${left}[0].split('/')[1]`];
  const all = `(${isSecret} ? variables.${variableOf.secrets} : variables.${variableOf.configmaps})`;
  const one = `${authorizer(`${left}[0].split('/')[0]`)}.name(${name}).check('get').allowed()`;
  const named = `(${isSecret} ? 'Secret ' : 'ConfigMap ') + ${name}`;
  return {
    expression: `${left}.size() == 0 || ${all} || ${one}`,
    message: `spec names a Secret or ConfigMap that you may not get, ${wayOut}`,
    messageExpression: `${left}.size() == 0 ? '' : 'spec names the ' + ${named} + ', which you may not get, ${wayOut}'`,
  };
}

const wayOut =
  'and the operator would read it on your behalf: ask for permission to get it, or let somebody who has it make this change';

/** What is beyond those that are checked one by one passes only for who may get all of its kind. */
const lastCheck: Validation = {
  expression: `variables.left${checkedAtMost + 1}.all(r, r.startsWith('secrets/') ? variables.${variableOf.secrets} : variables.${variableOf.configmaps})`,
  message: `spec names more than ${checkedAtMost} Secrets and ConfigMaps that it did not name before: add ${checkedAtMost} at a time, or let somebody who may get all Secrets and ConfigMaps of the namespace make this change`,
};

/** An NGINX that the operator runs is code of somebody's choice in the namespace: whoever asks for it could run it themselves. */
const deployment = (root: string) => `${root}.spec.?nginx.?deployment`;
const mayDeploy: Validation = {
  expression: `!${deployment('object')}.hasValue() || (oldObject != null && ${deployment('oldObject')} == ${deployment('object')}) || authorizer.group('apps').resource('deployments').namespace(request.namespace).check('create').allowed()`,
  message:
    'spec.nginx.deployment has the operator run NGINX, and you may not create Deployments here: ask for permission, or let somebody who has it make this change',
};
