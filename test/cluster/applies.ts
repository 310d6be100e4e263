/** MtlsGateways that come, change and go while something else happens. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Kubectl } from '../../deploy/local/parts/kubectl.ts';
import { aGateway } from '../harness/given.ts';

const betweenApplies = 300;
/** Of five that came, one has gone again and one has another client. */
const cycle = 5;

export interface Applied {
  /** Of those that are there. */
  readonly there: readonly string[];
  readonly gone: readonly string[];
}

function resource(name: string, clients: readonly string[]): string {
  const issued = clients.map((client) => ({ name: client, commonName: client }));
  return JSON.stringify(aGateway({ name, hosts: [`${name}.example`], spec: { clients: issued } }));
}

/** Applies one after another until it is stopped. Throws, when it is stopped, what kubectl said. */
export function startApplies(here: Kubectl): { stop(): Promise<Applied> } {
  let isStopped = false;
  const there: string[] = [];
  const gone: string[] = [];
  const apply = async (name: string, clients: readonly string[]) =>
    void (await here(['apply', '-f', '-'], resource(name, clients)));
  const applying = (async () => {
    for (let number = 0; !isStopped; number += 1) {
      const name = `load-${number}`;
      await apply(name, ['first']);
      there.push(name);
      if (number % cycle === 3) await apply(there.at(-3) ?? name, ['first', 'second']);
      if (number % cycle === 4) {
        const [leaves = name] = there.splice(-3, 1);
        gone.push(leaves);
        await here(['delete', 'mtlsgateway', leaves, '--wait=false']);
      }
      await pause(betweenApplies);
    }
  })();
  // Told by `stop`.
  applying.catch(() => {});
  return {
    stop: async () => {
      isStopped = true;
      await applying;
      return { there, gone };
    },
  };
}
