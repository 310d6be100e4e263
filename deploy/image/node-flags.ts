export const nodeFlags: readonly string[] = ['--enable-source-maps', '--max-semi-space-size=2'];
