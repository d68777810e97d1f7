// Builds the browser side: node web/build.mjs <outdir> -> app.css, map.css (pages with a map only), app.js and its lazy
// parts, sw.js, sprite.svg, favicon.svg, app.webmanifest, tongxin-verify.html (the offline check as one file) and
// manifest.json (file name -> first 12 digits of its SHA-256).
import { build, transform } from 'esbuild';
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const web = dirname(fileURLToPath(import.meta.url));
const browsers = ['chrome80', 'safari14.1', 'firefox78'];

const mapStyles = '67-map.css';   // a file of its own: pages without a map do not carry it
export async function stylesheet(wanted = (name) => name !== mapStyles) {
  const names = (await readdir(join(web, 'styles'))).filter((n) => n.endsWith('.css') && wanted(n)).sort();
  const parts = await Promise.all(names.map((n) => readFile(join(web, 'styles', n), 'utf8')));
  return (await transform(parts.join('\n'), { loader: 'css', minify: true, target: browsers })).code;
}

export async function sprite() {
  const names = (await readdir(join(web, 'icons'))).filter((n) => n.endsWith('.svg')).sort();
  const symbols = await Promise.all(names.map(async (name) => {
    const svg = await readFile(join(web, 'icons', name), 'utf8');
    return svg.trim().replace(/<svg xmlns="[^"]*"/, `<symbol id="${name.slice(0, -4)}"`).replace('</svg>', '</symbol>')
      .replace(' stroke-width="1.75"', '').replace(' stroke="currentColor"', '').replace(' fill="none"', '');
  }));
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>\n`;
}

// The islands carry the few texts that they show, in both languages: keys layout.island.*; the offline check: offline.*
async function islandTexts(file, prefix) {
  const pick = async (language) => {
    const all = JSON.parse(await readFile(join(web, 'locales', language, file), 'utf8'));
    return Object.fromEntries(Object.entries(all).filter(([key]) => key.startsWith(prefix))
      .map(([key, text]) => [key.slice(prefix.length), text]));
  };
  return { zh: await pick('zh-CN'), en: await pick('en') };
}

async function islandSettings(out) {
  const texts = { catalogue: JSON.stringify(await islandTexts('layout.json', 'layout.island.')),
                  'catalogue/offline': JSON.stringify(await islandTexts('trust.json', 'offline.')) };
  const catalogue = { name: 'catalogue', setup(b) {
    b.onResolve({ filter: /^catalogue(\/offline)?$/ }, ({ path }) => ({ path, namespace: 'catalogue' }));
    b.onLoad({ filter: /.*/, namespace: 'catalogue' }, ({ path }) => ({ contents: texts[path], loader: 'json' }));
  } };
  return { bundle: true, minify: true, target: browsers, charset: 'utf8', legalComments: 'none', logLevel: 'warning', outdir: out, plugins: [catalogue] };
}

async function islands(out) {
  const common = await islandSettings(out);
  // MapLibre's own worker, as a file: the house's policy allows no worker made of text.
  const worker = await build({ ...common, entryPoints: { 'part-map-worker': join(web, '../node_modules/maplibre-gl/dist/maplibre-gl-csp-worker.js') },
                               format: 'iife', entryNames: '[name]-[hash]', metafile: true });
  const workerName = basename(Object.keys(worker.metafile.outputs)[0]);
  await build({ ...common, entryPoints: { app: join(web, 'islands/app.ts') }, format: 'esm', splitting: true,
                chunkNames: 'part-[name]-[hash]', define: { MAP_WORKER: JSON.stringify(`/assets/${workerName}`) } });
  await build({ ...common, entryPoints: { sw: join(web, 'islands/sw.ts') }, format: 'iife' });
}

// The offline check as one file that is saved and opened without a network: its own few rules of style, its script inside.
async function alone(out) {
  const made = await build({ ...await islandSettings(out), entryPoints: [join(web, 'islands/verify_alone.ts')], format: 'iife', write: false });
  const page = await readFile(join(web, 'offline.html.in'), 'utf8');
  const script = made.outputFiles[0].text.replace(/<\/script/g, '<\\/script');
  await writeFile(join(out, 'tongxin-verify.html'), page.replace('/*SCRIPT*/', () => script));
}

export async function buildAll(out) {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  await islands(out);
  await alone(out);
  await writeFile(join(out, 'app.css'), await stylesheet());
  await writeFile(join(out, 'map.css'), await stylesheet((name) => name === mapStyles));
  await writeFile(join(out, 'sprite.svg'), await sprite());
  const heart = (await readFile(join(web, 'icons/tongxin.svg'), 'utf8')).replace('stroke="currentColor"', 'stroke="#bf2629"');
  await writeFile(join(out, 'favicon.svg'), heart);
  await writeFile(join(out, 'app.webmanifest'), JSON.stringify({
    name: '同心 Tongxin', short_name: '同心', start_url: '/', display: 'standalone',
    background_color: '#f8f4ec', theme_color: '#bf2629',
    icons: [{ src: '/assets/favicon.svg', sizes: 'any', type: 'image/svg+xml' }],
  }));
  const manifest = {};
  for (const name of (await readdir(out)).sort()) {
    manifest[name] = createHash('sha256').update(await readFile(join(out, name))).digest('hex').slice(0, 12);
  }
  await writeFile(join(out, 'manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`);
  return manifest;
}

if (process.argv[1] && import.meta.url === pathToFileURL(resolve(process.argv[1])).href) {
  if (!process.argv[2]) throw new Error('usage: node web/build.mjs <outdir>');
  await buildAll(resolve(process.argv[2]));
}
