import type { webcrypto } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type IssuedCertificate, issue } from '../../src/pki/issue/issue.ts';
import { type KeyAlgorithm, keyAlgorithms } from '../../src/pki/keys/algorithm.ts';
import { generateKeyPair } from '../../src/pki/keys/key-pair.ts';
import { aCa, aServerDraft, type GivenCa, requireLinted } from '../pki/given.ts';
import type { Figure } from './figure.ts';
import { benchReading } from './reading.ts';

/** As many in flight as the operator's workers; more do not make it faster on two cores. */
const inFlight = 8;

/** How much is measured: of all algorithms, but fewer of each where it is only asked whether the bench still works. */
export interface Extent {
  readonly rounds: number;
  /** At most so many in a round. */
  readonly atMost: number;
}

const whole: Extent = { rounds: 5, atMost: Number.POSITIVE_INFINITY };

/** What one round of an algorithm makes: enough for a third of a second, and of RSA some keys at least. */
const counts: Readonly<Record<KeyAlgorithm, number>> = {
  ...{ 'ECDSA-P256': 500, 'ECDSA-P384': 120, 'ECDSA-P521': 80, Ed25519: 500 },
  ...{ 'RSA-2048': 16, 'RSA-3072': 8, 'RSA-4096': 4 },
};

export async function benchPki(extent: Extent = whole): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const algorithm of keyAlgorithms) figures.push(...(await compare(algorithm, extent)));
  return [...figures, ...(await compareReadings(extent)), await loopDelay(extent)];
}

/** Keys and leaves of ours beside what WebCrypto takes for the key and a signature alone, turn by turn in one run. */
async function compare(algorithm: KeyAlgorithm, { rounds, atMost }: Extent): Promise<readonly Figure[]> {
  const ca = await aCa(algorithm);
  const count = Math.min(counts[algorithm], atMost);
  const runs: { ours: Run; raw: Run }[] = [];
  for (let round = 0; round <= rounds; round++) {
    const run = {
      raw: await measure(count, () => signRaw(algorithm)),
      ours: await measure(count, () => issueLeaf(ca)),
    };
    // The first one warms up.
    if (round > 0) runs.push(run);
  }
  const rate = median(runs.map(({ ours }) => ours.rate));
  const ratio = median(runs.map(({ ours, raw }) => ours.rate / raw.rate));
  const loop = median(runs.map(({ ours }) => ours.loop));
  const isTarget = algorithm === 'ECDSA-P256';
  return [
    { name: `${algorithm}: key and leaf`, value: rate, unit: '1/s' },
    { name: `${algorithm}: of raw WebCrypto`, value: ratio, unit: '', ...(isTarget && { target: { atLeast: 0.5 } }) },
    { name: `${algorithm}: event loop`, value: loop, unit: 'ms each', ...(isTarget && { target: { atMost: 0.5 } }) },
  ];
}

interface Run {
  /** Per second. */
  readonly rate: number;
  /** Milliseconds for each that the thread of the event loop computed; not those in which others had its core. */
  readonly loop: number;
}

async function measure(count: number, make: () => Promise<unknown>): Promise<Run> {
  const begin = performance.now();
  const before = process.threadCpuUsage();
  let left = count;
  const work = async () => {
    while (left-- > 0) await make();
  };
  await Promise.all(Array.from({ length: inFlight }, work));
  const { user, system } = process.threadCpuUsage(before);
  return { rate: (count * 1000) / (performance.now() - begin), loop: (user + system) / 1000 / count };
}

async function issueLeaf(ca: GivenCa): Promise<IssuedCertificate> {
  const key = await generateKeyPair(ca.key.algorithm);
  return issue(requireLinted(aServerDraft(ca, key, ['test.com', '*.test.com'])), ca.key.privateKeyPem);
}

/** Each certificate has a key of its own, so none is read from memory; at least a hundred, as the clock of a thread is coarse. */
async function compareReadings({ atMost }: Extent): Promise<readonly Figure[]> {
  const ca = await aCa();
  // At least a thousand, as the clock of a thread may go in steps of some milliseconds.
  const count = Math.min(2000, 1000 * atMost);
  const issued = await Promise.all(Array.from({ length: count }, () => issueLeaf(ca)));
  return benchReading(issued.map(({ certificatePem }) => certificatePem));
}

const tbs = new Uint8Array(400);

/** The floor: a key, a signature as long as a certificate's, and both keys as DER. */
async function signRaw(algorithm: KeyAlgorithm): Promise<void> {
  const { generate, sign } = webCrypto(algorithm);
  const pair = await crypto.subtle.generateKey(generate, true, ['sign', 'verify']);
  if (!('privateKey' in pair)) throw new Error('not a key pair');
  await Promise.all([
    crypto.subtle.sign(sign, pair.privateKey, tbs),
    crypto.subtle.exportKey('pkcs8', pair.privateKey),
    crypto.subtle.exportKey('spki', pair.publicKey),
  ]);
}

type GenerateParameters = webcrypto.Algorithm | webcrypto.EcKeyGenParams | webcrypto.RsaHashedKeyGenParams;
type SignParameters = webcrypto.Algorithm | webcrypto.EcdsaParams;

function webCrypto(algorithm: KeyAlgorithm): { generate: GenerateParameters; sign: SignParameters } {
  const [family = '', size = ''] = algorithm.split('-');
  const hash = { P384: 'SHA-384', P521: 'SHA-512' }[size] ?? 'SHA-256';
  if (family === 'RSA') {
    const publicExponent = Uint8Array.of(1, 0, 1);
    const name = 'RSASSA-PKCS1-v1_5';
    return { generate: { name, modulusLength: Number(size), publicExponent, hash }, sign: { name, hash } };
  }
  return { generate: { name: family, namedCurve: size.replace('P', 'P-') }, sign: { name: family, hash } };
}

/** How late the loop comes while the threads are busy; at a resolution of 1 ms, which is part of the figure. */
async function loopDelay({ atMost }: Extent): Promise<Figure> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await measure(Math.min(200, atMost), () => generateKeyPair('RSA-4096'));
  delay.disable();
  return {
    name: 'loop delay, p99, of 200 RSA-4096 keys',
    value: delay.percentile(99) / 1e6,
    unit: 'ms',
    target: { atMost: 20 },
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
