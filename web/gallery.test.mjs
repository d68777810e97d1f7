// Every part of the design system, in both languages and three faces, on four widths: no axe violation, no sideways
// scrolling, targets of at least 24 px (60 px in elder mode), letters of at least 18 pt in elder mode. node --test web/
import assert from 'node:assert/strict';
import { createReadStream, existsSync, mkdtempSync, readFileSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { renderGallery } from './gallery.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const types = { html: 'text/html', css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml' };
let browser, server, base, pages;

before(async () => {
  const out = mkdtempSync(join(tmpdir(), 'tongxin-gallery-'));
  pages = await renderGallery(out);
  server = http.createServer((request, response) => {
    const path = join(out, new URL(request.url, 'http://x').pathname);
    if (!existsSync(path)) { response.writeHead(204); response.end(); return; }
    response.writeHead(200, { 'content-type': types[path.split('.').pop()] ?? 'application/json' });
    createReadStream(path).pipe(response);
  });
  await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
  base = `http://127.0.0.1:${server.address().port}`;
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] });
});
after(async () => { await browser.close(); server.closeAllConnections?.(); server.close(); });

// Inside a page: what is too small to hit or to read.
function tooSmall([target, letters]) {
  const seen = (e) => e.getClientRects().length > 0 && !e.closest('.unseen, .skip, [hidden]');
  const name = (e) => `${e.tagName}.${e.className} "${(e.textContent || e.value || '').trim().slice(0, 20)}"`;
  const found = [];
  for (const e of document.querySelectorAll('a, button, input, select, textarea, summary')) {
    if (!seen(e)) continue;
    // What one can hit: the card around a stretched link, the row around a tick.
    const hit = e.closest('.row, .tick, .choice, .stats > div, td, th, li, .segments > span') ?? e;
    const size = e.matches('.row-title a, .tick input, .choice input, .stats a, .bars a, .ledger a') ? hit : e;
    const box = size.getBoundingClientRect();
    if (Math.min(box.width, box.height) < target - 0.5) found.push(`${name(e)} ${Math.round(box.width)}x${Math.round(box.height)}`);
  }
  if (letters) {
    for (const e of document.querySelectorAll('main *')) {
      if (!seen(e) || ![...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())) continue;
      const size = parseFloat(getComputedStyle(e).fontSize);
      if (e.closest('svg') === null && size < letters - 0.1) found.push(`${name(e)} ${size}px`);
    }
  }
  return found;
}

test('the gallery stands in every language, face and width', async (t) => {
  for (const name of pages) {
    const elder = name.includes('elder');
    for (const [width, height] of [[320, 640], [390, 844], [768, 1024], [1440, 900]]) {
      await t.test(`${name} ${width}`, async () => {
        const context = await browser.newContext({ viewport: { width, height }, bypassCSP: true });
        const page = await context.newPage();
        await page.goto(`${base}/${name}`, { waitUntil: 'load' });
        const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(over <= 0, `${over} px too wide`);
        assert.deepEqual(await page.evaluate(tooSmall, [elder ? 60 : 24, elder ? 24 : 0]), []);
        if (width === 390 || width === 1440) {
          await page.addScriptTag({ content: axe });
          const violations = await page.evaluate(async () => (await window.axe.run(document, { resultTypes: ['violations'] })).violations
            .map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(' ')).join(', ')}`));
          assert.deepEqual(violations, []);
        }
        await context.close();
      });
    }
  }
});
