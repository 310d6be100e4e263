import { makeCrl } from '../issuing/crl.ts';
import { keystoreDigest, keystoreOf } from '../pki/pkcs12.ts';
import { crlDigest } from '../plan/certificates/crl-content.ts';
import type { Observed } from '../plan/observed.ts';
import type { Look } from '../plan/steps.ts';
import { Failure } from '../std/failure.ts';
import type { Observing } from './context.ts';
import { lookAtDataPlane } from './data-plane.ts';
import { lookAtNamed, readDenyList, readGateway } from './gateway.ts';
import { lookAtAddresses, lookAtNginx } from './nginx.ts';
import { lookAtWorkload } from './workload.ts';

/**
 * The facts with those that a plan asked for. What could not be looked at is told by its failure. Throws a `Conflict`, and
 * what is no `Failure`.
 */
export async function look<Spec>(
  looks: readonly Look[],
  observed: Observed<Spec>,
  observing: Observing,
): Promise<Observed<Spec>> {
  let known = observed;
  for (const one of looks) {
    try {
      known = { ...known, ...(await factsOf(one, known, observing)) };
    } catch (error) {
      if (!(error instanceof Failure) || error.reason === 'Conflict') throw error;
      known = { ...known, failed: new Map([...known.failed, [one.part, error]]) };
    }
  }
  return known;
}

type Facts = { readonly [name in Exclude<keyof Observed, 'parsed'>]?: NonNullable<Observed[name]> };

async function factsOf(one: Look, observed: Observed, observing: Observing): Promise<Facts> {
  switch (one.at) {
    case 'gateway':
      return { reading: await readGateway(one, observed, observing) };
    case 'denyList':
      return { denyList: await readDenyList(observed, observing) };
    case 'named':
      return { named: await lookAtNamed(one.refs, observed, observing) };
    case 'addresses':
      return { addresses: await lookAtAddresses(one.hosts, observed, observing) };
    case 'keystore': {
      const made = [keystoreDigest(one.content), await keystoreOf(one.content)] as const;
      const { material } = observed;
      return { material: { ...material, keystores: new Map([...material.keystores, made]) } };
    }
    case 'crl': {
      const made = [crlDigest(one.content), await makeCrl(one.content, observing)] as const;
      const { material } = observed;
      return { material: { ...material, crls: new Map([...material.crls, made]) } };
    }
    case 'workload':
      return { workload: await lookAtWorkload(one.name, observed, observing) };
    case 'nginx':
      return { nginx: await lookAtNginx(one, observing) };
    case 'dataPlane':
      return { dataPlane: await lookAtDataPlane(one, observing) };
  }
}
