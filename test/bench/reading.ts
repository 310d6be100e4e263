import { X509Certificate } from 'node:crypto';
import { readPemCertificates } from '../../src/pki/path/pem-blocks.ts';
import { inspectCertificate } from '../../src/pki/x509/inspect.ts';
import type { Figure } from './figure.ts';

/** What each way to read makes of the event loop's time, for certificates that were never read before and once more. */
export function benchReading(pems: readonly string[]): readonly Figure[] {
  const half = Math.ceil(pems.length / 2);
  const floor = costOfEach(pems, (pem) => new X509Certificate(pem));
  return readings.flatMap(({ name, read }) => {
    // Half of them warms up, and what is read of the other half is read for the first time.
    costOfEach(pems.slice(0, half), read);
    const first = costOfEach(pems.slice(half), read);
    const [last = ''] = pems.slice(-1);
    const again = costOfEach(
      Array.from(pems, () => last),
      read,
    );
    return [
      { name: `${name}: the first time`, value: first, floor, unit: 'ms each' },
      { name: `${name}: of new X509Certificate`, value: first / floor, unit: '' },
      { name: `${name}: once more`, value: again, floor, unit: 'ms each' },
    ];
  });
}

const readings: readonly { readonly name: string; readonly read: (pem: string) => unknown }[] = [
  { name: 'inspecting', read: inspectCertificate },
  { name: 'reading for paths', read: (pem) => readPemCertificates(pem, 1) },
];

/** Milliseconds that the thread computed, so that others on its core do not count. */
function costOfEach(pems: readonly string[], read: (pem: string) => unknown): number {
  const before = process.threadCpuUsage();
  for (const pem of pems) read(pem);
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000 / pems.length;
}
