/** Where a configuration will lie, and which NGINX reads it. */
export interface Place {
  /** Of tls.crt, tls.key, ca.crt and ca.crl. */
  readonly directory: string;
  /**
   * NGINX 1.27.4 or newer: workers read the leaf anew from the directory, within a second and without a reload. They
   * must be able to read its key.
   */
  readonly canSwapLeaf: boolean;
  /** NGINX 1.27.4 or newer: a reload leaves idle connections open for a while, so that no request meets a closed one. */
  readonly canKeepIdle: boolean;
  /** A whole nginx.conf for an NGINX without privileges; left out, a file for a directory that nginx.conf includes. */
  readonly whole?: { readonly pid: string; readonly temp: string };
  /** A server block for an agent alone, and the release that it is to tell. */
  readonly agent?: { readonly listen: string; readonly release: string };
}
