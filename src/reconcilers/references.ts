import type { Resource } from '../api/kinds.ts';
import type { TrustSource } from '../api/references.ts';
import type { ConfigMap, Secret } from '../model/kube-object.ts';
import type { PathCertificate } from '../pki/path/certificate.ts';
import { TrustBudget } from '../pki/path/trust-budget.ts';
import { readTrustBundle } from '../pki/path/trust-bundle.ts';
import { type Brought, isHard } from '../plan/brought.ts';
import type { CertificateRequests } from '../plan/certificate-request.ts';
import { permanent, transient } from '../std/failure.ts';
import { inSlices } from '../std/steps.ts';
import type { Progress } from './progress.ts';
import type { Run } from './world.ts';

/** A Secret or ConfigMap, and the field of the spec that names it. */
export interface Reference {
  readonly field: string;
  readonly name: string;
}

/** Of others, or one of ours, such as the CA of another resource. Transient: it may come at any time, and its event wakes the resource. */
export async function requireSecret(
  { field, name }: Reference,
  resource: Resource<unknown>,
  run: Run,
): Promise<Secret> {
  const key = { namespace: resource.metadata.namespace, name };
  const secret = run.secrets.get(key) ?? (await run.references.secrets.read(key, run.signal));
  if (secret !== undefined) return secret;
  throw transient('ReferenceMissing', `${field}: the Secret ${name} does not exist in this namespace yet`);
}

async function requireConfigMap({ field, name }: Reference, resource: Resource<unknown>, run: Run): Promise<ConfigMap> {
  const key = { namespace: resource.metadata.namespace, name };
  const configMap = run.configMaps.get(key) ?? (await run.references.configMaps.read(key, run.signal));
  if (configMap !== undefined) return configMap;
  throw transient('ReferenceMissing', `${field}: the ConfigMap ${name} does not exist in this namespace yet`);
}

/** The value, where nothing speaks against it; what a person should know goes to the report. */
export function accept<Value>(
  { value, verdicts }: Brought<Value>,
  { field, name }: Reference,
  progress: Progress,
): Value {
  const sentence = (found: readonly { readonly message: string }[]) =>
    `${field}, ${name}: ${found.map(({ message }) => message).join('; ')}`;
  const hard = verdicts.filter(({ severity }) => severity === 'hard');
  const [first] = hard;
  if (first !== undefined) throw permanent(first.reason, sentence(hard));
  if (value === undefined) throw new Error('brought material without a value and without a hard verdict');
  for (const verdict of verdicts) progress.warn({ reason: verdict.reason, message: sentence([verdict]) });
  return value;
}

/** The CA certificates of all sources, in their order. None is read before it is known that all of them are not too many. */
export async function readTrust(
  requests: Pick<CertificateRequests, 'clientTrust' | 'serverTrust'>,
  resource: Resource<unknown>,
  progress: Progress,
  run: Run,
): Promise<{ readonly clientTrust: readonly PathCertificate[]; readonly serverTrust: readonly PathCertificate[] }> {
  const budget = new TrustBudget();
  const clientTrust = await readTexts(requests.clientTrust, { field: 'spec.clientTrust', budget }, resource, run);
  const serverTrust = await readTexts(requests.serverTrust, { field: 'spec.serverTrust', budget }, resource, run);
  return {
    clientTrust: await readBundles(clientTrust, progress, run),
    serverTrust: await readBundles(serverTrust, progress, run),
  };
}

interface TrustText {
  readonly reference: Reference;
  readonly text: string;
}

async function readTexts(
  sources: readonly TrustSource[],
  { field, budget }: { readonly field: string; readonly budget: TrustBudget },
  resource: Resource<unknown>,
  run: Run,
): Promise<readonly TrustText[]> {
  const texts: TrustText[] = [];
  for (const [index, source] of sources.entries()) {
    const { reference, text } = await readSource(source, `${field}[${index}]`, resource, run);
    const tooMuch = budget.add(text);
    if (tooMuch !== undefined)
      throw permanent(tooMuch.reason, `${reference.field}, ${reference.name}: ${tooMuch.message}`);
    texts.push({ reference, text });
  }
  return texts;
}

async function readBundles(texts: readonly TrustText[], progress: Progress, run: Run) {
  const anchors: PathCertificate[] = [];
  for (const { reference, text } of texts) {
    const { anchors: value, verdicts } = await inSlices(readTrustBundle(text, run.clock.now()), run.signal);
    anchors.push(...accept(isHard(verdicts) ? { verdicts } : { value, verdicts }, reference, progress));
  }
  return anchors;
}

async function readSource(
  source: TrustSource,
  field: string,
  resource: Resource<unknown>,
  run: Run,
): Promise<TrustText> {
  if (source.secretRef !== undefined) {
    const reference = { field: `${field}.secretRef`, name: source.secretRef.name };
    const { data } = await requireSecret(reference, resource, run);
    return { reference, text: decode(requireKey(data, source.secretRef.key, reference)) };
  }
  // The schema wants one of the two.
  const { name = '', key = '' } = source.configMapRef ?? {};
  const reference = { field: `${field}.configMapRef`, name };
  const { data } = await requireConfigMap(reference, resource, run);
  return { reference, text: requireKey(data, key, reference) };
}

/** Text of one key of a Secret. */
export async function requireText(reference: Reference, key: string, resource: Resource<unknown>, run: Run) {
  const { data } = await requireSecret(reference, resource, run);
  return decode(requireKey(data, key, reference));
}

function requireKey(data: Secret['data'], key: string, { field, name }: Reference): string {
  const text = data?.[key];
  if (text !== undefined) return text;
  throw transient('ReferenceMissing', `${field}: ${name} has no key ${key} yet`);
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}
