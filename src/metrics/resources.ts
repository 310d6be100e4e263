import { Gauge, type Registry } from 'prom-client';
import type { CertificateStatus, Status } from '../api/status.ts';
import type { KubeObject } from '../model/kube-object.ts';
import type { Look } from './look.ts';

const object = ['kind', 'namespace', 'name'];
const labelsOf = ({ kind, metadata: { namespace, name } }: KubeObject) => ({ kind, namespace, name });
const statusOf = (resource: KubeObject): Status => (resource['status'] ?? {}) as Status;

/** From the status of each resource, so that a standby tells the same as the leader. */
export function countResources(registry: Registry, look: Look): void {
  countConditions(registry, look);
  const notAfter = 'mtls_operator_certificate_not_after_timestamp_seconds';
  countCertificates(registry, look, notAfter, 'End of a certificate, in Unix time.', (status) => status.notAfter);
  const renewal = 'mtls_operator_certificate_renewal_timestamp_seconds';
  const help = 'When a certificate is renewed, in Unix time; none where it is external.';
  countCertificates(registry, look, renewal, help, (status) => status.renewalTime);
}

function countConditions(registry: Registry, look: Look): void {
  new Gauge({
    name: 'mtls_operator_resource_condition',
    help: 'Conditions of a resource, each as 1 with its present status and reason.',
    labelNames: [...object, 'condition', 'status', 'reason'],
    registers: [registry],
    collect() {
      this.reset();
      for (const resource of look()?.resources ?? []) {
        for (const { type: condition, status, reason } of statusOf(resource).conditions ?? []) {
          this.set({ ...labelsOf(resource), condition, status, reason }, 1);
        }
      }
    },
  });
}

function countCertificates(
  registry: Registry,
  look: Look,
  name: string,
  help: string,
  read: (status: CertificateStatus) => string | undefined,
): void {
  new Gauge({
    name,
    help,
    labelNames: [...object, 'certificate'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { labels, at } of (look()?.resources ?? []).flatMap((resource) => timesOf(resource, read)))
        this.set(labels, at);
    },
  });
}

/** In Unix time. One that cannot be read, in a status that others may write too, must not cost the whole scrape. */
function timesOf(resource: KubeObject, read: (status: CertificateStatus) => string | undefined) {
  return (statusOf(resource).certificates ?? [])
    .map((status) => ({
      labels: { ...labelsOf(resource), certificate: status.name },
      at: Date.parse(read(status) ?? '') / 1000,
    }))
    .filter(({ at }) => !Number.isNaN(at));
}
