import type { ConfigMap, Secret } from '../../model/kube-object.ts';
import { readTrustBundle } from '../../pki/path/trust-bundle.ts';
import type { Certificate } from '../../pki/x509/certificate.ts';
import { Failure, permanent, transient } from '../../std/failure.ts';
import type { Finding } from '../../std/finding.ts';
import type { Steps } from '../../std/steps.ts';
import type { Material, Reference, TrustText, TrustTexts } from '../observed.ts';
import { isHard, type Judged } from './external.ts';

/** What the spec refers to, and what a person should know of it. */
export interface Warned<Value> {
  readonly value: Value;
  readonly warnings: readonly Finding[];
}

/** Of others, or one of ours, such as the CA of another resource. Transient: it may come at any time, and its event wakes the resource. */
export function requireSecret({ references }: Material, { field, name }: Reference): Secret {
  const found = references.get(name);
  if (found instanceof Failure) throw found;
  if (found !== undefined) return found;
  throw transient('ReferenceMissing', `${field}: the Secret ${name} does not exist in this namespace yet`);
}

/** The text under a key; throws a transient failure where there is none. */
export function requireKey(data: Secret['data'] | ConfigMap['data'], key: string, { field, name }: Reference): string {
  const text = data?.[key];
  if (text !== undefined) return text;
  throw transient('ReferenceMissing', `${field}: ${name} has no key ${key} yet`);
}

export function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}

/** The value, where nothing speaks against it. */
export function accept<Value>({ value, verdicts }: Judged<Value>, { field, name }: Reference): Warned<Value> {
  const sentence = (found: readonly { readonly message: string }[]) =>
    `${field}, ${name}: ${found.map(({ message }) => message).join('; ')}`;
  const hard = verdicts.filter(({ severity }) => severity === 'hard');
  const [first] = hard;
  if (first !== undefined) throw permanent(first.reason, sentence(hard));
  if (value === undefined) throw new Error('brought material without a value and without a hard verdict');
  const warnings = verdicts.map((verdict) => ({ reason: verdict.reason, message: sentence([verdict]) }));
  return { value, warnings };
}

/** The CA certificates of all sources, in their order. */
export function* readTrust({ trust }: Material, at: Temporal.Instant) {
  if (trust instanceof Failure) throw trust;
  const read = (texts: TrustTexts[keyof TrustTexts]) => readBundles(texts, at);
  return { client: yield* read(trust.clientTrust), server: yield* read(trust.serverTrust) };
}

/** All of a list, and what each source of it has. */
interface ReadBundles extends Warned<readonly Certificate[]> {
  readonly bundles: readonly (readonly Certificate[])[];
}

function* readBundles(texts: readonly TrustText[], at: Temporal.Instant): Steps<ReadBundles> {
  const all: Warned<readonly Certificate[]>[] = [];
  for (const { reference, text } of texts) {
    const { anchors: value, verdicts } = yield* readTrustBundle(text, at);
    all.push(accept(isHard(verdicts) ? { verdicts } : { value, verdicts }, reference));
  }
  const bundles = all.map(({ value }) => value);
  return { value: bundles.flat(), bundles, warnings: all.flatMap(({ warnings }) => warnings) };
}
