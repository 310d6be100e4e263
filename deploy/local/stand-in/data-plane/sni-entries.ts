/** What the Lua side is told about TLS towards clients; sni.lua reads it. */
import type { Group } from '../store.ts';

const separator = '\0';

/** The keys of the shared dictionary, one per SNI. */
export function sniEntries({ snis, certificates, caCertificates }: Group): ReadonlyMap<string, string> {
  return new Map(
    [...snis.values()].map(({ body: { domain, certificates: shown, mtls } }) => {
      const trusted = mtls?.enabled ? mtls.ca_certificates : [];
      const clientCa = trusted.flatMap((id) => caCertificates.get(id)?.body.cert ?? []).join('\n');
      const pairs = shown.flatMap((id) => certificates.get(id)?.body ?? []).flatMap(({ cert, key }) => [cert, key]);
      return [`sni:${domain.toLowerCase()}`, [clientCa, ...pairs].join(separator)];
    }),
  );
}
