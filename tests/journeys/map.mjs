// The map: found and read by the public, planned on by officials (dragging, keys, two plans side by side), printed on A3, and
// complete without script or WebGL. Kept apart from run.mjs, which calls them.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { check, desk, phone } from './house.mjs';

const kTown = 'porto_alegre';

// WebGL by software, for the journeys with a live map only. The stage is small: the processor draws every dot.
const small = { width: 400, height: 500 };
async function withWebGl(house, run) {
  const plain = house.browser;
  house.browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'] });
  try { return await run(); } finally { await house.browser.close(); house.browser = plain; }
}
const kPatience = 60000;
const live = (page) => page.waitForSelector('tx-map[data-ready="1"]', { timeout: kPatience });
// Everything asked for is on the screen; `after`: a count that must have been passed.
const drawnCount = (page) => page.evaluate(() => Number(document.querySelector('.map-stage').dataset.drawn ?? 0));
const drawn = (page, after) => page.waitForFunction((n) => Number(document.querySelector('.map-stage').dataset.drawn ?? 0) > n, after, { timeout: kPatience });
const number = async (page, name) => Number((await page.locator(`[data-f=${name}]`).first().innerText()).replace(/[^0-9−-]/g, '').replace('−', '-'));
const settled = (page, before) => page.waitForFunction((old) => document.querySelector('tx-map').dataset.reached && document.querySelector('tx-map').dataset.reached !== old, before, { timeout: kPatience });

async function cleanWith(axe, page, where) {
  // The whole page in view, as in pages.mjs: what the fixed tab bar covers at one scroll position is not what target-size is about.
  const size = page.viewportSize();
  await page.setViewportSize({ width: size.width, height: Math.min(40000, await page.evaluate(() => document.documentElement.scrollHeight + 600)) });   // the stage grows with it
  const broken = await page.evaluate(`(() => { const define = undefined; ${axe}; return axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }).then((r) => r.violations.map((v) => v.id + ': ' + v.nodes.slice(0, 2).map((n) => n.html).join(' ').slice(0, 240))); })()`);
  await page.setViewportSize(size);
  check(broken.length === 0, `${where}: ${broken.join('\n    ')}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  check(wide <= 1, `${where} is ${wide} px too wide`);
}

export function mapJourneys(house, officers, axe) {
  return [
    ['the map without script: stations as shapes and words, a list, and the officials\' figures as tables', async () => {
      const page = await house.person({ size: phone, script: false });
      await page.goto('/map');
      check(await page.locator('.map-drawn .number').count() >= 10, 'the nearest are numbered on the drawn map');
      check(await page.locator('.map-near li').count() >= 10, 'and stand in the list');
      check((await page.locator('.map-near .pill').first().innerText()).length > 2, 'with their state in words');
      await page.goto(`/map/${kTown}`);
      check((await page.locator('.map-credit').innerText()).includes('© OpenStreetMap contributors'), 'whose map it is');
      const ground = await page.request.get(await page.locator('.map-drawn image').getAttribute('href'));
      check(ground.ok() && (await ground.text()).includes('<path'), 'the ground is drawn');
      await page.goto('/map?q=团结');
      await Promise.all([page.waitForNavigation(), page.locator('.map-places a').first().click()]);
      check((await page.locator('.map-near').innerText()).includes('分钟'), 'from a community the walk is told');
    }],
    ['on a phone the drawn map and the list come alone, and the live map when it is asked for', async () => withWebGl(house, async () => {
      const page = await house.person({ size: small, touch: true });
      let bytes = 0;
      const line = await page.context().newCDPSession(page);
      await line.send('Network.enable');
      line.on('Network.loadingFinished', (event) => { bytes += event.encodedDataLength; });
      await page.goto(`/map/${kTown}`);
      await page.waitForSelector('.map-open');
      await page.waitForLoadState('networkidle');
      check(bytes < 120_000, `the page is light: ${bytes} bytes`);
      check(await page.locator('.map-still').isVisible() && await page.locator('.map-near li').count() >= 10, 'and complete');
      await cleanWith(axe, page, 'the map before it is opened');
      await page.locator('.map-open').tap();
      await live(page);
      check(await page.locator('.map-open').count() === 0 && await page.locator('.map-still').isHidden(), 'the live map has taken its place');
    })],
    ['the live map opens by the house\'s own tiles and letters, and a station on it leads to its page', async () => withWebGl(house, async () => {
      const page = await house.person({ size: small });
      const outside = [], bad = [];
      page.on('request', (request) => { if (!request.url().startsWith(house.base) && !request.url().startsWith('data:') && !request.url().startsWith('blob:')) outside.push(request.url()); });
      page.on('console', (message) => { if (message.type() === 'error') bad.push(message.text()); });
      page.on('pageerror', (error) => bad.push(String(error)));
      await page.goto(`/map/${kTown}`);
      await live(page);
      check(await page.locator('.map-still').isHidden(), 'the drawn map has given way');
      await page.goto('/map');
      await live(page);
      await page.locator('.near-show').first().click();
      await page.waitForSelector('.map-sheet h2');
      check(await page.locator('.map-sheet a.btn.primary').getAttribute('href').then((h) => h.startsWith('/stations/')), 'the sheet leads to the station');
      await page.locator('.map-sheet .btn:not(.primary)').first().click();
      await page.waitForSelector('.map-bands:not([hidden])');
      await cleanWith(axe, page, 'the public map');
      await page.keyboard.press('Escape');
      check(outside.length === 0, `nothing comes from elsewhere: ${outside[0]}`);
      check(bad.length === 0, `no error: ${bad[0]}`);
    })],
    ['an official drags a station and the numbers change, moves it by keys, and undoes it', async () => {
      const signedIn = officers?.guanli ?? await house.officer('guanli');
      await withWebGl(house, async () => {
      // Signed in already: the second factor is enrolled once.
      const state = await signedIn.context().storageState();
      const page = await (await house.browser.newContext({ viewport: small, locale: 'zh-CN', baseURL: house.base, storageState: state, serviceWorkers: 'block', reducedMotion: 'reduce' })).newPage();
      page.setDefaultTimeout(15000);
      await page.goto(`/desk/map/${kTown}`);
      await live(page);
      const today = await number(page, 'reached');
      // A new station in a gap, from the table: the keyboard's way.
      await page.locator('a[data-try]').first().focus();
      let before = await page.locator('tx-map').getAttribute('data-reached');
      await page.keyboard.press('Enter');
      await settled(page, before);
      const with_one = await number(page, 'reached');
      check(with_one > today, `a station in the widest gap reaches more: ${today} -> ${with_one}`);
      check(await number(page, 'change') === with_one - today, 'and the change says by how many');
      check((await page.locator('[data-told]').innerText()).includes('%'), 'it is told aloud');
      before = await page.locator('tx-map').getAttribute('data-reached');
      await page.locator('.map-sheet').focus();
      for (let i = 0; i < 4; i += 1) await page.keyboard.press('Shift+ArrowLeft');
      await settled(page, before);
      check(await page.locator('[data-changes] li').count() === 1, 'still one change');
      await page.locator('[data-act=clear]').click();
      await page.waitForFunction((n) => Number(document.querySelector('tx-map').dataset.reached) === n, today);
      check(await page.locator('[data-changes] li').count() === 0, 'all undone');
      // Dragging: a new one in the middle, pulled away by the hand. The numbers follow while it is held.
      let count = await drawnCount(page);
      await page.locator('.map-tools button').nth(2).click();   // the whole town again
      await drawn(page, count);
      count = await drawnCount(page);
      before = await page.locator('tx-map').getAttribute('data-reached');
      await page.locator('[data-act=add]').click();
      await page.waitForFunction(() => document.querySelectorAll('[data-changes] li').length === 1);
      await settled(page, before);
      await drawn(page, count);
      const stage = page.locator('.map-side:not(.second) .map-stage');
      await stage.evaluate((element) => element.scrollIntoView({ block: 'center' }));
      const box = await stage.boundingBox(), [x, y] = (await stage.getAttribute('data-chosen')).split(',').map(Number);
      await page.mouse.move(box.x + x, box.y + y);
      await page.mouse.down();
      for (const left of [30, 60]) {
        before = await page.locator('tx-map').getAttribute('data-reached');
        await page.mouse.move(box.x + x - left, box.y + y, { steps: 2 });
        await settled(page, before);
      }
      await page.mouse.up();
      await page.waitForSelector('.map-sheet:not([hidden]) h2');
      check(await page.locator('[data-changes] li').count() === 1, 'dragging moves it, and makes no second one');
      const [after, change] = await page.evaluate(() => ['reached', 'change'].map((name) => Number(document.querySelector(`[data-f=${name}]`).textContent.replace(/[^0-9−]/g, '').replace('−', '-'))));
      check(change === after - today && after > today, `the figures are those of its new place: ${today} -> ${after}, ${change}`);
      const took = await page.evaluate(() => performance.getEntriesByType('resource').filter((one) => one.name.endsWith('/what-if')).map((one) => Math.round(one.duration)));
      check(took.length >= 4, 'each asked the server');
      await page.setViewportSize({ width: 1100, height: 500 });
      await cleanWith(axe, page, 'the planning map');
      await page.setViewportSize(small);
      // Two maps side by side move together.
      await page.selectOption('select[name=beside]', 'now');
      await page.waitForSelector('.map-side.second .map-stage.live', { timeout: kPatience });
      check(await page.locator('.map-side.second').isVisible(), 'the second map stands beside');
      await page.waitForSelector('#map-compare table');
      check(await page.locator('#map-compare tbody tr').count() >= 4, 'and both stand in a table');
      });
    }],
    ['the planning map without script tries a station by a link, and prints on A3', async () => {
      const signed = officers?.guanli ?? await house.officer('guanli');
      const context = await house.browser.newContext({ viewport: desk, locale: 'zh-CN', javaScriptEnabled: false, baseURL: house.base, storageState: await signed.context().storageState() });
      const page = await context.newPage();
      await page.goto(`/desk/map/${kTown}`);
      const today = await number(page, 'reached');
      await Promise.all([page.waitForNavigation(), page.locator('a[data-try]').first().click()]);
      check(await number(page, 'reached') > today, 'the server counts the trial');
      const pdf = await page.request.get(`/desk/map/${kTown}/plan.pdf`);
      check(pdf.ok() && (await pdf.body()).subarray(0, 5).toString() === '%PDF-', 'a PDF');
      const folder = mkdtempSync(join(tmpdir(), 'tongxin-map-'));
      writeFileSync(join(folder, 'a.pdf'), await pdf.body());
      const facts = execFileSync('pdfinfo', [join(folder, 'a.pdf')], { encoding: 'utf8' });
      const words = execFileSync('pdftotext', ['-layout', join(folder, 'a.pdf'), '-'], { encoding: 'utf8' });
      rmSync(folder, { recursive: true });
      check(/Page size:\s+1190\.5\d* x 841\.8\d*/.test(facts), `A3 lying: ${/Page size.*/.exec(facts)}`);
      check(words.includes('OpenStreetMap contributors') && words.includes('%'), 'whose map, and the sentence');
      await context.close();
    }],
  ];
}
