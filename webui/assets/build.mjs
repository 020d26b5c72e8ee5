// Bundles the entry points into webui/static/build/. Run by the set-up; no address of any kind in the result.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const outdir = join(here, '..', 'static', 'build');

const result = await build({
  absWorkingDir: root,
  entryPoints: ['app.js', 'viewer.js'].map((name) => join(here, name)),
  outdir,
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  legalComments: 'linked',
  loader: { '.woff': 'file', '.woff2': 'file', '.svg': 'dataurl' },
  metafile: true,
  logLevel: 'warning',
});

// The bundled packages' licences travel with the bundles.
function licence(folder) {
  const name = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
  return name ? readFileSync(join(folder, name), 'utf8').trim() : '';
}

const packages = new Set(
  Object.keys(result.metafile.inputs)
    .map((file) => /^node_modules\/(@[^/]+\/[^/]+|[^/]+)/.exec(file)?.[1])
    .filter(Boolean),
);
const texts = [...packages].sort().map((name) => {
  const folder = join(root, 'node_modules', name);
  const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return `${name} ${about.version} (${about.license})\n\n${licence(folder)}\n`;
});
writeFileSync(join(outdir, 'LICENSES.txt'), texts.join('\n----\n\n'));

for (const [file, { bytes }] of Object.entries(result.metafile.outputs)) {
  if (existsSync(join(root, file)) && bytes > 100_000) {
    console.log(`${relative(outdir, join(root, file))}: ${Math.round(bytes / 1000)} kB`);
  }
}
