import type { Resource } from '../harness/whole.ts';

/** Left out: who wrote what, and the annotations of tools and of tests. */
const unsaid = ['annotations', 'managedFields', 'resourceVersion'];

/**
 * A resource as any run gives it: without what is another one each time, which is replaced by what is as long and says
 * nothing.
 */
export function anonymous({ metadata, ...rest }: Resource, listens: number): unknown {
  const said = Object.entries(metadata).filter(([key]) => !unsaid.includes(key));
  const { namespace } = metadata as unknown as { readonly namespace: string };
  const known: readonly (readonly [string | RegExp, string])[] = [
    [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '2026-11-29T12:00:00Z'],
    [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '00000000-0000-4000-8000-000000000000'],
    // Digests and serial numbers, and not the end of the uid above.
    [/(?<!-[0-9a-f]{4}-)\b[0-9a-f]{12,64}\b/g, 'abad1dea'],
    [namespace, 'default'],
    [/127\.0\.0\.1:\d+/g, '127.0.0.1:9443'],
    [new RegExp(`\\b${listens}\\b`, 'g'), '8443'],
  ];
  const text = JSON.stringify({ ...rest, metadata: Object.fromEntries(said) });
  const { apiVersion, kind, ...others } = JSON.parse(
    known.reduce((before, [from, to]) => before.replaceAll(from, to), text),
  );
  return { apiVersion, kind, metadata: others.metadata, spec: others.spec, status: others.status };
}
