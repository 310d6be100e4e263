import type { Whole } from '../../harness/whole.ts';

/** Gives a user these rights in the suite's namespace, and no other. */
export async function grant(whole: Whole, user: string, rules: readonly object[]): Promise<void> {
  const rbac = 'rbac.authorization.k8s.io';
  const metadata = { name: user.replaceAll(':', '.'), namespace: whole.namespace };
  const subjects = [{ kind: 'User', name: user, apiGroup: rbac }];
  await whole.apply(
    { apiVersion: `${rbac}/v1`, kind: 'Role', metadata, rules },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata,
      subjects,
      roleRef: { apiGroup: rbac, kind: 'Role', name: metadata.name },
    },
  );
}
