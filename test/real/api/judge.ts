import { execa } from 'execa';
import type { CustomResourceDefinition } from '../../../src/api/crd.ts';
import { apiVersion } from '../../../src/api/group.ts';
import type { Cause, Draft, Verdict } from './create.ts';

/** What deploy/local/apiextensions/main.go reads and writes. */
interface Answer {
  readonly crds: readonly { readonly causes: readonly Cause[] }[];
  readonly resources: readonly { readonly causes: readonly Cause[]; readonly spec?: unknown }[];
}

export interface Verdicts {
  /** Why each CRD would be refused; empty where it would be taken. */
  readonly crds: readonly (readonly Cause[])[];
  readonly resources: readonly Verdict[];
}

/** Asks the code of one version of Kubernetes about CRDs, and about resources of ours under them. */
export async function askJudge(
  program: string,
  crds: readonly CustomResourceDefinition[],
  drafts: readonly Draft[] = [],
): Promise<Verdicts> {
  const resources = drafts.map(({ kind, name, spec }) => ({
    apiVersion,
    kind,
    metadata: { name, namespace: 'default' },
    spec,
  }));
  const { stdout } = await execa(program, { input: JSON.stringify({ crds, resources }) });
  const answer = JSON.parse(stdout) as Answer;
  return {
    crds: answer.crds.map(({ causes }) => causes),
    resources: answer.resources.map(({ causes, spec }) =>
      causes.length === 0 ? { accepted: true, spec } : { accepted: false, causes },
    ),
  };
}
