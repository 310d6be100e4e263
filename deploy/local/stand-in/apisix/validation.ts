/** What would be accepted, asked without storing it. */
import { Refusal } from '../admin/refusal.ts';
import type { Resource } from './resource.ts';

interface Complaint {
  readonly resource_type: string;
  readonly index: number;
  readonly error: string;
}

function complaintAbout(resource: Resource, item: unknown, index: number): readonly Complaint[] {
  const { plural } = resource;
  try {
    resource.wouldAccept(item);
    return [];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return [{ resource_type: plural, index, error: `invalid ${plural} at index ${index}, err: ${error.message}` }];
  }
}

/** `POST configs/validate`: a whole configuration. Throws a Refusal (400) that names each item that is wrong. */
export function validateConfiguration(body: unknown, resources: readonly Resource[]): void {
  if (typeof body !== 'object' || body === null) throw new Refusal(400, 'invalid request body: empty request body');
  const errors = resources.flatMap((resource) => {
    const items = (body as Readonly<Record<string, unknown>>)[resource.plural];
    return Array.isArray(items) ? items.flatMap((item, at) => complaintAbout(resource, item, at)) : [];
  });
  if (errors.length > 0) throw new Refusal(400, 'Configuration validation failed', { errors });
}
