/** A ValidatingAdmissionPolicy of Kubernetes (`admissionregistration.k8s.io/v1`), as far as ours use one. */
export interface Policy {
  /** What follows the name of the installation in its own name. */
  readonly name: string;
  readonly resources: { readonly apiGroups: readonly string[]; readonly resources: readonly string[] };
  readonly matchConditions?: readonly { readonly name: string; readonly expression: string }[];
  readonly variables: readonly Variable[];
  readonly validations: readonly Validation[];
}

export interface Variable {
  readonly name: string;
  readonly expression: string;
}

export interface Validation {
  readonly expression: string;
  /** Said where there is no `messageExpression`, or where that fails. */
  readonly message: string;
  /** Must not use `authorizer`, which is not there for messages, nor a variable that does. */
  readonly messageExpression?: string;
}

/** The object for the API server, which `policyBinding` puts to work. A policy that cannot be judged refuses. */
export function policyManifest(policy: Policy, prefix: string) {
  const { apiGroups, resources } = policy.resources;
  const rule = { apiGroups, apiVersions: ['*'], operations: ['CREATE', 'UPDATE'], resources };
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: `${prefix}-${policy.name}` },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: { resourceRules: [rule] },
      ...(policy.matchConditions && { matchConditions: policy.matchConditions }),
      variables: policy.variables,
      validations: policy.validations.map((validation) => ({ ...validation, reason: 'Forbidden' })),
    },
  } as const;
}

export function policyBinding({ name }: Policy, prefix: string) {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: `${prefix}-${name}` },
    spec: { policyName: `${prefix}-${name}`, validationActions: ['Deny'] },
  } as const;
}
