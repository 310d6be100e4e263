import type * as z from 'zod';
import type { Finding } from '../std/finding.ts';

export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly findings: readonly Finding[] };

/** Parses what came from outside. Findings name the field from `root` on: `spec.hosts[0]: …`. */
export function parseWith<Value>(
  schema: z.ZodType<Value>,
  value: unknown,
  root: string,
  reason: string,
): Parsed<Value> {
  const result = schema.safeParse(value);
  if (result.success) return { ok: true, value: result.data };
  const findings = result.error.issues.map(({ path, message }) => ({
    reason,
    message: `${fieldPath(root, path)}: ${message}`,
  }));
  return { ok: false, findings };
}

/** Kubernetes' way to write a path: `spec.clients[0].name`. */
function fieldPath(root: string, path: readonly PropertyKey[]): string {
  const parts = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`));
  return `${root}${parts.join('')}`.replace(/^\./, '') || 'the whole';
}
