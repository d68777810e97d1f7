// The time bank, honours, benefits and training in real browsers: an elder is served with minutes that kin gave her, an elder
// without a phone at the station's desk, a neighbour in the hall, a code that works once, a course from sign-up to check-in.
import { check, desk, phone, press } from './house.mjs';

const kHome = '640104001002';
const minutesOf = async (page) => {
  const parts = (await page.locator('.bankpage-total').innerText()).match(/\d+/g).map(Number);
  return parts[0] * 60 + (parts[1] || 0);
};
const chinaTime = (ms) => new Date(ms + 8 * 3600e3).toISOString();

async function ask(page, base, { service = 'companion', words = '想有人陪着说说话。', name = '王奶奶', tel = '' } = {}) {
  await page.goto(`${base}?service=${service}&region=${kHome}`);
  await page.check('input[name=day] >> nth=1', { force: true });
  await page.check('input[name=from][value="10:00"]', { force: true });
  await page.check('input[name=minutes][value="60"]', { force: true });
  await page.fill('[name=words]', words);
  await page.check('input[name=risk][value=none]', { force: true });
  await page.fill('input[name=name]', name);
  if (tel) await page.fill('input[name=phone]', tel);
  await page.check('input[name=truth]', { force: true });
}

export function timeBankJourneys(house, officers) {
  return [
    ['time bank: kin give an hour, the elder sees it at a glance and asks for company with it', async () => {
      let giver;
      for (const login of ['lijie', 'chenmin', 'zhangqiang', 'zhaodui']) {
        const page = await house.person({ login });
        await page.goto('/me/timebank');
        if (await page.locator('form[action="/me/timebank/gift"]').count()) { giver = page; break; }
      }
      check(giver, 'somebody has savings from service and attested kin');
      check(await giver.locator('.bankledger tbody tr', { hasText: '服务 ·' }).count(), 'the savings come from confirmed service');
      const before = await minutesOf(giver);
      const elder = await house.person({ login: 'wangnainai', elder: true });
      await elder.goto('/me/timebank');
      const had = await minutesOf(elder);
      await giver.selectOption('form[action="/me/timebank/gift"] [name=minutes]', '60');
      await press(giver, 'form[action="/me/timebank/gift"] button.primary');
      check(await minutesOf(giver) === before - 60, 'an hour less');
      await elder.reload();
      check(await minutesOf(elder) === had + 60, 'an hour more');
      check((await elder.locator('.bankledger tbody tr').first().innerText()).includes('赠予'), 'and the book says from whom');
      const paper = await elder.request.get('/me/timebank/paper.pdf');
      check((await paper.body()).subarray(0, 5).toString() === '%PDF-', 'the passbook on paper');
      await ask(elder, '/ask', { tel: '13912340077' });
      await elder.check('input[name=passbook]', { force: true });
      await press(elder, 'form[action="/ask"] button.primary');
      const follow = new URL(elder.url()).pathname;
      await elder.goto('/me/timebank');
      check(await minutesOf(elder) === had, 'the hour is set aside');
      await elder.goto(follow);
      await press(elder, 'form[action$="/withdraw"] button');
      await elder.goto('/me/timebank');
      check(await minutesOf(elder) === had + 60, 'what is not used comes back');
    }],
    ['time bank: an elder without a phone opens a passbook at the station, kin give to her, the keeper asks for her with it', async () => {
      const keeper = await house.person({ login: 'sunzhan', size: desk });
      await keeper.goto('/desk/timebank/new');
      await keeper.fill('[name=name]', '李桂花');
      await keeper.fill('[name=birth]', '1940-02-03');
      await keeper.check('input[name=care][value=lone]', { force: true });
      await keeper.check('input[name=consent][value=spoken]', { force: true });
      await keeper.fill('[name=consent_by]', '本人');
      await press(keeper, 'form[action="/desk/timebank/new"] button.primary');
      const path = new URL(keeper.url()).pathname;
      const number = (await keeper.locator('.bankcover dd.figures').innerText()).replace(/\D/g, '');
      check(number.length === 8, 'a number on the cover');
      await ask(keeper, '/desk/intake', { name: '李桂花' });
      await keeper.fill('input[name=passbook]', number);
      await Promise.all([keeper.waitForNavigation(), keeper.locator('form[action="/desk/intake"] button.primary').click()]);
      check((await keeper.locator('.summary').innerText()).includes('时间不够'), 'nothing on it yet, and the form says so');
      const giver = await house.person({ login: 'zhangqiang' });
      await giver.goto('/me/timebank');
      await giver.locator('summary', { hasText: '添加家人' }).click();
      await giver.fill('form[action="/me/timebank/kin"] [name=number]', number);
      await giver.selectOption('form[action="/me/timebank/kin"] [name=relation]', 'grandparent');
      await press(giver, 'form[action="/me/timebank/kin"] button');
      await keeper.goto(path);
      await press(keeper, 'form[action$="/agree_for"] button');
      const attester = officers.dispatcher ?? (officers.dispatcher = await house.officer('paidan'));
      await attester.goto('/desk/timebank');
      await press(attester, 'form[action$="/attest"] button');
      await giver.goto('/me/timebank');
      await giver.locator('form[action="/me/timebank/gift"] [name=to]').selectOption({ label: await giver.locator('form[action="/me/timebank/gift"] option', { hasText: number.slice(4) }).first().innerText() });
      await giver.selectOption('form[action="/me/timebank/gift"] [name=minutes]', '60');
      await press(giver, 'form[action="/me/timebank/gift"] button.primary');
      await giver.locator('summary', { hasText: '捐给' }).click();
      await press(giver, 'form[action="/me/timebank/donate"] button[value="30"]');
      await officers.guanli.goto('/desk/timebank/report?county=640104');
      check(await officers.guanli.locator('.runchart polyline').count() === 4, 'four scenarios of a run');
      check(await officers.guanli.locator('table.ledger tbody tr').count(), 'towns with what is promised');
      await press(officers.guanli, 'form[action="/desk/timebank/share"] button');
      await keeper.goto(path);
      const minutes = await minutesOf(keeper);
      check(minutes >= 60, 'her grandson gave her an hour');
      await ask(keeper, '/desk/intake', { name: '李桂花', words: '想有人陪着去公园走走。' });
      await keeper.fill('input[name=passbook]', number);
      await press(keeper, 'form[action="/desk/intake"] button.primary');
      await keeper.goto(path);
      check(await minutesOf(keeper) === minutes - 60, 'an hour is set aside');
      await officers.guanli.goto('/desk/timebank/settlement?county=640104');
      check((await officers.guanli.locator('h1').innerText()).includes('结算'), 'the settlement between towns');
    }],
    ['honours: nominated by a neighbour, reviewed, contested, decided by a third officer, in the hall', async () => {
      const volunteer = await house.person({ login: 'zhangqiang' });
      await volunteer.goto('/me');
      const number = (await volunteer.locator('.person-note').first().innerText()).trim();
      const neighbour = await house.person({ login: 'wangnainai' });
      await neighbour.goto('/honours/nominate');
      await neighbour.check('input[name=title][value=neighbour]', { force: true });
      await neighbour.fill('[name=number]', number);
      await neighbour.fill('[name=words]', '下雪天帮我扫了一个月门前的雪，从没断过。');
      await press(neighbour, 'form[action="/honours/nominate"] button.primary');
      const reviewer = officers.dispatcher ?? (officers.dispatcher = await house.officer('paidan'));
      await reviewer.goto('/desk/honours');
      await Promise.all([reviewer.waitForNavigation(), reviewer.locator('.row', { hasText: '扫了一个月' }).locator('a').first().click()]);
      const path = new URL(reviewer.url()).pathname;
      await press(reviewer, 'button[formaction$="/pass"]');
      const stranger = await house.person({ size: phone });
      await stranger.goto('/honours/notice');
      const line = stranger.locator('.card', { hasText: '扫了一个月' });
      check(await line.count() && !(await line.innerText()).includes('张强'), 'on the public notice, the name masked');
      const objector = await house.person({ login: 'chenmin' });
      await objector.goto('/honours/notice');
      const mine = objector.locator('.card', { hasText: '扫了一个月' });
      await mine.locator('summary').click();
      await mine.locator('textarea').fill('我想先确认一下这件事是谁做的。');
      await Promise.all([objector.waitForNavigation(), mine.locator('button.btn').click()]);
      await reviewer.goto(path);
      check((await reviewer.content()).includes('有异议'), 'it is contested');
      await officers.guanli.goto(path);
      await officers.guanli.fill('[name=reason]', '走访了三户邻居，属实');
      await press(officers.guanli, 'button[formaction$="/dismiss"]');
      await officers.lianhe.goto(path);
      await press(officers.lianhe, 'button[formaction$="/grant"]');
      await volunteer.goto('/me/honours');
      await press(volunteer, 'form[action$="/show"] button[value=yes]');
      await stranger.goto('/honours');
      check((await stranger.content()).includes('张强'), 'in the hall, with the name since he agreed');
    }],
    ['benefits: a code from points, used once at the partner\'s phone', async () => {
      const volunteer = await house.person({ login: 'lijie' });
      await volunteer.goto('/me/benefits');
      const points = Number(await volunteer.locator('.lead strong').innerText());
      check(points >= 2, `points for recognised hours: ${points}`);
      await Promise.all([volunteer.waitForNavigation(), volunteer.locator('.benefit', { hasText: '热茶' }).locator('button').click()]);
      check(Number(await volunteer.locator('.lead strong').innerText()) === points - 2, 'two points less');
      const code = (await volunteer.locator('.voucher-digits').first().innerText()).trim();
      await officers.lianhe.goto('/desk/benefits');
      const card = officers.lianhe.locator('.card', { hasText: '热茶' });
      await card.locator('summary').click();
      const link = new URL((await card.locator('.keylink').innerText()).trim()).pathname;
      const till = await house.person({ size: phone });
      await till.goto(link);
      await till.fill('[name=code]', code);
      await press(till, 'form[action$="/redeem"] button');
      check((await till.content()).includes('核销成功'), 'the partner gives the tea');
      await till.fill('[name=code]', code);
      await Promise.all([till.waitForNavigation(), till.locator('form[action$="/redeem"] button').click()]);
      check((await till.locator('.summary').innerText()).includes('用过'), 'the same code again is refused');
    }],
    ['training: a course with its lesson, sign-up, the code of the room, the gap that it leaves', async () => {
      const leader = await house.person({ login: 'zhaodui', size: desk });
      await leader.goto('/desk/training');
      check(await leader.locator('.gaps li').count(), 'the leader sees gaps');
      await leader.fill('form[action="/desk/training"] [name=title]', '冬季上门安全');
      await press(leader, 'form[action="/desk/training"] button.primary');
      const card = leader.locator('article.card', { hasText: '冬季上门安全' });
      await card.locator('summary').click();
      const day = chinaTime(Date.now()).slice(0, 10), late = chinaTime(Date.now()).slice(11, 13) === '23';
      await card.locator('[name=day]').fill(day);
      await card.locator('[name=from]').fill(chinaTime(Date.now() - 60e3).slice(11, 16));
      await card.locator('[name=to]').fill(late ? '23:59' : chinaTime(Date.now() + 3600e3).slice(11, 16));
      await card.locator('[name=place]').fill('社区活动室');
      await Promise.all([leader.waitForNavigation(), card.locator('form[action$="/lessons"] button').click()]);
      const code = (await leader.locator('.roomcode-digits').innerText()).replace(/\D/g, '');
      const lesson = leader.url();
      const volunteer = await house.person({ login: 'chenmin' });
      await volunteer.goto('/training');
      await volunteer.locator('.row-title a', { hasText: '冬季上门安全' }).first().click();
      await volunteer.waitForURL(/training\/[0-9a-z]+$/);
      await press(volunteer, 'form[action$="/join"] button');
      await volunteer.fill('[name=code]', code === '111111' ? '222222' : '111111');
      await Promise.all([volunteer.waitForNavigation(), volunteer.locator('form[action$="/check"] button').click()]);
      check((await volunteer.content()).includes('还可试 4 次'), 'a wrong code is counted');
      await volunteer.fill('[name=code]', code);
      await Promise.all([volunteer.waitForNavigation(), volunteer.locator('form[action$="/check"] button').click()]);
      check((await volunteer.content()).includes('已签到'), 'the code of the room is accepted');
      await leader.goto(lesson);
      check((await leader.locator('.bankkin li').first().innerText()).includes('已签到'), 'the leader sees who came');
      await volunteer.goto('/oath');
      if (await volunteer.locator('form[action="/oath"]').count()) await press(volunteer, 'form[action="/oath"] button.primary');
      check(await volunteer.locator('.oath-signed').count(), 'the oath is signed with its date');
    }],
  ];
}
