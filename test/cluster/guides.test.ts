import assert from 'node:assert/strict';
import { join } from 'node:path';
import { exportCertificate } from '../../deploy/local/demo/certificates.ts';
import { gatewayExample, upstreamExample } from '../../deploy/local/demo/examples.ts';
import { guideSteps, judge } from '../../deploy/local/demo/guides.ts';
import { printProgress } from '../../deploy/local/install/progress.ts';
import { addresses } from '../../deploy/local/node/addresses.ts';
import { publishIpRoute, type StandIn } from '../../deploy/local/parts/stand-in.ts';
import type { Status } from '../../src/api/status.ts';
import { eventually } from '../harness/eventually.ts';
import { buildNginxImage, buildOperatorImage } from '../harness/node/images.ts';
import { installOperator, operatorNamespace, startStandInOn } from '../harness/node/installation.ts';
import { ipBackend, serviceAddresses, upstreamNginx } from '../harness/node/nginx-pods.ts';
import { useNode } from '../harness/node/node.ts';

interface Pod {
  readonly metadata: { readonly name: string };
  readonly status: {
    readonly phase: string;
    readonly conditions: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses: readonly { readonly restartCount: number; readonly image: string }[];
  };
}

describe('both guides, in pods', () => {
  const used = useNode();
  let namespace: string;
  let standIn: StandIn;

  const here = (args: readonly string[], input?: string) => used.node.kubectl(['-n', namespace, ...args], input);
  const podsIn = async (where: string, selector: string) => {
    const text = await used.node.kubectl(['-n', where, 'get', 'pods', '-l', selector, '-o', 'json']);
    return (JSON.parse(text) as { readonly items: readonly Pod[] }).items;
  };
  const untilReady = (kind: string, name: string) =>
    eventually(async () => {
      const { status } = JSON.parse(await here(['get', kind, name, '-o', 'json'])) as { status?: Status };
      const ready = status?.conditions?.find(({ type }) => type === 'Ready');
      assert.equal(ready?.status, 'True', JSON.stringify(status?.conditions));
    });

  before('install the operator', async function () {
    this.timeout(20 * 60_000);
    const { node } = used;
    const progress = printProgress(process.stderr);
    const image = await buildOperatorImage(progress);
    const nginx = await buildNginxImage(progress);
    progress.done();
    namespace = await node.namespace();
    standIn = await startStandInOn(node);
    await installOperator(node, standIn, { image, namespaces: [namespace] });
    await node.load(nginx);
    await here(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: ipBackend(nginx) }));
    await publishIpRoute(standIn, 'test.com', 8080, serviceAddresses.ip);
    await here(['apply', '-f', '-'], `${gatewayExample()}\n---\n${upstreamExample(8443, serviceAddresses.nginx)}`);
    const objects = upstreamNginx(nginx, 'mtls-nginx');
    await here(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
  });

  it('have an operator of two pods that are restricted and Ready, from the image of its Dockerfile', async () => {
    const pods = await podsIn(operatorNamespace, 'app.kubernetes.io/name=mtls-operator');
    assert.equal(pods.length, 2);
    for (const { status } of pods) {
      assert.equal(status.conditions.find(({ type }) => type === 'Ready')?.status, 'True');
      assert.deepEqual(
        status.containerStatuses.map(({ restartCount }) => restartCount),
        [0],
      );
    }
  });

  it('have the Secret and the ConfigMap that NGINX mounts', async () => {
    const named = await eventually(() =>
      here(['get', 'secret/mtls-nginx-server', 'configmap/mtls-nginx-nginx', '-o', 'name']),
    );
    assert.deepEqual(named.split('\n'), ['secret/mtls-nginx-server', 'configmap/mtls-nginx-nginx']);
  });

  it('become Ready, with two NGINX pods that kubelet gave both', async function () {
    this.timeout(120_000);
    await here(['rollout', 'status', 'deployment/nginx', '--timeout=90s']);
    await untilReady('mtlsgateway', 'test-com');
    await untilReady('mtlsupstream', 'mtls-nginx');
  });

  it('hold at every step, from within the network of the pods', async () => {
    const { node } = used;
    await exportCertificate(node.kubectl, 'curl-client', namespace, join(node.directory, 'curl-client'));
    await exportCertificate(node.kubectl, 'mtls-nginx-client', namespace, join(node.directory, 'gateway-client'));
    const places = { gatewayHost: addresses.node, nginxHost: serviceAddresses.nginx };
    const ports = { gatewayHttps: standIn.httpsPort, gatewayHttp: standIn.httpPort, nginx: 8443 };
    for (const step of guideSteps({ ...places, ...ports }, node.directory)) {
      // Where a TCP reset overtakes the alert, the command is repeated.
      await eventually(
        async () => {
          const { stdout, stderr, exitCode } = await node.run('curl', ['--max-time', '10', ...step.curl]);
          const { gave, passed } = judge(step, { output: `${stderr}\n${stdout}`, exitCode });
          assert.ok(passed, `${step.id}: ${gave}; the guide says ${step.says}`);
        },
        Temporal.Duration.from({ seconds: step.repeat === undefined ? 1 : 20 }),
      );
    }
  });
});
