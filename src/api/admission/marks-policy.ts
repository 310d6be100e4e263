import { annotations, group, labels, managedByValue } from '../group.ts';
import { mtlsGateway, mtlsUpstream } from '../kinds.ts';
import type { Policy } from './policy.ts';

/** Who may write Secrets with our marks, as CEL: lists of texts. */
export interface Writers {
  readonly users: string;
  readonly groups: string;
}

/** They take owners off what is orphaned, as somebody has asked of them. */
const collectors = ['system:serviceaccount:kube-system:generic-garbage-collector', 'system:kube-controller-manager'];

/**
 * The operator knows its Secrets by their marks, and issues with the key of a CA that bears them. So nobody else makes one,
 * or changes what is in it. Deleting one, annotating it and taking our finalizer off stay free: the operator issues anew.
 */
export function marksPolicy({ users, groups }: Writers): Policy {
  return {
    name: 'marked-secrets',
    resources: { apiGroups: [''], resources: ['secrets'] },
    matchConditions: [
      {
        name: 'somebody-else',
        expression: `!(request.userInfo.username in ${users}) &&\n!request.userInfo.?groups.orValue([]).exists(g, g in ${groups})`,
      },
    ],
    variables: [
      { name: 'now', expression: marksOf('object') },
      { name: 'before', expression: `oldObject == null ? [] : ${marksOf('oldObject')}` },
      { name: 'handover', expression: handoverOf('object') },
    ],
    validations: [
      {
        expression: 'variables.now.all(m, m in variables.before)',
        message: `only the operator creates Secrets with its marks (${marks}): leave them out${unlessListed}`,
      },
      {
        expression: `variables.before.size() == 0 || (${unchanged.join(' && ')} && (${ownersUnchanged}))`,
        message: `only the operator changes data, labels and owners of a Secret with its marks (${marks}): change the resource that it belongs to, or delete the Secret to have it issued again${unlessListed}`,
      },
      {
        expression: `variables.handover == '' || (oldObject != null && variables.handover == ${handoverOf('oldObject')}) || (${mayUpdate})`,
        message: `the annotation ${annotations.adopt} hands the Secret over to a resource that you may not update: somebody who may update that resource has to set it`,
      },
    ],
  };
}

const marks = `owner, labels, finalizer and the annotation ${annotations.owner}`;
const unlessListed =
  '; to restore from a backup, let the administrator list the account in the policy (admissionPolicies.secretWriters of the chart)';

const isOurs = (text: string) => `${text}.startsWith('${group}/')`;

/** CEL: a text for each mark on it, which tells it from every other. */
function marksOf(root: string): string {
  const metadata = `${root}.metadata`;
  const has = (field: string) => `${metadata}.?${field}`;
  const isLabel = `${isOurs('k')} || (k == '${labels.managedBy}' && ${metadata}.labels[k] == '${managedByValue}')`;
  const owner = "'owner ' + o.apiVersion + ' ' + o.kind + '/' + o.name + ' ' + o.uid";
  const said = `${has('annotations')}[?'${annotations.owner}']`;
  return [
    `${has('ownerReferences')}.orValue([]).filter(o, ${isOurs('o.apiVersion')}).map(o, ${owner})`,
    `${has('labels')}.orValue({}).filter(k, ${isLabel}).map(k, 'label ' + k + '=' + ${metadata}.labels[k])`,
    `${has('finalizers')}.orValue([]).filter(f, ${isOurs('f')}).map(f, 'finalizer ' + f)`,
    `(${said}.hasValue() ? ['annotation ' + ${said}.orValue('')] : [])`,
  ].join(' +\n');
}

const same = (field: string) => `object.?${field} == oldObject.?${field}`;
const unchanged = ['data', 'type', 'immutable', 'metadata.?labels'].map(same);
const ownersUnchanged = `${same('metadata.?ownerReferences')} || request.userInfo.username in ${JSON.stringify(collectors)}`;

const handoverOf = (root: string) => `${root}.metadata.?annotations[?'${annotations.adopt}'].orValue('')`;

/** What names no resource of ours hands over nothing. */
const mayUpdate = [mtlsGateway, mtlsUpstream]
  .map(({ kind, plural }) => {
    const resource = `authorizer.group('${group}').resource('${plural}').namespace(request.namespace)`;
    const name = "variables.handover.split('/')[1]";
    return `(!variables.handover.startsWith('${kind}/') || ${resource}.name(${name}).check('update').allowed())`;
  })
  .join(' && ');
