import { kinds } from '../kinds.ts';
import { marksPolicy, type Writers } from './marks-policy.ts';
import { type Policy, policyBinding, policyManifest } from './policy.ts';
import { referencesPolicy } from './references-policy.ts';

/**
 * The ValidatingAdmissionPolicies that are shipped, made from the kinds: the API server asks them in its own process, so
 * no webhook of ours can fail. `prefix` begins their names; `writers` may write Secrets with our marks.
 */
function admissionPolicies(writers: Writers): readonly Policy[] {
  return [...kinds.map(referencesPolicy), marksPolicy(writers)];
}

/** Each policy and what binds it, as objects for the API server. */
export function admissionManifests(prefix: string, writers: Writers) {
  return admissionPolicies(writers).flatMap((policy) => [
    policyManifest(policy, prefix),
    policyBinding(policy, prefix),
  ]);
}
