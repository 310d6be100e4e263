/** A version of a control plane. Without numbers it is one of development, newer than any release. */
export interface Version {
  readonly text: string;
  readonly numbers?: readonly [major: number, minor: number];
}

/** `3.10.1`, `v3.6`; `dev` is what API7's own client takes for newer than any release. */
export function parseVersion(text: string | undefined): Version | undefined {
  if (text === undefined) return undefined;
  if (text === 'dev') return { text };
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(text)?.map(Number) ?? [];
  return major === undefined || minor === undefined ? undefined : { text, numbers: [major, minor] };
}

/** `least` is a release as `major.minor`. */
export function isAtLeast({ numbers }: Version, least: string): boolean {
  if (numbers === undefined) return true;
  const [major = 0, minor = 0] = least.split('.').map(Number);
  return numbers[0] > major || (numbers[0] === major && numbers[1] >= minor);
}
