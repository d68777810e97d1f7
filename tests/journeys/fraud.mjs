// Hours under doubt, in real browsers: the leader's review with the clean rest confirmed at once; a correction by two people;
// freeze, hearing, decision, appeal, and the hours come back; the policy page and the clocks.
import { check, desk, phone, press } from './house.mjs';

const kPdf = Buffer.from('%PDF-1.4\n% a scan of a signed list\n');

async function hours(page) {
  await page.goto('/me/record');
  return Number(await page.locator('.passbook-total').innerText());
}

// Enters hours by hand for somebody of the leader's team who was never seen: what the list is made for.
async function byHand(leader, number, title, from, to) {
  await leader.goto('/desk/records/new');
  const day = new Date(Date.now() - 3 * 86400000).toISOString().slice(0, 10);
  for (const [name, value] of Object.entries({ title, content: '在院里陪老人说话', place: '福利院', in_charge: '赵队', day, from, to, people: number, words: '当天没有网络，有签到表为证' }))
    await leader.fill(`[name=${name}]`, value);
  await leader.check('[name=truth]');
  await leader.setInputFiles('input[type=file]', { name: 'list.pdf', mimeType: 'application/pdf', buffer: kPdf });
  await press(leader, 'form.form button.primary');
  const line = leader.locator('.row-title a', { hasText: title }).first();
  check(await line.count(), 'it waits on the desk');
  return line.getAttribute('href');
}

export function fraudJourneys(house, officers, picture) {
  return [
    ['a doubt about hours: taken up from the list, frozen, the person is heard, another decides void, an appeal, a third clears it', async () => {
      const leader = await house.person({ login: 'zhaodui', size: desk });
      await leader.goto('/desk/records/new');
      const organisation = /<option value="([0-9a-z]+)"/.exec(await leader.content())[1];
      await leader.goto('/organisations/' + organisation);
      const number = /V\d{16}[0-9A-Z]/.exec(await leader.content())[0];
      const path = await byHand(leader, number, '陪伴老人', '13:00', '16:00');
      // The federation's officer agrees to hours; whoever has done so for these people judges no doubt about them.
      const first = officers.guanli, agreeing = officers.lianhe, second = await house.officer('fucha'), third = await house.officer('zhongcai');
      const line = first.locator('.risk', { hasText: '陪伴老人' }).first();
      await first.goto('/desk/risks');
      for (let i = 0; i < 40 && !await line.count(); ++i) await first.waitForTimeout(1000).then(() => first.reload());   // the list is made in the background
      check(await line.count(), 'it is on the risk list');
      check(await line.locator('.evidence li').count() >= 2, 'with its evidence in words');
      await line.locator('details.more:has(form) summary').click();
      await line.locator('textarea').fill('从没见过这个人，那天也没有别人签到');
      await Promise.all([first.waitForNavigation(), line.locator('form button').click()]);
      const doubt = new URL(first.url()).pathname;
      check(/^\/desk\/risks\/[0-9a-z]{13}$/.test(doubt), 'a case of its own: ' + doubt);
      check(await first.locator('.drawing svg[aria-label]').count() === 1, 'with a drawing that has its sentence');
      if (picture) await picture(first, 'risk-case');
      await first.fill('[name=reason]', '核实之前暂停公示');
      await press(first, 'button[formaction$="/freeze"]');
      await agreeing.goto(path);
      check((await agreeing.content()).includes('正在核查'), 'the case says that it is being examined');
      await Promise.all([agreeing.waitForNavigation(), agreeing.click('button[formaction$="/approve"]')]);
      check((await agreeing.locator('.summary').innerText()).includes('正在核查'), 'and nobody agrees to it meanwhile');

      await leader.goto('/messages');
      check((await leader.locator('main').innerText()).includes('正在核查'), 'whoever entered it is told');
      await leader.goto('/me/hearings/' + doubt.split('/').pop());
      await leader.fill('[name=words]', '有福利院盖章的签到表，可以打电话核实');
      await press(leader, 'form[action$="/speak"] button');
      await first.goto(doubt);
      check((await first.content()).includes('盖章的签到表'), 'the statement is read');
      await first.fill('[name=reason]', '');
      await press(first, 'button[formaction$="/close"]');
      check(await first.locator('.pill').first().innerText() === '待决定', 'to be decided');
      await first.fill('[name=reason]', '我来决定');
      await Promise.all([first.waitForNavigation(), first.click('button[formaction$="/void"]')]);
      check((await first.locator('.summary').innerText()).includes('不同的人'), 'whoever froze does not decide');
      await second.goto(doubt);
      await second.fill('[name=reason]', '福利院说没有来过');
      await press(second, 'button[formaction$="/void"]');
      await leader.goto('/me/hearings/' + doubt.split('/').pop());
      check((await leader.content()).includes('福利院说没有来过'), 'the reason is told');
      await leader.fill('[name=words]', '接电话的人当天不在班，请问值班护士');
      await press(leader, 'form[action$="/speak"] button');
      await second.goto(doubt);
      await second.fill('[name=reason]', '维持');
      await Promise.all([second.waitForNavigation(), second.click('button[formaction$="/uphold"]')]);
      check((await second.locator('.summary').innerText()).includes('不同的人'), 'whoever decided does not judge the appeal');
      await third.goto(doubt);
      await third.fill('[name=reason]', '护士确认来过');
      await press(third, 'button[formaction$="/reverse"]');
      check((await third.locator('.pill').first().innerText()) === '已解除', 'cleared');
      await leader.goto('/messages');
      check((await leader.locator('main').innerText()).includes('已查清'), 'and told so');
      await agreeing.goto(path);
      await press(agreeing, 'button[formaction$="/approve"]');
      const stranger = await house.person({ size: phone });
      await stranger.goto('/notices/records');
      check((await stranger.content()).includes('陪伴老人'), 'it goes on the notice as any other');
    }],
    ['a correction by two people: asked on a phone, checked, agreed; the old entry stays to be read', async () => {
      const volunteer = await house.person({ login: 'lijie' });
      const before = await hours(volunteer);
      check(before > 0, 'there are hours');
      await volunteer.locator('.entries a').first().click();
      await volunteer.waitForURL(/me\/record\/./);
      const entry = new URL(volunteer.url()).pathname;
      check(await volunteer.locator('.timeline li').count() >= 3, 'its history: in, out, confirmed, written');
      await volunteer.locator('details.more summary').click();
      await volunteer.check('[name=all_wrong]', { force: true });
      await volunteer.fill('[name=words]', '那天我生病没有去，是别人替我');
      await press(volunteer, 'form[action$="/correct"] button');
      await officers.guanli.goto('/desk/records');
      const line = officers.guanli.locator('.row', { hasText: '更正申请' }).first();
      const path = await line.locator('.row-title a').getAttribute('href');
      await officers.guanli.goto(path);
      await officers.guanli.fill('[name=reason]', '电话问过居民');
      await press(officers.guanli, 'button[formaction$="/check"]');
      check(await hours(volunteer) === before, 'one person is not two: nothing has changed yet');
      await volunteer.goto(entry);
      await officers.lianhe.goto(path);
      await press(officers.lianhe, 'button[formaction$="/approve"]');
      check(await hours(volunteer) < before, 'the hours are taken back');
      await volunteer.goto(entry);
      check((await volunteer.content()).includes('已被更正'), 'the old entry is still read');
      const sheet = await volunteer.request.get(`/me/statement?year=${new Date().getFullYear()}&as=csv`);
      check((await sheet.text()).includes('冲正'), 'the statement shows what was taken back');
      const paper = await volunteer.request.get(`/me/statement?year=${new Date().getFullYear()}`);
      check((await paper.body()).subarray(0, 5).toString() === '%PDF-', 'and as PDF');
    }],
    ['the leader\'s review: exceptions stand alone with their reason, who forgot is signed out with a note, the clean rest is confirmed at once', async () => {
      const leader = await house.person({ login: 'zhaodui' });
      await leader.goto('/desk/records/review');
      const odd = leader.locator('.odd-one');
      check(await odd.count() >= 6, 'what is odd stands alone');
      const words = await leader.locator('main').innerText();
      for (const why of ['没有签退', '由名单记到', '在场时间明显偏短']) check(words.includes(why), why);
      if (picture) await picture(leader, 'review', true);
      const before = await odd.count();
      const forgot = leader.locator('.odd-one', { hasText: '没有签退' }).first();
      await forgot.locator('[name=at]').fill('10:30');
      await forgot.locator('[name=note]').fill('她打电话说十点半走的');
      await Promise.all([leader.waitForNavigation(), forgot.locator('button').click()]);
      check((await leader.locator('main').innerText()).includes('签退由负责人代填'), 'the entry says so');
      check(await leader.locator('.odd-one').count() === before, 'and still wants an eye');
      await press(leader, 'section form button.primary');
      check(await leader.locator('form button.primary').count() === 0, 'the clean rest is done');
      check(await leader.locator('.odd-one').count() === before, 'what is odd is not confirmed with it');
      await officers.guanli.goto('/desk/records/clocks');
      check(await officers.guanli.locator('table .pill.stop').count() >= 1, 'what is past ten working days is counted as overdue');
    }],
    ['the policy of hours: two profiles beside what is in force, one number changed with a reason; the clocks', async () => {
      await officers.guanli.goto('/desk/records/policy');
      check(await officers.guanli.locator('table.policy tbody tr').count() === 9, 'nine numbers');
      check((await officers.guanli.locator('.lead').innerText()).includes('严格'), 'the strict profile is in force');
      await officers.guanli.selectOption('#setting', 'record.most_people');
      await officers.guanli.fill('#amount', '40');
      await officers.guanli.fill('#reason-one', '第一年从紧');
      await press(officers.guanli, 'form:has(#setting) button');
      check((await officers.guanli.locator('.lead').innerText()).includes('自定'), 'now own numbers');
      await officers.guanli.goto('/desk/records/clocks');
      check((await officers.guanli.locator('main').innerText()).includes('10 个工作日'), 'the deadline is named');
    }],
  ];
}
