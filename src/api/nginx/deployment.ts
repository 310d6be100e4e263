import * as z from 'zod';
import { withForm } from '../rules.ts';

/** `10m` is a hundredth of a CPU; `Mi` and `Gi` are the units of memory (Kubernetes: quantities, of which these are a part). */
const cpu = (description: string) =>
  withForm(
    z.string().min(1).max(6),
    /^([1-9][0-9]{0,2}|[1-9][0-9]{0,4}m)$/,
    'must be a number of CPUs, like 2, or of thousandths, like 500m',
  )
    .optional()
    .describe(description);
const memory = (description: string) =>
  withForm(z.string().min(3).max(8), /^[1-9][0-9]{0,5}(Mi|Gi)$/, 'must be an amount of memory, like 64Mi or 1Gi')
    .optional()
    .describe(description);

/** The text of an image reference: nothing but what registries, repositories, tags and digests are written with. */
export const imageForm = /^[a-z0-9][A-Za-z0-9._:@/-]*$/;

/** `spec.nginx.deployment`: an NGINX that the operator runs. */
export const deployment = z.object({
  replicas: z.int().min(1).max(50).default(2).describe('How many pods of NGINX run.'),
  image: withForm(
    z.string().min(1).max(255),
    imageForm,
    'must be a reference of an image, like nginxinc/nginx-unprivileged:1.29',
  )
    .optional()
    .describe(
      'Image of NGINX, one that the administrator allows; it must hold nginx and /bin/sh and run as any user. By default the first one that is allowed.',
    ),
  resources: z
    .object({
      requests: z
        .object({
          cpu: cpu('CPU that a pod is given. By default 50m.'),
          memory: memory('Memory that a pod is given. By default 64Mi.'),
        })
        .optional()
        .describe('What NGINX is given.'),
      limits: z
        .object({
          cpu: cpu('CPU that NGINX may use. By default as much as there is.'),
          memory: memory('Memory that NGINX may use. By default as much as there is.'),
        })
        .optional()
        .describe('What NGINX may use.'),
    })
    .optional()
    .describe('CPU and memory of NGINX.'),
});

export type NginxDeployment = z.output<typeof deployment>;
