export interface Room {
  /** What is changed. */
  readonly mutate: readonly string[];
  /** The tests that are to notice. */
  readonly specs: readonly string[];
}

/** The pure rooms, where a change that nobody notices lets somebody in or shuts somebody out. */
export const rooms: Readonly<Record<string, Room>> = {
  nginx: { mutate: ['src/nginx/**/*.ts'], specs: ['test/nginx/**/*.test.ts'] },
  payloads: {
    mutate: [
      'src/gateway/{own-object,validation}.ts',
      'src/gateway/apisix/payload.ts',
      'src/gateway/api7-ee/{references,rivals,ssls}.ts',
    ],
    // Without servers, which would have each mutant take a second.
    specs: ['test/gateway/{apisix-hosts,client-verification,compile,own-object,payload,rivals,validation}.test.ts'],
  },
  pki: { mutate: ['src/pki/**/*.ts'], specs: ['test/pki/**/*.test.ts'] },
  plan: { mutate: ['src/plan/**/*.ts'], specs: ['test/plan/**/*.test.ts'] },
};
