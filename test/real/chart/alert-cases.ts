/** Series in the notation of promtool, one value a minute: `0+1x9` is 0 to 9, `_x9` ten minutes without any, `stale` an end. */
export interface AlertCase {
  readonly alert: string;
  /** With these it fires `at` so many minutes, with these labels beside its own, and says this. */
  readonly fires: Readonly<Record<string, string>>;
  readonly at: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly says: string;
  /** With each of these it does not, at the same time. */
  readonly silent: readonly Readonly<Record<string, string>>[];
}

const namespace = 'mtls-operator-system';
/** Both replicas tell of a resource. */
const replicas = (metric: string, labels: string, values: string) =>
  Object.fromEntries(['a', 'b'].map((pod) => [`${metric}{pod="${pod}", ${labels}}`, values]));
const resource = { kind: 'MtlsGateway', namespace: 'shop', name: 'test-com' };
const ofResource = 'kind="MtlsGateway", namespace="shop", name="test-com"';
const ends = (certificate: string, at: string) =>
  replicas('mtls_operator_certificate_not_after_timestamp_seconds', `${ofResource}, certificate="${certificate}"`, at);
const renewed = (certificate: string, at: string) =>
  replicas('mtls_operator_certificate_renewal_timestamp_seconds', `${ofResource}, certificate="${certificate}"`, at);
const condition = (condition: string, status: string, reason: string, values = '1x90') =>
  replicas(
    'mtls_operator_resource_condition',
    `${ofResource}, condition="${condition}", status="${status}", reason="${reason}"`,
    values,
  );
const counted = (name: string, values: string, more = '') => ({
  [`controller_runtime_${name}_total{namespace="${namespace}", pod="a", controller="MtlsGateway"${more}}`]: values,
});
const agent = (ready: string, serving: string) => {
  const labels = '{namespace="shop", pod="nginx-0", instance="10.0.0.7:9180"}';
  return {
    [`mtls_operator_nginx_agent_ready${labels}`]: ready,
    [`mtls_operator_nginx_agent_serving${labels}`]: serving,
  };
};
const ofAgent = { namespace: 'shop', pod: 'nginx-0', instance: '10.0.0.7:9180' };
const leads = (values: string, name = 'mtls-operator') => ({
  [`leader_election_master_status{namespace="${namespace}", pod="a", name="${name}"}`]: values,
});
const reachable = (values: string) => ({
  [`mtls_operator_gateway_reachable{namespace="${namespace}", pod="a", gateway="default", endpoint="admin"}`]: values,
});
const skew = (values: string) => ({
  [`mtls_operator_clock_skew_seconds{namespace="${namespace}", pod="a"}`]: values,
});

/** Time begins at 0, and so do times of certificates; an hour has 3600 s. */
export const alertCases: readonly AlertCase[] = [
  {
    alert: 'MtlsCertificateNotRenewed',
    // Renewal after 60 minutes, end after 100: a quarter of the 40 between has passed at 70.
    fires: { ...ends('server', '6000x90'), ...renewed('server', '3600x90') },
    at: 71,
    labels: { ...resource, certificate: 'server' },
    says: 'Certificate server of MtlsGateway shop/test-com ends in 29m 0s and should have been renewed.',
    silent: [
      { ...ends('server', '6120x90'), ...renewed('server', '3900x90') },
      // It was renewed.
      { ...ends('server', '6000x65 12000x30'), ...renewed('server', '3600x65 9600x30') },
      ends('server', '6000x90'),
    ],
  },
  {
    alert: 'MtlsExternalCertificateExpires',
    fires: ends('ca', '604800x90'),
    at: 1,
    labels: { ...resource, certificate: 'ca' },
    says: 'External certificate ca of MtlsGateway shop/test-com ends in 6d 23h 59m 0s.',
    silent: [ends('ca', '604920x90'), { ...ends('ca', '604800x90'), ...renewed('ca', '3600x90') }],
  },
  {
    alert: 'MtlsResourceStalled',
    fires: condition('Stalled', 'True', 'SniConflict'),
    at: 10,
    labels: { ...resource, reason: 'SniConflict' },
    says: 'MtlsGateway shop/test-com is Stalled with SniConflict for 10 minutes.',
    silent: [condition('Stalled', 'True', 'SniConflict', '1x5 stale'), condition('Ready', 'False', 'SniConflict')],
  },
  {
    alert: 'MtlsCaRotationWaits',
    // The state may change meanwhile.
    fires: {
      ...condition('Rotating', 'True', 'RotationPrepared', '1x40'),
      ...condition('Rotating', 'True', 'RotationSwitched', '_x40 1x50'),
    },
    at: 60,
    labels: resource,
    says: 'The CA of MtlsGateway shop/test-com is half exchanged for an hour; `status.rotation` of the resource says what that waits for.',
    silent: [
      condition('Rotating', 'True', 'RotationDrained'),
      condition('Rotating', 'True', 'RotationPrepared', '1x40 stale'),
    ],
  },
  {
    alert: 'MtlsResourceNotReady',
    // The reason may change meanwhile.
    fires: {
      ...condition('Ready', 'False', 'Forbidden', '1x20'),
      ...condition('Ready', 'Unknown', 'NotReached', '_x20 1x70'),
    },
    at: 30,
    labels: resource,
    says: 'MtlsGateway shop/test-com is not Ready for 30 minutes, although the operator tries again.',
    silent: [
      condition('Ready', 'True', 'Ready'),
      condition('Ready', 'False', 'Forbidden', '1x20 stale'),
      condition('Ready', 'False', 'GatewayUnreachable'),
      condition('Ready', 'False', 'DeletionBlocked'),
      { ...condition('Ready', 'False', 'SniConflict'), ...condition('Stalled', 'True', 'SniConflict') },
    ],
  },
  {
    alert: 'MtlsDeletionBlocked',
    fires: condition('Ready', 'False', 'DeletionBlocked'),
    at: 10,
    labels: resource,
    says: 'MtlsGateway shop/test-com is deleted, and its objects at the gateway cannot be removed for 10 minutes.',
    silent: [condition('Ready', 'False', 'DeletionBlocked', '1x9 stale')],
  },
  {
    alert: 'MtlsGatewayUnreachable',
    fires: reachable('1x5 0x30'),
    at: 12,
    labels: { namespace, gateway: 'default', endpoint: 'admin' },
    says: 'admin of gateway default does not answer the operator for 5 minutes. Certificates for it cannot be renewed there.',
    silent: [reachable('1x30'), reachable('1x9 0x30')],
  },
  {
    alert: 'MtlsNoLeader',
    // Another operator of the cluster leads.
    fires: { ...leads('0x30'), ...leads('1x30', 'others') },
    at: 5,
    labels: { namespace, lease: 'mtls-operator' },
    says: 'No operator leads by the Lease mtls-operator in mtls-operator-system for 5 minutes. Nothing is issued, renewed or repaired.',
    silent: [leads('1x30'), leads('1x3 0x1 1x30')],
  },
  {
    alert: 'MtlsNoLeader',
    // Not a single pod.
    fires: { up: '1x30' },
    at: 5,
    labels: { namespace, lease: 'mtls-operator' },
    says: 'No operator leads by the Lease mtls-operator in mtls-operator-system for 5 minutes. Nothing is issued, renewed or repaired.',
    silent: [],
  },
  {
    alert: 'MtlsReconcileErrors',
    fires: { ...counted('reconcile_errors', '0+6x60'), ...counted('reconcile', '0+6x60', ', result="error"') },
    at: 40,
    labels: { namespace, controller: 'MtlsGateway' },
    says: 'More than half of the reconciles of MtlsGateway fail for 20 minutes, 60 in 10 minutes.',
    silent: [
      // Most succeed.
      {
        ...counted('reconcile_errors', '0+6x60'),
        ...counted('reconcile', '0+6x60', ', result="error"'),
        ...counted('reconcile', '0+9x60', ', result="success"'),
      },
      // A person must mend all of them, and other alerts say so.
      {
        ...counted('reconcile_errors', '0+6x60'),
        ...counted('terminal_reconcile_errors', '0+6x60'),
        ...counted('reconcile', '0+6x60', ', result="error"'),
      },
    ],
  },
  {
    alert: 'MtlsOperatorDefect',
    fires: counted('reconcile_panics', '_x20 1x70'),
    at: 60,
    labels: { namespace, controller: 'MtlsGateway' },
    says: 'Reconciles of MtlsGateway ended by a defect of the operator within the last hour.',
    silent: [{ up: '1x90' }],
  },
  {
    alert: 'MtlsOperatorDefect',
    fires: counted('reconcile_panics', '1x90 2x90'),
    at: 100,
    labels: { namespace, controller: 'MtlsGateway' },
    says: 'Reconciles of MtlsGateway ended by a defect of the operator within the last hour.',
    silent: [counted('reconcile_panics', '1x180')],
  },
  {
    alert: 'MtlsClockSkewed',
    fires: skew('-90x30'),
    at: 2,
    labels: { namespace, pod: 'a' },
    says: 'The clock of a is 1m 30s away from that of the API server. Beyond 5 minutes the operator writes nothing.',
    silent: [skew('60x30'), skew('-59x30')],
  },
  {
    alert: 'MtlsNginxRolledBack',
    fires: agent('0x30', '1x30'),
    at: 10,
    labels: ofAgent,
    says: 'The agent of shop/nginx-0 (10.0.0.7:9180) serves an older release than the one that is wanted for 10 minutes.',
    silent: [agent('1x30', '1x30'), agent('0x30', '0x30'), agent('0x5 1x1 0x30', '1x30')],
  },
  {
    alert: 'MtlsNginxNotServing',
    fires: agent('0x30', '0x30'),
    at: 5,
    labels: ofAgent,
    says: 'The agent of shop/nginx-0 (10.0.0.7:9180) has no release that NGINX serves for 5 minutes.',
    silent: [agent('0x30', '1x30')],
  },
];
