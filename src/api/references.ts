import * as z from 'zod';
import { objectName } from './fields.ts';
import { withForm, withRules } from './rules.ts';

/**
 * What a person brought along, by its name in the namespace of the resource: a name in another namespace would let a
 * tenant read what only the operator may.
 */
export const secretRef = () => z.object({ name: objectName().describe('Name of the Secret, in the same namespace.') });

/** Keys of a Secret or ConfigMap (Kubernetes: IsConfigMapKey). */
const dataKey = (fallback: string) =>
  withForm(
    z.string().min(1).max(253),
    /^[-._a-zA-Z0-9]+$/,
    'must be a key as Secrets and ConfigMaps have them, like ca.crt: letters, digits and . _ -',
  )
    .default(fallback)
    .describe('Key in its data.');

const keyIn = (kind: string, fallback: string) =>
  z.object({ name: objectName().describe(`Name of the ${kind}, in the same namespace.`), key: dataKey(fallback) });

/** What a field refers to, by its name: whoever follows references, and the policy that checks them, go by this. */
export function referencedKind(field: string): 'Secret' | 'ConfigMap' | undefined {
  if (/^(?:secret|passwordSecret)Ref$/.test(field)) return 'Secret';
  return field === 'configMapRef' ? 'ConfigMap' : undefined;
}

/** Where a password stands. */
export const passwordRef = () => keyIn('Secret', 'password');

const source = withRules(
  z.object({
    configMapRef: keyIn('ConfigMap', 'ca.crt').optional().describe('A ConfigMap with CA certificates as PEM.'),
    secretRef: keyIn('Secret', 'ca.crt').optional().describe('A Secret with CA certificates as PEM.'),
    keepRemoved: z
      .boolean()
      .optional()
      .describe(
        'Whether a CA that is taken out of it stays trusted until it was seen that nobody needs it, see docs/rotation.md; left out: it leaves at once.',
      ),
  }),
  {
    rule: 'has(self.configMapRef) != has(self.secretRef)',
    message: 'exactly one of configMapRef and secretRef must be set',
    holds: ({ configMapRef, secretRef }) => (configMapRef === undefined) !== (secretRef === undefined),
  },
);

/** CA certificates that are trusted beside the CA of the resource. */
export const trustSources = () => z.array(source).max(16).meta({ 'x-kubernetes-list-type': 'atomic' }).default([]);

export type TrustSource = z.output<typeof source>;
