// A drill from the plan to the certificate with two telephones, and a unit whose member joins a campaign.
import { check, desk, phone, press } from './house.mjs';
import { look } from './pages.mjs';

const go = async (page, selector) => { await Promise.all([page.waitForNavigation(), page.locator(selector).first().click()]); };
// Officers sign in with a second factor once for the whole run; alone these journeys make their own.
const officer = async (house, officers, login) => officers[login] ?? (officers[login] = await house.officer(login));
const until = async (page, what, test) => {
  for (let i = 0; i < 90; i += 1) {
    if (await test()) return;
    await page.waitForTimeout(1000);
    await page.reload();
  }
  throw new Error(what);
};

export function mobilisationJourneys(house, officers, axe, picture) {
  return [
    ['a drill runs from the plan to the certificate of destruction', async () => {
      const official = await officer(house, officers, 'guanli');
      await official.goto('/desk/emergency');
      await go(official, 'a[href*="/desk/emergency/plans/"]');
      check(await official.isChecked('input[name=drill]'), 'a drill is the default');
      await press(official, 'form[action$="/start"] button').catch((error) => check(String(error).includes('保险'), 'without insurance nobody is called: ' + error));
      await official.selectOption('select[name=policy]', { index: 1 });
      await press(official, 'form[action$="/start"] button');
      const board = official.url();
      check((await official.content()).includes('这是演练'), 'the board says that it is a drill');
      await press(official, 'button[name=everybody]');

      const lijie = await house.person({ login: 'lijie' }), chenmin = await house.person({ login: 'chenmin', elder: true });
      await lijie.goto('/me/calls');
      await until(lijie, 'the call does not arrive', async () => (await lijie.locator('a[href^="/calls/"]').count()) > 0);
      await lijie.goto('/messages');
      check((await lijie.content()).includes('【演练】'), 'the message says that it is a drill');
      await lijie.goto('/me/calls');
      await go(lijie, 'a[href^="/calls/"]');
      await look(lijie, axe, new URL(lijie.url()).pathname);
      await chenmin.goto('/me/calls');
      await go(chenmin, 'a[href^="/calls/"]');
      await look(chenmin, axe, new URL(chenmin.url()).pathname);
      if (picture) await picture(lijie, 'call');
      await press(lijie, 'form[action$="/come"] button');
      await press(chenmin, 'form[action$="/cannot"] button');
      check((await chenmin.content()).includes('不影响任何评价'), 'a NO costs nothing');
      await press(chenmin, 'form[action$="/come"] button');

      // The desk at the point shows the code; one types it, the other is ticked.
      const points = [0, 1];
      let code = '';
      for (const point of points) {
        await official.goto(`${board}/muster?point=${point}`);
        code = (await official.evaluate((path) => fetch(path).then((r) => r.json()), new URL(board).pathname + '/code')).code;
        if (await official.locator('.tick input').count()) break;
      }
      await lijie.fill('input[name=code]', code);
      await press(lijie, 'form[action$="/here"] button');
      check((await lijie.content()).includes('您在现场'), 'the phone knows that its owner is here');
      await official.reload();
      for (const point of points) {
        await official.goto(`${board}/muster?point=${point}`);
        const came = official.locator('form:has(button[value=came]) .tick input');
        if (!(await came.count())) continue;
        for (const box of await came.all()) await box.check({ force: true });
        await press(official, 'button[value=came]');
      }
      await look(official, axe, new URL(official.url()).pathname + new URL(official.url()).search);
      await press(official, 'form[action$="/pair"] button');
      await lijie.reload();
      await lijie.fill('input[name=words]', '南门要铁锹');
      await press(lijie, 'form[action$="/well"] button');

      await official.goto(board);
      if (picture) await picture(official, 'emergency');
      await look(official, axe, new URL(board).pathname);
      await official.fill('form[action$="/stand_down"] input[name=reason]', '演练结束');
      await press(official, 'form[action$="/stand_down"] button');
      check(!(await official.locator('form[action$="/close"]').count()), 'it cannot close while somebody is in the field');
      for (const point of points) {
        await official.goto(`${board}/muster?point=${point}`);
        const here = official.locator('form:has(button[value=left]) .tick input');
        if (!(await here.count())) continue;
        for (const box of await here.all()) await box.check({ force: true });
        await press(official, 'button[value=left]');
      }
      await official.goto(board);
      await press(official, 'form[action$="/close"] button');
      await until(official, 'the data are not destroyed', async () => {
        if (await official.locator('a[href^="/destruction/"]').count()) return true;
        if (await official.locator('form[action$="/destroy"]').count()) await press(official, 'form[action$="/destroy"] button').catch(() => {});
        return false;
      });
      await go(official, 'a[href^="/destruction/"]');
      check((await official.content()).includes('第八十三条'), 'the certificate names the rule');
      await look(official, axe, new URL(official.url()).pathname);
      await lijie.goto('/me/calls');
      check(!(await lijie.locator('a[href^="/calls/"]').count()), 'the call is gone from the phone');
    }],
    ['a unit commits to a campaign and its member joins', async () => {
      const keeper = await house.person({ login: 'zhaodui', size: desk }), federation = await officer(house, officers, 'lianhe');
      await federation.goto('/desk/units');
      await look(federation, axe, '/desk/units');
      await federation.locator('a[href^="/units/"]', { hasText: '示范混合制造' }).first().click();
      await federation.waitForLoadState();
      const unit = new URL(federation.url()).pathname;
      await look(keeper, axe, unit);
      const link = await keeper.locator('a[href^="/join/"]').first().getAttribute('href');
      const member = await house.person({ login: 'zhangqiang', size: phone });
      await look(member, axe, link);
      await press(member, `form[action="${link}"] button`);
      check((await member.content()).includes('您已加入'), 'the member joined');
      check(await member.locator('a[href^="/activities/"]').count(), 'what is needed nearby is shown');
      const anybody = await house.person({ lang: 'en' });
      await anybody.goto('/campaigns');
      await go(anybody, 'a[href^="/campaigns/"]');
      await look(anybody, axe, new URL(anybody.url()).pathname);
      await member.goto('/me/party');
      await press(member, 'form[action="/me/party"] button').catch((error) => check(String(error).includes('单独同意'), 'no flag without its own consent: ' + error));
      await member.check('input[name=consent]', { force: true });
      await press(member, 'form[action="/me/party"] button');
      await press(member, 'form[action="/me/party/withdraw"] button');
      check(await member.locator('input[name=consent]').count(), 'the report was taken back');
    }],
  ];
}
