// Bundles src/cli/main.ts into ESM files in dist/, with React's production build. Splitting keeps Ink and React
// out of what `status` and `parse` load.
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
rmSync(join(root, 'dist'), { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: { crashcart: 'src/cli/main.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node26',
  jsx: 'automatic',
  sourcemap: 'linked',
  legalComments: 'none',
  define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
  // ssh2's two native helpers are optional: without them it uses node:crypto.
  external: ['cpu-features', '*.node', 'react-devtools-core'],
  // What CommonJS code (ssh2) expects to be there.
  banner: { js: "import {createRequire as __cr} from 'node:module';const require=__cr(import.meta.url),__filename=import.meta.filename,__dirname=import.meta.dirname;" },
  logLevel: 'warning',
});
