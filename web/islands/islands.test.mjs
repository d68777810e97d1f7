// The islands in a real browser, under the real security policy: node --test web/islands/
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { film, openStage, part } from './test_stage.mjs';

let stage;
before(async () => { stage = await openStage(film); });
after(async () => { await stage.close(); });
beforeEach(() => { stage.seen.length = 0; stage.pages.clear(); stage.answers.clear(); });

const posts = () => stage.seen.filter((request) => request.method === 'POST');
async function until(what, true_) {
  for (let i = 0; i < 400; i += 1) {
    if (await true_()) return;
    await new Promise((done) => { setTimeout(done, 50); });
  }
  assert.fail(`never: ${what}`);
}

test('a red dot follows the server and goes when all is read', async () => {
  stage.pages.set('/', '<h1>Home</h1>');
  const page = await stage.page('/');
  const dot = page.locator('.tabs [data-unread]');
  assert.equal(await dot.isVisible(), false);
  await until('listening', () => stage.listeners() > 0);
  stage.tell('unread', { unread: 5 });
  await until('five', async () => (await dot.textContent()) === '5' && dot.isVisible());
  stage.tell('unread', { unread: 0 });
  await until('gone', async () => !(await dot.isVisible()));
  await page.context().close();
});

test('a legal clock that ran out says that it is late, in words and not in colour alone', async () => {
  const clock = (ms) => part('{{>layout/clock}}', { clock: { tone: '', due: new Date(Date.now() + ms).toISOString(), text: 'x' } });
  stage.pages.set('/', clock(-3 * 3600e3 - 5e3) + clock(26 * 3600e3 + 5e3));
  const page = await stage.page('/');
  const [late, calm] = await page.locator('tx-clock').all();
  assert.equal(await late.innerText(), '3 h late');
  assert.match(await late.getAttribute('class'), /late/);
  assert.equal(await calm.innerText(), '1 d 2 h left');
  await page.context().close();
});

const order = () => part('<form method="post" action="/order" data-draft="order">{{>layout/guard}}<label for="w">Words</label>'
  + '<input class="input" id="w" name="w"><input type="hidden" name="fixed" value="1"><button class="btn primary">Send</button></form>', { csrf: 'sesame' });

test('pressing twice sends once; the key is made on the phone when the server gave none', async () => {
  stage.pages.set('/', order());
  stage.answers.set('POST /order', () => ({ text: '<p>done</p>' }));
  const page = await stage.page('/');
  await page.fill('#w', 'tap');
  await page.evaluate(() => { const b = document.querySelector('form button.primary'); b.click(); b.click(); b.click(); });
  await page.waitForURL('**/order');
  assert.equal(posts().length, 1);
  assert.match(new URLSearchParams(posts()[0].body).get('_key'), /^[0-9a-f]{32}$/);
  await page.context().close();
});

test('going back and sending the same again keeps the key; changing a word makes a new one', async () => {
  stage.pages.set('/', order());
  stage.answers.set('POST /order', () => ({ text: '<p>done</p>' }));
  const page = await stage.page('/');
  const send = async () => { await page.locator('form button.primary').click(); await page.waitForURL('**/order'); };
  await page.fill('#w', 'one');
  await send();
  await page.goBack();
  await page.evaluate((key) => { document.querySelector('[name=_key]').value = key; }, new URLSearchParams(posts()[0].body).get('_key'));
  await page.fill('#w', 'one');
  await send();
  await page.goBack();
  await page.evaluate((key) => { document.querySelector('[name=_key]').value = key; }, new URLSearchParams(posts()[0].body).get('_key'));
  await page.fill('#w', 'two');
  await send();
  const keys = posts().map((post) => new URLSearchParams(post.body).get('_key'));
  assert.equal(keys[0], keys[1]);
  assert.notEqual(keys[1], keys[2]);
  await page.context().close();
});

test('a draft survives leaving the page, is dropped when the form arrived, and is forgotten at sign-out', async () => {
  stage.pages.set('/', order());
  stage.pages.set('/other', '<p>other</p>');
  stage.answers.set('POST /order', () => ({ text: '<!doctype html><script type="module" src="/assets/app.js"></script><p>done</p>' }));
  const page = await stage.page('/');
  const draft = () => page.evaluate(() => sessionStorage.getItem('draft:order'));
  await page.fill('#w', 'kept words');
  await until('saved', async () => (await draft())?.includes('kept words'));
  assert.ok(!(await draft()).includes('sesame'), 'hidden fields stay out of the draft');
  await page.goto(`${stage.base}/other`);
  await page.goto(`${stage.base}/`);
  assert.equal(await page.inputValue('#w'), 'kept words');
  await page.locator('form button.primary').click();
  await page.waitForURL('**/order');
  await until('dropped', async () => (await draft()) === null);
  await page.goto(`${stage.base}/`);
  await page.fill('#w', 'again');
  await until('saved again', async () => (await draft())?.includes('again'));
  stage.answers.set('POST /sign-out', () => ({ text: '<p>bye</p>' }));
  await page.evaluate(() => document.querySelector('form[action="/sign-out"]').requestSubmit());
  await page.waitForURL('**/sign-out');
  assert.equal(await draft(), null);
  await page.context().close();
});

test('a live part reloads when told, and waits while somebody types in it', async () => {
  let n = 0;
  stage.answers.set('GET /part', () => { n += 1; return { text: `<p id="n">${n}</p><label for="f">F</label><input id="f">` }; });
  stage.pages.set('/', '<tx-live id="p" data-src="/part" data-on="need.changed" data-topic="640106"><p id="n">0</p><label for="f">F</label><input id="f"></tx-live>');
  const page = await stage.page('/');
  await until('listening', () => stage.listeners() > 0);
  stage.tell('need.changed', { need: 1 });
  await until('reloaded', async () => (await page.textContent('#n')) === '1');
  await page.focus('#f');
  stage.tell('need.changed', { need: 1 });
  await new Promise((done) => { setTimeout(done, 300); });
  assert.equal(await page.textContent('#n'), '1');
  await page.evaluate(() => document.activeElement.blur());
  await until('reloaded when the field is left', async () => (await page.textContent('#n')) === '2');
  for (let i = 0; i < 50; i += 1) stage.tell('need.changed', { need: 1 });
  await until('once more', async () => Number(await page.textContent('#n')) > 2);
  await new Promise((done) => { setTimeout(done, 300); });
  assert.ok(n < 10, `fifty events at once are ${n - 2} loads`);
  assert.ok(stage.listened().at(-1).includes('since=41'), 'the page listens from where it was rendered');
  await page.context().close();
});

test('a desk link loads its fragment beside the queue and the address follows; without an answer it is a plain link', async () => {
  stage.answers.set('GET /desk/7/candidates', () => ({ text: '<h2 id="who">Li Jianguo</h2>' }));
  stage.pages.set('/desk', '<a id="seven" href="/desk?need=7" data-into="side" data-fragment="/desk/7/candidates">7</a>'
    + '<a id="eight" href="/plain" data-into="side" data-fragment="/desk/8/candidates">8</a><tx-live id="side"></tx-live>');
  stage.pages.set('/plain', '<h1 id="plain">Plain</h1>');
  const page = await stage.page('/desk');
  await page.click('#seven');
  await page.waitForSelector('#who');
  assert.ok(page.url().endsWith('/desk?need=7'));
  assert.equal(await page.getAttribute('#seven', 'aria-current'), 'true');
  assert.equal(stage.seen.find((request) => request.path === '/desk/7/candidates').headers['x-fragment'], '1');
  await page.click('#eight');
  await page.waitForSelector('#plain');
  await page.context().close();
});

test('the tick list counts, ticks all, and takes a stretch with the shift key', async () => {
  const ticks = [1, 2, 3, 4].map((value) => ({ tick_name: 'who', value, label: `Name ${value}`, initial: 'N', tone: 1 }));
  stage.pages.set('/', part('<form method="post" action="/t">{{>layout/ticks}}</form>', { ticks, tick_submit: 'Mark present' }));
  const page = await stage.page('/');
  const count = page.locator('.tick-count');
  assert.equal(await count.textContent(), '0 selected');
  await page.click('#tick-2');
  await page.click('#tick-4', { modifiers: ['Shift'] });
  assert.equal(await count.textContent(), '3 selected');
  await page.click('.tick-all');
  assert.equal(await count.textContent(), '4 selected');
  await page.click('.tick-all');
  assert.equal(await count.textContent(), '0 selected');
  await page.context().close();
});

test('kiosk keys type, take back, clear, and stop at the length of the field', async () => {
  stage.pages.set('/', part('<form method="post" action="/k">{{>layout/pin}}</form>', { name: 'pin', label: 'PIN', maxlength: 4 }));
  const page = await stage.page('/');
  const key = (name) => page.getByRole('button', { name, exact: true }).click();
  for (const digit of '12345') await key(digit);
  assert.equal(await page.inputValue('#pin'), '1234');
  await key('Delete last digit');
  assert.equal(await page.inputValue('#pin'), '123');
  await key('Clear');
  assert.equal(await page.inputValue('#pin'), '');
  await page.context().close();
});

test('the rotating code renews itself when its seconds are over and takes no script inside a picture', async () => {
  let n = 0;
  const answer = () => { n += 1; return { type: 'application/json', text: JSON.stringify({ seconds_left: 1, step_seconds: 10, code: `00000${n}`,
    svg: n === 2 ? '<svg xmlns="http://www.w3.org/2000/svg"><script>document.title="bad"</script></svg>'
      : `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect id="step-${n}" width="1" height="1"/></svg>` }) }; };
  stage.answers.set('GET /attendance/7/code', answer);
  stage.pages.set('/', part('{{>layout/rotor}}', { code_url: '/attendance/7/code', code_svg: '<svg></svg>', code_digits: '000000' }));
  const page = await stage.page('/');
  await page.waitForSelector('#step-1', { state: 'attached' });
  await page.waitForSelector('#step-3', { state: 'attached' });
  assert.match(await page.textContent('[data-digits]'), /^00000[34]$/);
  assert.ok((await page.title()).startsWith('Test'), 'the script inside the second picture did not run');
  await page.context().close();
});

const scanPage = () => part('{{>layout/scanner}}', { csrf: 'sesame', scan_choices: [{ value: 'shift:s7', label: 'Haircut day' }] });
const json = (status, body) => () => ({ status, type: 'application/json', text: JSON.stringify(body) });

test('the camera reads a code and tells the server once, with the key made on the phone', async () => {
  stage.pages.set('/scan', scanPage());
  stage.answers.set('POST /api/attendance/check', json(200, { state: 'present' }));
  const page = await stage.page('/scan');
  await page.getByRole('button', { name: 'Open the camera' }).click();
  await page.waitForSelector('.note.good', { timeout: 15000 });
  const [post] = posts();
  const { scanned_at, ...told } = JSON.parse(post.body);
  assert.deepEqual(told, { kind: 'shift', object: 's7', direction: 'in', code: '482913' });
  assert.ok(Math.abs(Date.parse(scanned_at) - Date.now()) < 20000);
  assert.match(post.headers['idempotency-key'], /^[0-9a-f]{32}$/);
  assert.equal(post.headers['x-csrf-token'], 'sesame');
  assert.equal(posts().length, 1);
  await page.context().close();
});

test('without a network the check-in waits on the phone, in sight, and leaves with the same key when it is back', async () => {
  stage.pages.set('/scan', scanPage());
  stage.answers.set('POST /api/attendance/check', json(200, { state: 'present' }));
  const page = await stage.page('/scan');
  await page.waitForSelector('#scan-out', { state: 'attached' });
  await page.context().setOffline(true);
  await page.check('#scan-out', { force: true });
  await page.fill('#scan-digits', '482913');
  await page.getByRole('button', { name: 'Check in', exact: true }).click();
  await page.waitForSelector('.note.warn');
  assert.equal(await page.locator('.rows .pill.wait').count(), 1);
  assert.equal(posts().length, 0);
  await page.context().setOffline(false);
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await page.waitForSelector('.rows .pill.done');
  assert.equal(posts().length, 1);
  assert.equal(JSON.parse(posts()[0].body).direction, 'out');
  assert.equal(await page.evaluate(() => localStorage.getItem('tx-waiting')), null);
  await page.context().close();
});

test('a busy server or an ended session keeps the check-in waiting; a refusal is shown with its words', async () => {
  stage.pages.set('/scan', scanPage());
  const page = await stage.page('/scan');
  const type = async () => { await page.fill('#scan-digits', '482913'); await page.getByRole('button', { name: 'Check in', exact: true }).click(); };
  stage.answers.set('POST /api/attendance/check', json(503, {}));
  await type();
  await page.waitForSelector('.rows .pill.wait');
  stage.answers.set('POST /api/attendance/check', json(401, {}));
  await page.getByRole('button', { name: 'Send now' }).click();
  await page.getByText('Sign in first').waitFor();
  stage.answers.set('POST /api/attendance/check', json(409, { rule: 'attendance.code_used', detail: 'This code was used already.' }));
  await page.getByRole('button', { name: 'Send now' }).click();
  await page.waitForSelector('.rows .pill.stop');
  assert.ok((await page.textContent('.rows')).includes('This code was used already.'));
  const keys = new Set(posts().map((post) => post.headers['idempotency-key']));
  assert.equal(keys.size, 1, 'three sendings, one key');
  await page.context().close();
});

test("the next person on this phone sends nothing in the first one's name", async () => {
  stage.pages.set('/scan', scanPage());
  stage.answers.set('POST /api/attendance/check', json(503, {}));
  const page = await stage.page('/scan');
  await page.fill('#scan-digits', '482913');
  await page.getByRole('button', { name: 'Check in', exact: true }).click();
  await page.waitForSelector('.rows .pill.wait');
  stage.seen.length = 0;
  await page.evaluate(() => { document.querySelector('tx-dots').dataset.account = 'a2'; document.dispatchEvent(new CustomEvent('tx-queue')); });
  await until('the list is empty', async () => (await page.locator('.rows .pill').count()) === 0);
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await new Promise((done) => { setTimeout(done, 400); });
  assert.equal(posts().length, 0);
  await page.context().close();
});

test('the check-in page opens without a network after one visit, and shows what waits', async () => {
  stage.pages.set('/scan', scanPage());
  const page = await stage.page('/scan');
  await until('the page is put away', () => page.evaluate(async () => {
    const cache = await caches.open('tongxin-scan');
    const names = (await cache.keys()).map((request) => new URL(request.url).pathname);
    return names.includes('/scan') && names.some((name) => name.includes('jsQR')) && names.includes('/assets/app.css');
  }));
  await page.context().setOffline(true);
  await page.reload();
  await page.getByRole('button', { name: 'Open the camera' }).click();
  await page.waitForSelector('.note.warn', { timeout: 15000 });
  assert.equal(await page.locator('.rows .pill.wait').count(), 1);
  await page.context().close();
});

test('no island broke the security policy or threw', () => {
  assert.deepEqual(stage.complaints, []);
});
