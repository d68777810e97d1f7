// axe-core and sideways scroll on every page that each kind of person can open; three faces.
import { check, desk, phone } from './house.mjs';

const kPublic = ['/', '/ask', '/ask?service=meal', '/ask?service=meal&region=640104001002', '/follow', '/activities', '/menu', '/nearby', '/promises', '/stations', '/organisations', '/complain', '/complaints/new?kind=forced_assignment', '/reports/complaints', '/funds', '/help', '/privacy', '/accessibility', '/login', '/register', '/scan', '/notices/records', '/notices/hours', '/verify', '/v/0000000000000000', '/circles', '/honours', '/honours/notice', '/training', '/oath', '/verify/offline', '/log', '/spot-checks', '/reports/records', '/map', '/map/porto_alegre'];
const kSigned = ['/me', '/me/needs', '/me/volunteer', '/me/account', '/desk', '/messages', '/messages/settings', '/organisations/apply', '/me/proxies', '/me/children'];
const kVolunteer = ['/me/service', '/me/swaps', '/nearby', '/me/record', '/me/certificates', '/me/timebank', '/me/honours', '/me/benefits', '/me/training', '/honours/nominate', '/me/insurance', '/accidents/new', '/me/gifts'];
const kCulture = ['/culture', '/culture/calendar', '/culture/circle', '/culture/marks', '/paper', '/paper?zoom=1', '/paper/issues', '/paper/search?q=%E7%83%AD%E9%A5%AD', '/consent'];
kPublic.push(...kCulture);
kPublic.push('/campaigns', '/statistics/participation');
kVolunteer.push('/me/calls', '/me/party');
kSigned.push('/stories/tell', '/me/stories', '/me/circle');

export async function look(page, axe, path) {
  const answer = await page.goto(path);
  check(answer.status() < 400, `${path} answers ${answer.status()}`);
  check(!(await page.content()).includes('[['), `${path} shows a missing text`);
  const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  check(over <= 0, `${path} scrolls sideways by ${over} px`);
  // The whole page in view: what the fixed tab bar covers at one scroll position is not what target-size is about.
  const size = page.viewportSize();
  await page.setViewportSize({ width: size.width, height: Math.min(40000, await page.evaluate(() => document.documentElement.scrollHeight + 120)) });
  // The page's own policy forbids inline script, so axe comes in through the driver's isolated world.
  const found = await page.evaluate(`(() => { const define = undefined; ${axe}; return axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }).then((r) => r.violations.map((v) => v.id + ' ' + v.nodes[0].target.join(' '))); })()`);
  await page.setViewportSize(size);
  check(found.length === 0, `${path}: ${found.join('; ')}`);
}
async function all(page, axe, paths) {
  const wrong = [];
  for (const path of paths) try { await look(page, axe, path); } catch (error) { wrong.push(error.message); }
  check(wrong.length === 0, wrong.join('\n    '));
}

export function axePages(house, officers, axe) {
  const signed = async (login, options, paths) => all(await house.person({ login, ...options }), axe, paths);
  return [
    ['axe: public pages on a phone', () => signed(undefined, {}, kPublic)],
    ['axe: public pages on a desk in English', () => signed(undefined, { size: desk, lang: 'en' }, kPublic)],
    ['axe: public pages in the elder face', () => signed(undefined, { elder: true }, kPublic)],
    ['axe: public pages on a phone in English', () => signed(undefined, { lang: 'en' }, kPublic)],
    ['axe: a volunteer on a phone', () => signed('lijie', {}, [...kSigned, ...kVolunteer])],
    ['axe: a volunteer in the elder face', () => signed('lijie', { elder: true }, [...kSigned, ...kVolunteer])],
    ['axe: a volunteer on a desk in English', () => signed('lijie', { size: desk, lang: 'en' }, [...kSigned, ...kVolunteer])],
    ['axe: the station keeper', () => signed('sunzhan', { size: desk }, ['/stations/board', '/desk/intake', '/kiosk', '/desk/filings', '/desk/timebank', '/desk/timebank/new'])],
    ['axe: the station keeper on a phone', () => signed('sunzhan', {}, ['/desk', '/stations/board', '/desk/intake', '/kiosk', '/desk/filings'])],
    ['axe: the station keeper in the elder face', () => signed('sunzhan', { elder: true }, ['/stations/board', '/desk/intake', '/kiosk', '/desk/filings'])],
    ['axe: the team leader', () => signed('zhaodui', { size: desk }, ['/desk/activities', '/desk/activities/new', '/desk/roster', '/desk/records', '/desk/records/new', '/desk/records/review', '/desk/training', '/desk/oath', '/desk/culture/marks/new', '/desk/insurance', '/desk/insurance/new', '/desk/accidents', '/desk/funds', '/desk/funds/new'])],
    ['axe: the team leader on a phone in English', () => signed('zhaodui', { lang: 'en' }, ['/desk/activities', '/desk/activities/new', '/desk/roster'])],
    ['axe: the dispatch desk', () => all(officers.dispatcher, axe, ['/desk', '/desk/overview', '/desk/needs', '/desk/needs?tab=waiting', '/desk/needs?tab=running', '/desk/needs?tab=past', '/desk/calls', '/desk/complaints', '/desk/complaints/new', '/desk/complaints?tab=answered', '/desk/complaints?tab=past', '/desk/volunteers', '/desk/minors', '/desk/timebank'])],
    ['axe: the federation officer', () => all(officers.lianhe, axe, ['/desk/records', '/desk/records?tab=notice', '/desk/review', '/desk/filings', '/desk/regions', '/desk/stations', '/desk/planning', '/desk/organisations', '/desk/overview', '/desk/minors', '/desk/minor-report', '/desk/weights', '/desk/fairness', '/desk/risks', '/desk/records/successors', '/desk/honours', '/desk/honours?tab=granted', '/desk/honours/scheme', '/desk/benefits', '/desk/training', '/desk/transfers', '/desk/seals', '/desk/insurance', '/desk/insurance/new', '/desk/accidents', '/desk/funds', '/desk/funds/new'])],
    ['axe: the official', () => all(officers.guanli, axe, ['/desk/appeals', '/desk/outflows', '/desk/risks', '/desk/records', '/desk/overview', '/desk/records/policy', '/desk/records/clocks', '/desk/timebank/report', '/desk/timebank/settlement', '/desk/spot-checks', '/desk/log'])],
    ['axe: the paper inside', async () => {
      const page = await house.person({ size: desk });
      await page.goto('/paper');
      const paths = [];
      for (const selector of ['.paperbar a[href$="/contents"]', '.paperbar a[href$="/headlines"]', '.headlines-main a', '.papersteps a[href*="zoom"]'])
        paths.push(await page.locator(selector).first().getAttribute('href'));
      await all(page, axe, paths);
      await all(await house.person({ lang: 'en' }), axe, paths);
      await all(await house.person({ elder: true }), axe, paths);
    }],
    ['axe: the editors', async () => {
      const editor = (officers.bianji ??= await house.officer('bianji'));
      await editor.goto('/desk/paper?tab=ready');
      const paths = ['/desk/paper', '/desk/paper?tab=sent', '/desk/paper?tab=published', '/desk/paper/new', await editor.locator('.rows .row-title a').first().getAttribute('href'), await editor.locator('.issuecard-name a').first().getAttribute('href')];
      await all(editor, axe, paths);
      await all(officers.lianhe, axe, ['/desk/culture/calendar', '/desk/culture/marks']);
    }],
    ['axe: emergencies, units and campaigns', async () => {
      await all(officers.lianhe, axe, ['/desk/emergency', '/desk/emergency/new', '/desk/cards', '/desk/units', '/desk/campaigns']);
      await all(officers.guanli, axe, ['/desk/emergency', '/desk/campaigns']);
      await all(officers.dispatcher, axe, ['/desk/emergency', '/desk/units']);
    }],
    ['axe: the administrators', async () => {
      await all(officers.anquan, axe, ['/officers']);
      await all(officers.xitong, axe, ['/officers', '/outbox', '/settings']);
      await all(officers.shenji, axe, ['/audit']);
    }],
  ];
}
void phone;
