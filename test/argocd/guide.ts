import { readFileSync } from 'node:fs';

/** The blocks of commands of docs/gitops.md, or of its Chinese twin. */
export function guideBlocks(page = 'docs/gitops.md'): readonly string[] {
  return [...readFileSync(page, 'utf8').matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block);
}

/** What follows `kubectl` in the command with this text in it; the words in capitals are replaced. */
export function guideCommand(part: string, given: Readonly<Record<string, string>> = {}): readonly string[] {
  const command = guideBlocks()
    .flatMap((block) => block.split('\n'))
    .find((line) => line.startsWith('kubectl ') && line.includes(part));
  if (command === undefined) throw new Error(`docs/gitops.md has no kubectl command with ${part}`);
  return command
    .split(' ')
    .slice(1)
    .map((word) => given[word] ?? word);
}
