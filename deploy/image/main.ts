/** `npm run build`: makes `dist`, which is all that the image holds beside Node, and says what is in it. */
import { extname, join } from 'node:path';
import { type Distribution, makeDistribution } from './distribution.ts';

/** Of which kind a file is, by the end of its name. */
const kinds: Readonly<Record<string, string>> = {
  '.js': 'modules',
  '.map': 'source maps',
  '.json': 'bill of materials',
  '.txt': 'licences and notices',
  '': 'licences and notices',
};

const { files, packages } = await makeDistribution(join(import.meta.dirname, '../../dist'));
console.log(`dist holds all of the image beside Node, made of src and ${packages.length} packages:`);
for (const kind of new Set(Object.values(kinds))) console.log(describe(kind, files));
console.log('Next: docker build --file deploy/image/Dockerfile --tag NAME dist');

function describe(kind: string, all: Distribution['files']): string {
  const files = all.filter(({ name }) => kinds[extname(name)] === kind);
  const kibibytes = files.reduce((sum, { bytes }) => sum + bytes, 0) / 1024;
  return `  ${kind.padEnd(20)} ${String(files.length).padStart(3)} files ${kibibytes.toFixed(0).padStart(6)} KiB`;
}
