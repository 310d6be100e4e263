import { ownPaths } from '../api/nginx/location.ts';
import type { NginxSpec } from '../api/nginx/server.ts';
import { sha256Hex } from '../std/digest.ts';
import { block, directive, type Statement } from './model.ts';
import { render } from './render.ts';

/** What a server block of ours tells of itself. Both are hashes, which show nothing of what they are made of. */
export interface Fingerprint {
  /** Of the resource that it was made for. */
  readonly resource: string;
  /** Of its text without the location that tells it. */
  readonly config: string;
}

/** Where a server block of ours tells what NGINX has loaded: to whom NGINX lets in, and through the gateway to who may ask there. */
export const fingerprintPath = `${ownPaths}config`;

/**
 * The uid goes into both, and to no client: nobody can try out what the text might be, such as the address of an
 * application. `revoked` is a digest: another list is another configuration, so that it shows which one NGINX has loaded.
 */
export function fingerprintOf(statements: readonly Statement[], uid: string, revoked?: string): Fingerprint {
  const resource = sha256Hex(`resource\n${uid}`).slice(0, 16);
  const list = revoked === undefined ? '' : `\nca.crl ${revoked}`;
  return { resource, config: sha256Hex(`config 2\n${uid}\n${render(statements)}${list}`) };
}

/** With it, whatever its value, a request is answered by the fingerprint in place of the application. */
export const probeHeader = 'mtls-operator-probe';

/** What it says. */
export const told = ({ resource, config }: Fingerprint) => `mtls-operator ${resource} ${config}`;

/**
 * Where it is told: at a path of its own, as an exact match goes before every prefix, and at every path to who asks for it
 * by a header, so that the way through the gateway can be followed to its end. Nobody asks who showed no certificate.
 */
export function fingerprintStatements(fingerprint: Fingerprint, mode: VerificationMode): readonly Statement[] {
  const answer = directive('return', '200', told(fingerprint));
  const ownPath = ['=', fingerprintPath];
  if (mode === 'Required')
    return [block('if', [{ isSet: 'http_mtls_operator_probe' }], [answer]), block('location', ownPath, [answer])];
  const probe = { variable: 'mtls_operator_probe' } as const;
  const forgotten = directive('set', probe, '');
  return [
    directive('set', probe, { variable: 'http_mtls_operator_probe' }),
    block('if', [withoutCertificate], [forgotten]),
    block('if', [{ isSet: 'mtls_operator_probe' }], [answer]),
    block('location', ownPath, [rejectWithoutCertificate, answer]),
  ];
}

export type VerificationMode = NonNullable<NginxSpec['clientVerification']>['mode'];

const withoutCertificate = { isNot: 'SUCCESS', of: 'ssl_client_verify' } as const;

/** 496 is NGINX's own status for it, which a client sees as the 400 that it gets where every request needs one. */
export const rejectWithoutCertificate = block('if', [withoutCertificate], [directive('return', '496')]);

/** What NGINX has loaded; undefined where the answer is not that of a server block of ours. */
export function readFingerprint({ status, body }: { readonly status: number; readonly body: string }) {
  const [, resource, config] = /^mtls-operator ([0-9a-f]{16}) ([0-9a-f]{64})$/.exec(body) ?? [];
  if (status !== 200 || resource === undefined || config === undefined) return undefined;
  return { resource, config } satisfies Fingerprint;
}
