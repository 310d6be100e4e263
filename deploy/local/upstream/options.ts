import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface Options {
  readonly kubeconfig: string;
  readonly namespace: string;
  readonly secret: string;
  readonly configMap: string;
  readonly directory: string;
  /** Where `/ip` is answered; left out, it is not. */
  readonly ipPort?: number;
  /** An agent of its own loads what is mirrored: NGINX includes what that lays out, in `agent/`. */
  readonly agent: boolean;
}

const usage =
  'usage: main.ts --kubeconfig FILE --namespace NAME --secret NAME --config-map NAME --directory DIR [--ip-port N] [--agent]';

const flags = {
  kubeconfig: { type: 'string' },
  namespace: { type: 'string' },
  secret: { type: 'string' },
  'config-map': { type: 'string' },
  directory: { type: 'string' },
  'ip-port': { type: 'string' },
  agent: { type: 'boolean' },
} as const;

/** Throws with a sentence and the usage. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({ args: [...args], options: flags });
  const required = (flag: Exclude<keyof typeof flags, 'ip-port' | 'agent'>): string => {
    const value = values[flag];
    if (value === undefined) throw new Error(`--${flag} is missing\n${usage}`);
    return value;
  };
  return {
    kubeconfig: resolve(required('kubeconfig')),
    namespace: required('namespace'),
    secret: required('secret'),
    configMap: required('config-map'),
    directory: resolve(required('directory')),
    agent: values.agent ?? false,
    ...(values['ip-port'] === undefined ? {} : { ipPort: Number(values['ip-port']) }),
  };
}
