// Renders every part with sample data and no server: node web/gallery.mjs <outdir> writes the built assets and
// zh-plain.html, zh-elder.html, zh-desk.html and their English twins, to look at and to test.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildAll } from './build.mjs';
import { sample } from './gallery-sample.mjs';
import { load, render } from './mustache.mjs';

const web = dirname(fileURLToPath(import.meta.url));
const bodies = { plain: 'gallery', elder: 'gallery_elder', desk: 'gallery_desk' };

function pageOf(language, face) {
  const texts = JSON.parse(readFileSync(join(web, 'locales', language, 'layout.json'), 'utf8'));
  const view = { ...sample(language === 'en' ? 'en' : 'zh'), csrf: 'sample', form_key: '0190-sample' };
  return render(load(web, 'layout/page', texts), {
    lang: language, title: view.words.title, elder: face === 'elder', officer: face === 'desk', signed_in: true,
    user_name: view.words.user, unread: 3, csrf: 'sample', path: '/', nav_home: face !== 'desk', demo: true,
    css: '/assets/app.css', js: '/assets/app.js', desk_groups: view.desk_groups,
    notice: face === 'plain' ? { text: view.words.notice } : undefined, body: render(load(web, bodies[face], texts), view),
  });
}

export async function renderGallery(out) {
  await buildAll(join(out, 'assets'));
  mkdirSync(out, { recursive: true });
  const pages = [];
  for (const language of ['zh-CN', 'en']) {
    for (const face of Object.keys(bodies)) {
      const name = `${language.slice(0, 2)}-${face}.html`;
      writeFileSync(join(out, name), pageOf(language, face));
      pages.push(name);
    }
  }
  return pages;
}

if (process.argv[1] && import.meta.url === pathToFileURL(resolve(process.argv[1])).href) {
  console.log((await renderGallery(resolve(process.argv[2] ?? 'build/gallery'))).join('\n'));
}
