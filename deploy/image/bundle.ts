/**
 * What the image runs: one module made of `src` and of that part of its libraries which is used. Sources need the
 * stripping of types at each start, and client-node loads a class for each kind of Kubernetes: together 100 MB.
 */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { type Bundled, packagesIn } from './packages.ts';

const project = join(import.meta.dirname, '../..');

export interface Bundle {
  /** The module; others that it loads, source maps and what libraries say of rights in comments lie beside it. */
  readonly module: string;
  /** All that went into it, beside the sources. */
  readonly packages: readonly Bundled[];
}

/** Writes the bundle of `entry`, a module of this project, into `directory`: a module, and others that it loads. Throws esbuild's error. */
export async function bundle(entry: string, directory: string): Promise<Bundle> {
  const module = join(directory, `${basename(entry, '.ts')}.js`);
  const { metafile } = await build({
    absWorkingDir: project,
    entryPoints: [entry],
    outdir: directory,
    bundle: true,
    // What one command needs and another does not is a file of its own, which is loaded with that command.
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node26',
    // Names stay, so that what a profile or a stack says of libraries can be read.
    minifyWhitespace: true,
    minifySyntax: true,
    sourcemap: true,
    sourcesContent: false,
    // Beside the module: one letter of one of them that is not ASCII, and V8 holds two bytes for each of the text.
    legalComments: 'external',
    metafile: true,
    // What is left of `require` in CommonJS libraries asks for modules of Node.
    banner: { js: "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);" },
    plugins: [withoutUnusedKinds, withoutLinesOfLibraries],
    logLevel: 'silent',
  });
  return { module, packages: packagesIn(project, metafile) };
}

/** What leads to all classes of client-node. */
const doors = /^(@kubernetes\/client-node|\.\/gen\/index\.js|\.\/models\/all\.js|\.\/types\/ObjectParamAPI\.js)$/;

/**
 * A bundler keeps a module that nobody takes anything from, since loading it might do something. Those of client-node
 * do nothing, but its package.json does not say so (`sideEffects`).
 */
const withoutUnusedKinds: Plugin = {
  name: 'without unused kinds',
  setup({ onResolve, resolve }) {
    onResolve({ filter: doors }, async ({ path, pluginData, ...from }) => {
      if (pluginData === doors) return undefined;
      const found = await resolve(path, { ...from, pluginData: doors });
      return found.path.includes('@kubernetes/client-node') ? { ...found, sideEffects: false } : found;
    });
  },
};

const oneLine = JSON.stringify({ version: 3, sources: ['any'], names: [], mappings: 'AAAA' });
const mapOfOneLine = `//# sourceMappingURL=data:application/json;base64,${Buffer.from(oneLine).toString('base64')}`;

/**
 * Node holds the source map decoded from the first stack on, 42 MB for all of the bundle. Only lines of ours are asked
 * for, so each file of a library says that it was made from one line, which leaves 5 MB.
 */
const withoutLinesOfLibraries: Plugin = {
  name: 'without lines of libraries',
  setup({ onLoad }) {
    onLoad({ filter: /\/node_modules\/.*\.[cm]?js$/ }, async ({ path }) => ({
      contents: `${await readFile(path, 'utf8')}\n${mapOfOneLine}`,
    }));
  },
};
