/**
 * What one judgement may cost. All input is somebody's Secret: within these limits the worst of it takes well under a
 * second, and beyond them it is refused. Real material stays far below: a bundle of all public roots has about 150.
 */
export const limits = {
  /** Octets of one certificate. */
  certificateSize: 16 * 1024,
  intermediates: 16,
  anchors: 256,
  /** Certificates of a path, the anchor included; NGINX stops at two by itself (`ssl_verify_depth 1`). */
  pathLength: 10,
  /** Issuers that are tried, over all paths together. */
  steps: 64,
  /** Names of one certificate, and subtrees of one certificate: each name is compared with each subtree. */
  names: 512,
  subtrees: 128,
  /** Of a list of revoked certificates: with a date and a reason each, so many take 0.6 MiB of the 1 MiB of a Secret. */
  crlEntries: 10_000,
  /** Characters of such a list as PEM. */
  crlSize: 768 * 1024,
} as const;
