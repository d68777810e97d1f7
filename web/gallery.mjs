// Renders web/gallery.html with sample data and no server: node web/gallery.mjs <outdir> writes the built assets and
// zh.html, en.html, zh-elder.html, en-elder.html, zh-desk.html ... to look at and to run axe on.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAll } from './build.mjs';
import { load, render } from './mustache.mjs';
import { sample } from './gallery-sample.mjs';

const web = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? 'build/gallery');
await buildAll(join(out, 'assets'));

const pages = [];
for (const language of ['zh-CN', 'en']) {
  const texts = JSON.parse(readFileSync(join(web, 'locales', language, 'layout.json'), 'utf8'));
  for (const face of ['plain', 'elder', 'desk']) {
    const view = sample(language === 'en' ? 'en' : 'zh');
    const body = face === 'elder' ? 'gallery_elder' : 'gallery';
    const frame = {
      lang: language, title: view.words.title, elder: face === 'elder', officer: face === 'desk', signed_in: true,
      user_name: view.words.user, unread: 3, csrf: 'sample', path: '/', nav_home: true, demo: true,
      css: '/assets/app.css', js: '/assets/app.js', desk_nav: view.desk_nav,
      notice: { text: view.words.notice }, body: render(load(web, body, texts), view),
    };
    const name = `${language.slice(0, 2)}-${face}.html`;
    mkdirSync(out, { recursive: true });
    writeFileSync(join(out, name), render(load(web, 'layout/page', texts), frame));
    pages.push(name);
  }
}
console.log(pages.join('\n'));
