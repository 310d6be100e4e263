import type { Json, ObservedObject } from '../../model/remote-object.ts';

/**
 * The `ssls` that take names from SNIs, where both have collections of their own. Whether a control plane shows its SNIs
 * there once more is not documented: one that shows for each of its names what the SNI of that name shows is no rival.
 */
export function rivalsOf(found: readonly ObservedObject[], ssls: readonly ObservedObject[]): readonly ObservedObject[] {
  const certificates = new Map(
    found.flatMap(({ kind, id, body }) => (kind === 'certificates' ? [[id, pemOf(body['cert'])] as const] : [])),
  );
  const snis = found.filter(({ kind }) => kind === 'snis');
  const shown = new Set(
    snis.flatMap(({ body, claims = [] }) =>
      idsIn(body['certificates']).flatMap((id) => claims.map((name) => showing(name, certificates.get(id)))),
    ),
  );
  const isShown = ({ body, claims = [] }: ObservedObject) =>
    claims.every((name) => shown.has(showing(name, pemOf(body['cert']))));
  return ssls.filter((ssl) => !isShown(ssl)).map((ssl) => ({ ...ssl, rivals: 'snis' }));
}

function pemOf(cert: Json | undefined): string | undefined {
  return typeof cert === 'string' ? cert.trim() : undefined;
}

function idsIn(ids: Json | undefined): readonly string[] {
  return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [];
}

/** No two pairs share a text: a name has no white space. */
function showing(name: string, pem: string | undefined): string {
  return `${name} ${pem}`;
}
