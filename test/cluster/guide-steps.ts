import { join } from 'node:path';
import { exportCertificate } from '../../deploy/local/demo/certificates.ts';
import { type GuideStep, guideSteps, judge } from '../../deploy/local/demo/guides.ts';
import { addresses } from '../../deploy/local/node/addresses.ts';
import { type Cast, upstreams } from '../harness/node/cast.ts';

/** Performs the steps of both guides with the certificates of now; gives a sentence for each that does not hold. */
export async function failedSteps({ node, namespace, standIn, address }: Cast): Promise<readonly string[]> {
  const directory = join(node.directory, 'certificates');
  await exportCertificate(node.kubectl, 'curl-client', namespace, join(directory, 'curl-client'));
  await exportCertificate(node.kubectl, 'mtls-nginx-client', namespace, join(directory, 'gateway-client'));
  const places = { gatewayHost: addresses.node, nginxHost: address(upstreams.debian) };
  const ports = { gatewayHttps: standIn.httpsPort, gatewayHttp: standIn.httpPort, nginx: 8443 };
  const failed: string[] = [];
  for (const step of guideSteps({ ...places, ...ports }, directory)) failed.push(...(await perform(step, node)));
  return failed;
}

async function perform(step: GuideStep, node: Cast['node']): Promise<readonly string[]> {
  let gave = '';
  for (let attempt = 1; attempt <= (step.repeat?.attempts ?? 1); attempt += 1) {
    const { stdout, stderr, exitCode } = await node.run('curl', ['--max-time', '10', ...step.curl]);
    const verdict = judge(step, { output: `${stderr}\n${stdout}`, exitCode });
    if (verdict.passed) return [];
    gave = verdict.gave;
  }
  return [`${step.id}: ${gave}; the guide says ${step.says}`];
}
