// The stage of islands.test.mjs: a small server with the built assets, pages made of the real partials, and answers that
// a test sets; and Debian's Chromium with a film of a QR code for a camera.
import { readFileSync, existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { buildAll } from '../build.mjs';
import { load, render } from '../mustache.mjs';

const web = join(dirname(fileURLToPath(import.meta.url)), '..');
const texts = JSON.parse(readFileSync(join(web, 'locales/en/layout.json'), 'utf8'));
const types = { html: 'text/html', css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml', json: 'application/json',
                webmanifest: 'application/manifest+json' };
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
  + "manifest-src 'self'; worker-src 'self'; media-src 'self' blob:; base-uri 'none'";

// "TONGXIN:shift:s7:482913", error correction M, made with libqrencode
export const film = `
#######.##.#.##...#######
#.....#.#....####.#.....#
#.###.#.#..#.#....#.###.#
#.###.#.......##..#.###.#
#.###.#.####...#..#.###.#
#.....#..##..##.#.#.....#
#######.#.#.#.#.#.#######
............#.#..........
#..#######.....#.#..#.###
.###....#...#.#.##..####.
.#.##.#......##.#.#.#.###
#.#..#.#.####.######.####
.###..##.#.#..#..#.....#.
#.###..##...#.#..#.#.#.##
###.#.####...##...#.....#
#..##.......#.#.##...#.#.
#.#####.#####.#.#########
........##.#.####...#.#.#
#######.#.#.###.#.#.#.#.#
#.....#.####.##.#...#.#.#
#.###.#.#..#.#.######..##
#.###.#.#.#.#####.##....#
#.###.#..#.#.#..#...#####
#.....#...####.###....##.
#######.#.####.###..#####`;

export function part(source, view = {}) {
  return render(source.replace(/\{\{>\s*([\w/]+)\s*\}\}/g, (_, name) => load(web, name, texts)), view);
}

const scratch = mkdtempSync(join(tmpdir(), 'tongxin-web-'));

function frame(body) {
  return render(load(web, 'layout/page', texts), {
    lang: 'en', title: 'Test', signed_in: true, user_name: 'Ma Xiulan', account: 'a1', csrf: 'sesame', path: '/',
    css: '/assets/app.css', js: '/assets/app.js', events: '41', body });
}

export async function openStage(code) {
  await buildAll(join(scratch, 'assets'));
  const pages = new Map();      // path -> body of a page inside the layout
  const answers = new Map();    // "METHOD /path" -> (request, body) => {status?, type?, text}
  const seen = [];              // every request that is not an asset
  const streams = new Set(), listened = [];
  const sockets = new Set();
  const server = http.createServer((request, response) => {
    const url = new URL(request.url, 'http://stage');
    const say = (status, type, text) => {
      response.writeHead(status, { 'content-type': type, 'content-security-policy': policy, 'cache-control': 'no-store' });
      response.end(text);
    };
    const file = url.pathname === '/sw.js' ? '/assets/sw.js' : url.pathname;
    if (file.startsWith('/assets/')) {
      const path = join(scratch, file);
      return existsSync(path) ? say(200, types[path.split('.').pop()], readFileSync(path)) : say(404, 'text/plain', '');
    }
    if (url.pathname === '/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(':\n\n');
      streams.add(response);
      listened.push(url.search);
      request.on('close', () => streams.delete(response));
      return undefined;
    }
    let body = '';
    request.on('data', (chunk) => { body += chunk; });
    request.on('end', () => {
      seen.push({ method: request.method, path: url.pathname + url.search, headers: request.headers, body });
      const answer = answers.get(`${request.method} ${url.pathname}`);
      if (answer) { const a = answer(url, body); return say(a.status ?? 200, a.type ?? 'text/html', a.text); }
      if (pages.has(url.pathname)) return say(200, 'text/html', frame(pages.get(url.pathname)));
      return say(404, 'text/plain', 'nothing here');
    });
    return undefined;
  });
  server.on('connection', (socket) => { sockets.add(socket); socket.on('close', () => sockets.delete(socket)); });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const base = `http://127.0.0.1:${server.address().port}`;

  const movie = join(scratch, 'code.y4m');
  writeFileSync(movie, y4m(code));
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: [
    '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${movie}`] });
  const complaints = [];
  return {
    base, pages, answers, seen, complaints,
    tell(event, data) { for (const stream of streams) stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`); },
    listeners: () => streams.size,
    listened: () => listened,
    async page(path) {
      const context = await browser.newContext({ viewport: { width: 390, height: 844 }, permissions: ['camera'] });
      const page = await context.newPage();
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => { if (/Content Security Policy/.test(message.text())) complaints.push(message.text()); });
      await page.goto(base + path, { waitUntil: 'load' });
      return page;
    },
    async close() {
      await browser.close();
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

// One grey frame with the code in the middle; the browser shows it again and again.
function y4m(code) {
  const rows = code.trim().split('\n'), side = 480, cell = Math.floor(side / (rows.length + 10));
  const luma = Buffer.alloc(side * side, 235), edge = Math.floor((side - cell * rows.length) / 2);
  rows.forEach((row, y) => [...row].forEach((mark, x) => {
    if (mark !== '#') return;
    for (let dy = 0; dy < cell; dy += 1) luma.fill(16, (edge + y * cell + dy) * side + edge + x * cell, (edge + y * cell + dy) * side + edge + (x + 1) * cell);
  }));
  return Buffer.concat([Buffer.from(`YUV4MPEG2 W${side} H${side} F10:1 Ip A1:1 C420jpeg\nFRAME\n`), luma, Buffer.alloc(side * side / 2, 128)]);
}
