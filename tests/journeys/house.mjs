// Starts the real program on a fresh demonstration region and opens real browsers on it.
import { spawn, spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

export const kPassword = 'tongxin-demo';
export const phone = { width: 390, height: 844 }, desk = { width: 1440, height: 900 };

export class House {
  static async open() {
    const house = new House();
    const program = process.env.TONGXIN_PROGRAM || 'build/tongxin';
    house.folder = mkdtempSync(join(tmpdir(), 'tongxin-journeys-'));
    const place = ['--database', join(house.folder, 'region.db'), '--keys', join(house.folder, 'keys')];
    const loaded = spawnSync(program, ['demonstration', ...place], { encoding: 'utf8' });
    if (loaded.status !== 0) throw new Error('the demonstration does not load: ' + loaded.stderr.slice(-400));
    house.server = spawn(program, ['serve', ...place, '--port', '0', '--demonstration', '--requests-per-second', '0', '--spool', join(house.folder, 'spool')], { stdio: ['ignore', 'pipe', 'pipe'] });
    house.log = '';
    house.server.stderr.on('data', (bytes) => { house.log = (house.log + bytes).slice(-20000); });
    house.base = await new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error('the server does not start: ' + house.log)), 20000);
      house.server.stdout.on('data', (bytes) => {
        const found = /http:\/\/127\.0\.0\.1:(\d+)/.exec(String(bytes));
        if (found) { clearTimeout(late); resolve(found[0]); }
      });
    });
    house.browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
    return house;
  }
  async close() {
    await this.browser?.close();
    this.server?.kill('SIGTERM');
    await new Promise((done) => { this.server ? this.server.once('exit', done) : done(); setTimeout(done, 8000); });
    rmSync(this.folder, { recursive: true, force: true });
  }
  // A browser of its own for every person: no cookie is shared.
  async person({ login, size = phone, lang = 'zh-CN', script = true, elder = false, touch = false } = {}) {
    const context = await this.browser.newContext({ viewport: size, locale: lang, javaScriptEnabled: script, hasTouch: touch, baseURL: this.base, serviceWorkers: 'block' });
    const cookies = [{ name: 'tx_lang', value: lang, url: this.base }];
    if (elder) cookies.push({ name: 'tx_elder', value: '1', url: this.base });
    await context.addCookies(cookies);
    const page = await context.newPage();
    page.setDefaultTimeout(15000);
    if (login) {
      await page.goto('/login');
      await page.fill('input[name=login]', login);
      await page.fill('input[name=password]', kPassword);
      await Promise.all([page.waitForURL((url) => url.pathname !== '/login'), page.press('input[name=password]', 'Enter')]);
    }
    return page;
  }
  // An officer enrols the second factor on the first visit, as the product demands.
  async officer(login, options = {}) {
    const page = await this.person({ login, size: desk, ...options });
    await page.goto('/me/second-factor');
    await Promise.all([page.waitForLoadState(), page.click('form[action="/me/second-factor"] button')]);
    const secret = (await page.locator('p.figures.strong').first().innerText()).replace(/\s/g, '');
    await page.fill('input[name=code]', totp(secret, Date.now()));
    await Promise.all([page.waitForLoadState(), page.click('form[action="/me/second-factor/confirm"] button')]);
    return page;
  }
}

export function totp(secret, now) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let bits = '';
  for (const c of secret.toUpperCase()) if (letters.includes(c)) bits += letters.indexOf(c).toString(2).padStart(5, '0');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(now / 30000)));
  const mac = createHmac('sha1', key).update(step).digest();
  const at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, '0');
}

export function check(condition, words) { if (!condition) throw new Error(words); }
// Presses what leads to another page, and waits for it.
export async function press(page, selector) {
  await Promise.all([page.waitForNavigation(), page.locator(selector).first().click()]);
  const alert = page.locator('.summary, .note.bad').first();
  if (await alert.count()) throw new Error('refused: ' + (await alert.innerText()).replace(/\s+/g, ' '));
}
