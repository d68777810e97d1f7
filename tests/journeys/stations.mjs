// The journeys of the stations room: the keeper's self-check on the phone, the inspection, the star; full coverage down to a
// proposal; a roster and a loan. Kept apart from run.mjs, which calls them.
import { check, desk, phone, press } from './house.mjs';

const kHave = ['place', 'team', 'projects', 'facilities', 'rules', 'signs'];
// The smallest picture a phone could send.
const kPng = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
const today = () => new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10);

async function cleanWith(axe, page, where) {
  const size = page.viewportSize();
  // The whole page at once: the bar at the foot hides nothing.
  await page.setViewportSize({ width: size.width, height: Math.min(40000, await page.evaluate(() => document.documentElement.scrollHeight + 120)) });
  const broken = await page.evaluate(`(() => { const define = undefined; ${axe}; return axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }).then((r) => r.violations.map((v) => v.id + ': ' + v.nodes.slice(0, 2).map((n) => n.html).join(' ').slice(0, 240))); })()`);
  await page.setViewportSize(size);
  check(broken.length === 0, `${where}: ${broken.join('\n    ')}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  check(wide <= 1, `${where} is ${wide} px too wide`);
}
const stationOf = async (keeper) => {
  await keeper.goto('/stations/board');
  return (await keeper.locator('form[action$="/duty"]').getAttribute('action')).split('/')[2];
};

export function stationJourneys(house, officers, axe) {
  const clean = (page, where) => cleanWith(axe, page, where);
  let officer;
  const federation = async () => (officer ??= officers?.lianhe ?? (await house.officer('lianhe')));
  return [
    ['a keeper checks the six haves on the phone, an officer inspects, asks for a fix, sets the star', async () => {
      const keeper = await house.person({ login: 'sunzhan', size: phone });
      const station = await stationOf(keeper);
      await keeper.goto(`/stations/${station}/checks`);
      await press(keeper, 'form[action$="/checks"] button');
      const path = new URL(keeper.url()).pathname;
      await clean(keeper, 'the check');
      await keeper.goto(`${path}/${kHave[0]}`);
      for (const have of kHave) {
        check(new URL(keeper.url()).pathname === `${path}/${have}`, `one have leads to the next: ${keeper.url()}`);
        await clean(keeper, have);
        for (const yes of await keeper.locator('form#have input[value=yes]').all()) await yes.check({ force: true });
        for (const number of await keeper.locator('form#have .number-line input').all()) await number.fill('60');
        for (const date of await keeper.locator('form#have input[type=date]').all()) await date.fill(today());
        for (const file of await keeper.locator('form#have input[type=file]').all()) await file.setInputFiles({ name: 'door.png', mimeType: 'image/png', buffer: kPng });
        await press(keeper, 'form#have .tick-bar .btn.primary');
      }
      check(await keeper.locator('.part.done').count() === 6, 'all six are answered');
      await press(keeper, 'form[action$="/do/send"] button');

      const inspector = await federation();
      await inspector.goto(`${path}/inspect`);
      check(await inspector.locator('.thumbs img').count() > 5, 'the inspector sees the pictures');
      check(await inspector.evaluate(() => Promise.all([...document.images].map((i) => { i.loading = 'eager'; return i.decode().then(() => true, () => false); })).then((all) => all.every(Boolean))), 'they load');
      await clean(inspector, 'the inspection');
      for (const yes of await inspector.locator('.judged input[value=yes]').all()) await yes.check({ force: true });
      const bad = inspector.locator('.judged').nth(3);
      await bad.locator('input[value=no]').check({ force: true });
      await Promise.all([inspector.waitForNavigation(), inspector.click('button[value=fix]')]);
      check(await inspector.locator('.judged.wrong').count() === 1, 'a no without words is asked for words');
      await inspector.locator('.judged').nth(3).locator('input.input').fill('坡道被杂物挡住');
      await press(inspector, 'button[value=fix]');

      await keeper.goto(path);
      check((await keeper.locator('.fix').first().innerText()).includes('坡道被杂物挡住'), 'the keeper sees what to put right');
      await clean(keeper, 'the fix list');
      await keeper.locator('.fix input[name=words]').first().fill('已清空');
      await press(keeper, '.fix form button');
      await press(keeper, 'form[action$="/do/send_again"] button');
      await inspector.goto(`${path}/inspect`);
      check(await inspector.locator('.judged input:checked').count() === await inspector.locator('.judged').count() - 1, 'only what was refused is judged anew');
      await inspector.locator('.judged').nth(3).locator('input[value=yes]').check({ force: true });
      await press(inspector, 'button[value=rate]');
      await clean(inspector, 'the rating');
      const resident = await house.person({ size: phone });
      await resident.goto(`/stations/${station}`);
      check(await resident.locator('.starline .lit').count() === 5, 'the public page shows five stars');
      check(await resident.locator('.have.held').count() === 6, 'and six haves');
      await clean(resident, 'the public page');
    }],
    ['full coverage leads from the region to a gap and from there to a proposal that somebody else must approve', async () => {
      const anybody = await house.person({ size: phone });
      await anybody.goto('/coverage');
      await clean(anybody, 'coverage on a phone');
      const inspector = await federation();
      await inspector.goto('/coverage');
      await clean(inspector, 'coverage on a desk');
      await press(inspector, 'th a[href^="/coverage?region=640104"]');
      await press(inspector, 'a.chip[href*="only=missing"]');
      await clean(inspector, 'a county');
      const gap = await inspector.locator('#all tbody tr').count();
      check(gap > 0, 'communities without a station are listed');
      await press(inspector, '#all a[href^="/desk/stations/new"]');
      await clean(inspector, 'the proposal');
      await inspector.fill('input[name=name]', '河畔志愿服务站');
      await inspector.fill('textarea[name=why]', '老人多，最近的站点也要走半小时。');
      await press(inspector, 'form[action="/desk/stations/new"] button');
      check((await inspector.locator('main').innerText()).includes('已提出'), 'proposed');
      await Promise.all([inspector.waitForNavigation(), inspector.click('form[action$="/approve"] button')]);
      check((await inspector.locator('main').innerText()).includes('由别人批准'), 'not by the same hands');
      for (const path of ['/desk/stations', '/desk/inspections', '/desk/programme', '/desk/criteria']) {
        await inspector.goto(path);
        await clean(inspector, path);
      }
      await press(inspector, '.row-title a');
      await clean(inspector, 'a set of criteria');
    }],
    ['the keeper plans a shift, lends and takes back, reads the month, prints the plaque', async () => {
      for (const size of [phone, desk]) {
        const keeper = await house.person({ login: 'sunzhan', size });
        const station = await stationOf(keeper);
        await keeper.goto(`/stations/${station}/roster?week=${new Date(Date.now() + 14 * 864e5).toISOString().slice(0, 10)}`);
        await clean(keeper, 'the roster');
        const before = await keeper.locator('.duty').count();
        await keeper.fill('input[name=from]', size === phone ? '06:00' : '07:00');
        await keeper.fill('input[name=until]', size === phone ? '07:00' : '08:00');
        await press(keeper, 'form[action$="/roster"] button');
        check(await keeper.locator('.duty').count() === before + 1, 'one more shift stands in the week');
        await keeper.goto(`/stations/${station}/stock`);
        await clean(keeper, 'the shelf');
        const out = await keeper.locator('form[action$="/stock/back"]').count();
        await keeper.fill('input[name=name] >> nth=0', '马秀兰');
        await keeper.fill('input[name=phone]', '13912345678');
        await press(keeper, 'form[action$="/stock/lend"] button');
        check(await keeper.locator('form[action$="/stock/back"]').count() === out + 1, 'one more is out');
        check(!(await keeper.content()).includes('13912345678'), 'the number is masked');
        await press(keeper, 'form[action$="/stock/back"] button[value=back]');
        await keeper.goto(`/stations/${station}/months`);
        await clean(keeper, 'the months');
        await press(keeper, '.row-title a');
        await clean(keeper, 'a month');
        for (const page of ['file', 'about']) {
          await keeper.goto(`/stations/${station}/${page}`);
          await clean(keeper, page);
        }
        const plaque = await keeper.request.get(`/stations/${station}/plaque.pdf`);
        check(plaque.ok() && (await plaque.body()).subarray(0, 5).toString() === '%PDF-', 'a plaque to print');
      }
      const volunteer = await house.person({ login: 'lijie', lang: 'en' });
      await volunteer.goto('/me/duty');
      check(await volunteer.locator('form[action$="/offer"]').count() > 0, 'the volunteer sees the own duty');
      await clean(volunteer, 'own duty');
    }],
    ['a large activity is filed late with a reason, the keeper sees it, another is reported back', async () => {
      const leader = await house.person({ login: 'zhaodui', size: phone });
      await leader.goto('/desk/activities/new');
      check((await leader.locator('.note').last().innerText()).includes('备案'), 'the policy is told where an activity is written');
      await clean(leader, 'the form of an activity');
      for (const [name, value] of [['title', '楼道清理'], ['summary', '雪后清理楼道和院子'], ['region', '640104001002'], ['place', '社区院子'], ['role', '清理'], ['places', '24'], ['risks', '路滑'], ['person_in_charge', '赵队长'],
        ['day', new Date(Date.now() + 32 * 3600e3).toISOString().slice(0, 10)]]) await leader.fill(`[name=${name}]`, value);
      for (const box of await leader.locator('input[name=not_excluded]').all()) await box.check({ force: true });
      check(await leader.locator('[name=late_reason]').count() === 0, 'nobody is asked for a reason before it is late');
      await Promise.all([leader.waitForNavigation(), leader.locator('form[action="/desk/activities/new"] button.primary').click()]);
      check((await leader.locator('main').innerText()).includes('迟备案'), 'it is late, and the way on is told');
      await clean(leader, 'the refused form');
      await leader.fill('[name=late_reason]', '突降大雪');
      await press(leader, 'form[action="/desk/activities/new"] button.primary');
      check((await leader.locator('main').innerText()).includes('突降大雪'), 'its own page says it was filed late');
      const keeper = await house.person({ login: 'sunzhan', size: phone });
      await keeper.goto('/stations/board');
      check((await keeper.locator('main').innerText()).includes('突降大雪'), 'the keeper sees it on the board');
      await keeper.goto('/desk/filings?tab=late');
      check((await keeper.locator('main').innerText()).includes('突降大雪'), 'and among the late ones');
      await leader.goto('/desk/activities');
      await press(leader, 'a[href$="/filing"]');
      await clean(leader, 'the report');
      await leader.fill('input[name=came]', '17');
      await leader.fill('input[name=served]', '60');
      await leader.fill('textarea[name=words]', '三个楼道清理完了，没有意外。');
      await press(leader, 'form[action$="/filing"] button.primary');
      check((await leader.locator('main').innerText()).includes('三个楼道清理完了'), 'the report stands');
      await clean(leader, 'the report that was sent');
      const inspector = await federation();
      await inspector.goto('/desk/filings?tab=reported');
      check((await inspector.locator('main').innerText()).includes('三个楼道清理完了'), 'the region reads it');
      check(await inspector.locator('table.ledger tbody tr').count() > 1, 'month by month');
      for (const tab of ['missing', 'awaited', 'late', 'ahead', 'reported']) {
        await inspector.goto(`/desk/filings?tab=${tab}`);
        await clean(inspector, tab);
      }
      const sheet = await inspector.request.get('/desk/filings.xlsx');
      check(sheet.ok() && (await sheet.body()).subarray(0, 2).toString() === 'PK', 'and as a sheet');
      for (const [who, options] of [['sunzhan', { size: phone, lang: 'en' }], ['sunzhan', { size: phone, elder: true }]]) {
        const page = await house.person({ login: who, ...options });
        await page.goto('/desk/filings');
        await clean(page, 'filings ' + JSON.stringify(options));
      }
    }],
  ];
}
