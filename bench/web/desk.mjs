// The dispatch desk over HTTP on a large region: starts the program on a loaded database, signs in as the dispatcher and asks for
// the board, the queue and needs with their candidates one after another. Wall time and the server's processor time of each.
//   build/tongxin demo --volunteers 1500000 --database /tmp/big/r.db --keys /tmp/big/keys
//   script/node bench/web/desk.mjs /tmp/big/r.db /tmp/big/keys [needs=200]
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { request } from 'playwright-core';
import { kPassword, totp } from '../../tests/journeys/house.mjs';

const [database, keys, count = '200'] = process.argv.slice(2);
const server = spawn(process.env.TONGXIN_PROGRAM || 'build/tongxin', ['serve', '--database', database, '--keys', keys, '--port', '0', '--requests-per-second', '0'], { stdio: ['ignore', 'pipe', process.env.LOG ? 'inherit' : 'ignore'] });
const base = await new Promise((resolve) => server.stdout.on('data', (bytes) => { const found = /http:\/\/127\.0\.0\.1:\d+/.exec(String(bytes)); if (found) resolve(found[0]); }));
const processor = () => { const f = readFileSync(`/proc/${server.pid}/stat`, 'utf8').split(') ')[1].split(' '); return (Number(f[11]) + Number(f[12])) * 10; };   // ms, 100 Hz
const memory = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))[1]) / 1024;
const web = await request.newContext({ baseURL: base, extraHTTPHeaders: { 'accept-language': 'zh-CN' } });
const hidden = (html, name) => new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '';
async function post(page, path, fields) {
  const html = await (await web.get(page)).text();
  return web.post(path, { form: { _csrf: hidden(html, '_csrf'), _key: String(Math.random()), ...fields } });
}
try {
  console.log(`memory after the start: ${memory().toFixed(0)} MiB`);
  await post('/login', '/login', { login: 'paidan', password: kPassword });
  const secret = /<p class="figures strong"[^>]*>([A-Z2-7 ]+)</.exec(await (await post('/me/second-factor', '/me/second-factor', {})).text())?.[1]
    ?? /class="[^"]*figures strong[^"]*"[^>]*>([A-Z2-7 ]+)</.exec(await (await web.get('/me/second-factor')).text())?.[1];
  if (!secret) throw new Error('the second factor is enrolled already: use a fresh copy of the database');
  await post('/me/second-factor', '/me/second-factor/confirm', { code: totp(secret.replace(/\s/g, ''), Date.now()) });
  const began = Date.now();
  const first = await web.get('/desk/needs?tab=waiting');
  if (!first.ok()) throw new Error('the desk answers ' + first.status());
  const text = await first.text();
  const needs = [...new Set([...text.matchAll(/href="\/desk\/needs\/([0-9a-z]+)"/g)].map((m) => m[1]))];
  const page = await (await web.get('/desk/needs/' + needs[0])).text();
  if (!page.includes('id="candidates"')) throw new Error('the need shows no candidates');
  console.log(`first need page, with the index built if it was not yet: ${Date.now() - began} ms; memory ${memory().toFixed(0)} MiB`);
  const measure = async (name, paths) => {
    const walls = [], before = processor();
    for (const path of paths) {
      const start = performance.now();
      const answer = await web.get(path);
      await answer.body();
      if (!answer.ok()) throw new Error(`${path} answers ${answer.status()}`);
      walls.push(performance.now() - start);
    }
    walls.sort((a, b) => a - b);
    const at = (share) => walls[Math.min(walls.length - 1, Math.floor(walls.length * share))].toFixed(1);
    console.log(`${name}: ${walls.length} requests, wall median ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${walls[walls.length - 1].toFixed(1)} ms; processor ${((processor() - before) / walls.length).toFixed(1)} ms each`);
  };
  const times = (list) => Array.from({ length: Number(count) }, (_, i) => list[i % list.length]);
  await measure('board', times(['/desk/needs', '/desk/needs?tab=waiting']));
  await measure('queue', times(['/desk/queue?tab=waiting']));
  await measure('need with candidates', times(needs.map((id) => '/desk/needs/' + id)));
  // Anybody of the list of volunteers: "why not" for each of the first needs.
  const list = await (await web.get('/desk/volunteers')).text();
  const numbers = [...list.matchAll(/\bV[0-9A-Z]{12,}\b/g)].map((m) => m[0]);
  if (numbers.length < 20) throw new Error('no volunteer numbers in the list');
  const whys = times(needs.slice(0, 20).flatMap((id) => numbers.slice(0, 5).map((n) => `/desk/needs/${id}?why=${n}`)));
  await measure('why not', whys);
  await measure('a person by number', times(numbers.slice(0, 20).map((n) => '/desk/volunteers?q=' + n)));
  await measure('a person by name', times(['王伟', '马秀兰', '李静', '欧阳建国', '张敏'].map((n) => '/desk/volunteers?q=' + encodeURIComponent(n))));
  const start = Date.now(), used = processor();
  let at = (await post('/desk/needs', '/desk/batch', {})).url();
  for (;;) {
    const html = await (await web.get(at)).text();
    if (html.includes('proof-share')) {
      console.log(`batch of the county: ${Date.now() - start} ms, processor ${processor() - used} ms; ${/class="stack tight">.*?<p>(.*?)<\/p>/s.exec(html)?.[1]}`);
      break;
    }
    if (/note bad/.test(html)) throw new Error('the batch failed');
    await new Promise((done) => setTimeout(done, 200));
  }
  await measure('batch page', Array(20).fill(at));
  await measure('why not, by the prices of the batch', whys);
  console.log(`memory at the end: ${memory().toFixed(0)} MiB`);
} finally {
  server.kill('SIGTERM');
  await web.dispose();
}
