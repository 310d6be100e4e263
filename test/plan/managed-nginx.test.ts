import assert from 'node:assert/strict';
import { parse, stringify } from 'yaml';
import type { ManagedNginx } from '../../src/api/operator-config.ts';
import type { KubeObject } from '../../src/model/kube-object.ts';
import { planManaged } from '../../src/plan/nginx/managed.ts';
import { type Workload, workloadName, workloadOf } from '../../src/plan/nginx/workload.ts';
import type { Observed } from '../../src/plan/observed.ts';
import { Failure } from '../../src/std/failure.ts';
import { describeGolden } from '../harness/golden.ts';
import { anUpstreamResource } from './given.ts';
import { Rehearsal } from './rehearse.ts';

const managedNginx: ManagedNginx = {
  agentImage: 'registry.example/mtls-operator:0.1.0',
  image: 'nginxinc/nginx-unprivileged:1.29',
  allowedImages: ['registry.example/nginx:*', 'registry.example/other:1'],
};
const images = { agent: managedNginx.agentImage, nginx: managedNginx.image };

const asking = (deployment: object = {}, name = 'mtls-nginx') => {
  const locations = [{ path: '/hello', return: { status: 200, body: 'Hello API7!' } }];
  return anUpstreamResource({ nginx: { serverName: 'test.com', locations, deployment } }, name);
};

const objectsOf = (resource = asking()): Workload => {
  const { deployment } = resource.spec.nginx;
  assert.ok(deployment);
  return workloadOf(resource, deployment, images, 'mtls-nginx-server');
};

describeGolden({ directory: 'workload', input: '.in.yaml', output: '.out.yaml' }, (input) => {
  const workload = objectsOf(anUpstreamResource({ nginx: parse(input) }));
  return Object.values(workload)
    .map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false }))
    .join('---\n');
});

/** What a plan of the part says; a failure by its reason. */
function planned(resource = asking(), facts: Partial<Observed> = {}) {
  const observed = { failed: new Map(), done: [], managedNginx, ...facts } as unknown as Observed;
  try {
    const plan = planManaged(resource, observed);
    if (plan instanceof Failure) return `${plan.reason}: ${plan.message}`;
    if (plan === undefined) return 'as it shall be';
    if ('looks' in plan) return plan.looks.map(({ at }) => `look at ${at}`).join();
    return plan.steps.flatMap((step) => (step.do === 'run' ? step.objects.map(({ kind }) => kind) : [step.do])).join();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.reason;
  }
}

const available = (object: KubeObject, counts: object = {}): KubeObject => ({
  ...object,
  status: { replicas: 2, updatedReplicas: 2, availableReplicas: 2, ...counts },
});
const running = (counts: object = {}): Workload => {
  const workload = objectsOf();
  return { ...workload, Deployment: available(workload.Deployment, counts) };
};
/** One field deep inside is another one. */
const changed = (object: KubeObject, from: string, to: string): KubeObject =>
  JSON.parse(JSON.stringify(object).replace(from, to));

describe('the plan of an NGINX that the operator runs', () => {
  for (const { name, resource, facts, says } of [
    { name: 'one that nobody asks for', resource: anUpstreamResource(), says: 'as it shall be' },
    { name: 'one that nobody has looked at', says: 'look at workload' },
    { name: 'one that is not there', facts: { workload: {} }, says: 'Deployment,Service,PodDisruptionBudget' },
    { name: 'one whose Service is gone', facts: { workload: without(running()) }, says: 'Service' },
    { name: 'one that is as it shall be', facts: { workload: running() }, says: 'as it shall be' },
    {
      name: 'one whose pods have another image',
      facts: { workload: { ...running(), Deployment: changed(running().Deployment, images.nginx, 'theirs') } },
      says: 'Deployment',
    },
    {
      name: 'one that the API server changes at once',
      facts: {
        workload: { ...running(), Deployment: changed(running().Deployment, images.nginx, 'theirs') },
        done: [{ part: 'nginx/deployment', do: 'run', objects: [] }],
      } as Partial<Observed>,
      says: 'as it shall be',
    },
    {
      name: 'one whose pods are not there yet',
      facts: { workload: running({ availableReplicas: 1 }) },
      says: 'NginxRollingOut: The Deployment mtls-nginx-nginx is rolling out: 2 of 2 pods are of its present version, 1 are available',
    },
    {
      name: 'one with an old pod that still ends',
      facts: { workload: running({ replicas: 3 }) },
      says: 'NginxRollingOut: The Deployment mtls-nginx-nginx is rolling out: 2 of 2 pods are of its present version, 2 are available',
    },
    {
      name: 'one of which the controller has yet to see the change',
      facts: { workload: { ...running(), Deployment: ofGeneration(2, running().Deployment) } },
      says: 'NginxRollingOut: The Deployment mtls-nginx-nginx is rolling out: 2 of 2 pods are of its present version, 2 are available',
    },
    { name: 'one of somebody else', facts: { workload: { Service: foreign() } }, says: 'NotOurs' },
    {
      name: 'one that the administrator does not allow',
      facts: { managedNginx: undefined },
      says: 'NginxDeploymentNotAllowed',
    },
    {
      name: 'one with an image that is allowed',
      resource: asking({ image: 'registry.example/nginx:1.31' }),
      says: 'look at workload',
    },
    {
      name: 'one with the image by default, named',
      resource: asking({ image: managedNginx.image }),
      says: 'look at workload',
    },
    {
      name: 'one with an image that only begins like one',
      resource: asking({ image: 'registry.example/other:12' }),
      says: 'NginxImageNotAllowed',
    },
    {
      name: 'one with an image from elsewhere',
      resource: asking({ image: 'elsewhere/nginx:1' }),
      says: 'NginxImageNotAllowed',
    },
    { name: 'one whose name is none of DNS', resource: asking({}, 'a.b'), says: 'InvalidSpec' },
    { name: 'one whose name is too long', resource: asking({}, 'a'.repeat(58)), says: 'InvalidSpec' },
  ]) {
    it(`says of ${name}: ${says.slice(0, 60)}`, () => assert.equal(planned(resource, facts), says));
  }

  it('takes names up to the length of a Service', () => {
    assert.equal(workloadName(asking({}, 'a'.repeat(57))), `${'a'.repeat(57)}-nginx`);
  });
});

describe('all plans of an MtlsUpstream with an NGINX of the operator', () => {
  const nginx = { serverName: 'test.com', locations: [{ path: '/hello', return: { status: 200, body: 'Hello' } }] };
  const spec = (more: object) => ({
    serverCertificate: { dnsNames: ['test.com'] },
    clientCertificate: { commonName: 'client' },
    nginx: { ...nginx, ...more },
    service: {
      name: 'mtls-nginx',
      upstream: { nodes: [{ host: '10.0.0.7', port: 8443 }] },
      routes: [{ name: 'hello', paths: ['/hello'] }],
    },
  });

  it('run it before NGINX is probed, do nothing once it runs, and remove it last', async () => {
    const rehearsal = new Rehearsal('MtlsUpstream', spec({ deployment: {} }));
    const first = await rehearsal.run({ managedNginx });
    assert.ok(first.indexOf('apply Deployment mtls-nginx-nginx') < first.indexOf('probe NGINX'), first);
    assert.match(first, /update|create ConfigMap/);
    assert.doesNotMatch(await rehearsal.run({ managedNginx }), /apply|create|update|delete/);
    rehearsal.edit({ spec: spec({}) });
    const last = await rehearsal.run({ managedNginx });
    assert.ok(last.indexOf('delete Deployment mtls-nginx-nginx') > last.indexOf('probe the data plane'), last);
    assert.equal(rehearsal.workload.size, 0);
  });
});

function without({ Service: _, ...rest }: Workload): Partial<Workload> {
  return rest;
}

function ofGeneration(generation: number, object: KubeObject): KubeObject {
  return { ...object, metadata: { ...object.metadata, generation } };
}

function foreign(): KubeObject {
  const { Service } = objectsOf();
  return { ...Service, metadata: { ...Service.metadata, ownerReferences: [] } };
}
