// What protects people: insurance and accidents, complaints, and money with a trace, in real browsers.
import { check, desk, press } from './house.mjs';

const kPdf = Buffer.from('%PDF-1.4\n% a scan\n');
const local = (ms) => new Date(Date.now() + 8 * 3600000 + ms).toISOString();

export function rightsJourneys(house, officers, picture) {
  return [
    ['an accident: the card in one tap, the insurer told, papers, the claim is paid', async () => {
      const leader = await house.person({ login: 'zhaodui', size: desk });
      await leader.goto('/accidents/new');
      check((await leader.locator('main').innerText()).includes('120'), 'help first');
      // Somebody who was at one of the team's activities, by number.
      const activity = await leader.evaluate(() => document.querySelector('[name=activity]')?.value ?? '');
      check(activity.length === 13, 'an activity of the team in the last days');
      await leader.goto('/desk/insurance/roster/' + activity);
      const number = /V\d{16}[0-9A-Z]/.exec(await leader.content())[0];
      await leader.goto('/accidents/new?activity=' + activity);
      await leader.fill('[name=words]', '下台阶时扭伤了脚踝，已经送医院');
      await leader.fill('[name=volunteer_no]', number);
      await leader.check('[name=helped]', { force: true });
      await press(leader, 'form[action="/accidents/new"] button');
      check((await leader.locator('main').innerText()).includes('病历'), 'what to keep');
      await leader.goto('/desk/accidents');
      await press(leader, '.row-title a');
      check(!(await leader.content()).includes('脚踝'), 'health is not shown without a reason');
      await leader.locator('details.more', { hasText: '查看经过' }).locator('summary').click();
      await leader.fill('#open-reason', '向保险公司报案');
      await press(leader, 'form[action$="/open"] button');
      check((await leader.content()).includes('脚踝'), 'and is shown with one');
      await leader.fill('[name=insurer_no]', 'AN-20261126-1');
      await leader.fill('[name=reason]', '已电话报案');
      await press(leader, 'button[formaction$="/tell"]');
      await leader.locator('details.more', { hasText: '加一份材料' }).locator('summary').click();
      await leader.setInputFiles('input[type=file]', { name: '发票.pdf', mimeType: 'application/pdf', buffer: kPdf });
      await press(leader, 'form[action$="/papers"] button');
      await leader.fill('[name=amount]', '1280.50');
      await leader.fill('[name=reason]', '材料已寄出');
      await press(leader, 'button[formaction$="/claim"]');
      await leader.fill('[name=amount]', '1280.50');
      await leader.fill('[name=reason]', '全额赔付');
      await press(leader, 'button[formaction$="/pay"]');
      check((await leader.locator('.pill').first().innerText()) === '已赔付', 'paid');
    }],
    ['insurance: danger without a policy is not published, the policy is entered, whoever signs up sees it', async () => {
      const leader = await house.person({ login: 'zhaodui', size: desk });
      await leader.goto('/desk/activities/new');
      const start = local(2 * 86400000);
      for (const [name, value] of Object.entries({ title: '老楼屋顶清雪', summary: '系安全绳上屋顶清雪', region: '640104001002', place: '老楼院里', day: start.slice(0, 10), from: '09:00', to: '10:30', role: '清雪', places: '6', least_age: '18', risks: '滑倒、坠落', insurance: '购买中', person_in_charge: '赵队' })) await leader.fill(`[name=${name}]`, value);
      await leader.check('[name=danger]', { force: true });
      for (const box of ['1', '2', '3', '4', '5', '6']) await leader.check(`[name=not_excluded][value="${box}"]`, { force: true });
      await press(leader, 'form[action="/desk/activities/new"] .actions button');
      const activity = new URL(leader.url()).pathname;
      await leader.goto('/desk/insurance');
      check(await leader.locator('.row', { hasText: '演示保险公司' }).count() === 0, 'the region\'s own policy is the region\'s');
      check((await leader.locator('.cover-card').count()) === 0, 'nothing yet');
      // The region's policy covers it already; end it, and danger stands bare.
      const official = officers.lianhe;
      await official.goto('/desk/insurance');
      await press(official, '.row-title a');
      await official.click('details.more summary');
      await official.fill('[name=reason]', '合同到期前改由各组织购买');
      await press(official, 'form[action$="/end"] button');
      await official.goto(activity);
      await Promise.all([official.waitForNavigation(), official.click('form[action$="/publish"] button')]);
      check((await official.locator('.summary').innerText()).includes('没有有效的保单'), 'no policy, no publication');
      await leader.goto('/desk/insurance');
      check((await leader.locator('main').innerText()).includes('有危险，但还没有保险'), 'the leader sees what is bare');
      await leader.goto('/desk/insurance/new');
      for (const [name, value] of Object.entries({ insurer: '宁夏某保险公司', number: 'PA-2026-0815', phone: '95500', cover: '意外身故、伤残各 50 万，医疗 5 万' })) await leader.fill(`[name=${name}]`, value);
      await leader.setInputFiles('input[type=file]', { name: '保单.pdf', mimeType: 'application/pdf', buffer: kPdf });
      await press(leader, 'form.form button.primary');
      check((await leader.locator('main').innerText()).includes('老楼屋顶清雪'), 'it covers the activity at once');
      await official.goto(activity);
      await press(official, 'form[action$="/publish"] button');
      const volunteer = await house.person({ login: 'lijie' });
      await volunteer.goto(activity);
      await press(volunteer, 'form[action$="/sign-up"] button');
      check((await volunteer.locator('.cover-card').innerText()).includes('您已受保'), 'signing up is being covered');
      await volunteer.goto('/me/insurance');
      check((await volunteer.locator('main').innerText()).includes('PA-2026-0815'), 'insurer, number, whom to call');
      if (picture) await picture(volunteer, 'insurance');
      await leader.goto('/desk/insurance');
      await press(leader, '.row-title a');
      await press(leader, '.row-title a');
      const sheet = await leader.request.get(new URL(leader.url()).pathname + '?as=csv');
      check((await sheet.text()).includes('PA-2026-0815'), 'the list for the insurer');
    }],
    ['a complaint: no account, whoever is complained of keeps away, an answer, an appeal, another person judges; forced assignment is handed on', async () => {
      const stranger = await house.person();
      await stranger.goto('/complaints/new?kind=forced_assignment');
      check(await stranger.isChecked('[name=kind][value=forced_assignment]'), 'the link chooses the kind');
      await stranger.fill('[name=words]', '单位要求每人必须报名，不去要写检讨');
      await stranger.selectOption('[name=region]', '640104');
      await press(stranger, 'form[action="/complain"] button');
      const forced = (await stranger.locator('.ticket-number').innerText()).trim();
      const officer = officers.dispatcher;
      await officer.goto('/desk/complaints');
      await press(officer, '.row:has-text("不去要写检讨") .row-title a');
      await officer.fill('[name=answer]', '强行指派由主管部门查处');
      await Promise.all([officer.waitForNavigation(), officer.click('form[action$="/answer"] button.primary')]);
      check((await officer.locator('.summary').innerText()).includes('转办'), 'not ours without a word');
      await officer.fill('[name=unit]', '兴庆区社会工作部');
      await officer.fill('[name=unit_contact]', '政务大厅 3 号窗');
      await press(officer, 'button[formaction$="/transfer"]');
      await stranger.goto('/complain/' + forced);
      check((await stranger.locator('main').innerText()).includes('政务大厅 3 号窗'), 'the notice says where to go');
      if (picture) await picture(stranger, 'complaint-notice', true);

      await stranger.goto('/complain');
      await stranger.check('[name=kind][value=time]', { force: true });
      await stranger.fill('[name=words]', '上周的服务少记了一个小时，没人理');
      await stranger.selectOption('[name=region]', '640104');
      await press(stranger, 'form[action="/complain"] button');
      const number = (await stranger.locator('.ticket-number').innerText()).trim();
      await officer.goto('/desk/complaints');
      await press(officer, '.row:has-text("少记了一个小时") .row-title a');
      await officer.fill('[name=answer]', '签到表上是两个小时');
      await press(officer, 'form[action$="/answer"] button.primary');
      await stranger.goto('/complain/' + number);
      await stranger.click('details.more summary');
      await stranger.fill('[name=words]', '签到表不是我签的字');
      await press(stranger, 'form[action$="/appeal"] button');
      const judge = officers.guanli;
      await judge.goto('/desk/appeals');
      await press(judge, '.row:has-text("少记了一个小时") .row-title a');
      check(!(await judge.content()).includes(number), 'who complained is not shown');
      await judge.fill('[name=answer]', '问过同去的人，是三个小时，已更正');
      await press(judge, 'button[formaction$="/change"]');
      await stranger.goto('/complain/' + number);
      check((await stranger.locator('main').innerText()).includes('三个小时'), 'the decision');
      const keeper = await house.person({ login: 'sunzhan', size: desk });
      await keeper.goto('/desk/complaints/new');
      await keeper.fill('[name=words]', '来访的老人说活动没人通知取消');
      await press(keeper, 'form[action="/desk/complaints/new"] button');
      check((await keeper.locator('.ticket-number').innerText()).trim().length === 9, 'a number to take home');
      await stranger.goto('/reports/complaints');
      check((await stranger.locator('table tbody tr').count()) === 7, 'seven kinds');
    }],
    ['a gift to its use: written down, spent by two people, the donor sees where it went and is asked for another use', async () => {
      const keeper = officers.lianhe;
      await keeper.goto('/desk/funds');
      await press(keeper, '.row-title a');
      const desk_path = new URL(keeper.url()).pathname;
      await keeper.click('aside details:has(form[action$="/gifts"]) summary');
      await keeper.fill('form[action$="/gifts"] [name=amount]', '1000');
      await keeper.fill('[name=earmark]', '冬季棉衣');
      await keeper.fill('[name=donor]', '马小明');
      await keeper.fill('[name=bill_no]', '0020261126');
      await keeper.fill('[name=handler]', '联合会经办');
      await press(keeper, 'form[action$="/gifts"] button');
      const number = (await keeper.locator('.entry-note .figures').first().innerText()).trim();
      await keeper.click('aside details:has(form[action$="/outflows"]) summary');
      await keeper.fill('[name=what]', '给上门服务队买棉衣');
      await keeper.fill('[name=payee]', '百货店');
      await keeper.selectOption('[name=purpose]', '冬季棉衣');
      await keeper.fill('#out-amount', '360.50');
      await press(keeper, 'form[action$="/outflows"] button');
      await keeper.goto('/desk/outflows');
      await press(keeper, '.row:has-text("买棉衣") .row-title a');
      check(await keeper.locator('form[action$="/approve"]').count() === 0, 'whoever asked does not approve');
      const second = officers.guanli;
      await second.goto('/desk/outflows');
      await press(second, '.row:has-text("买棉衣") .row-title a');
      await press(second, 'form[action$="/approve"] button.primary');
      const donor = await house.person();
      await donor.goto('/gifts/' + number);
      const words = await donor.locator('main').innerText();
      check(words.includes('360.50') && words.includes('639.50'), 'what was used and what is left');
      check(!words.includes('马小明'), 'no name without signing in');
      await keeper.goto(desk_path);
      const line = keeper.locator('.entries li', { hasText: number });
      await line.locator('details.more summary').click();
      await line.locator('[name=use]').fill('清雪工具');
      await line.locator('[name=reason]').fill('棉衣够了');
      await Promise.all([keeper.waitForNavigation(), line.locator('form button').click()]);
      await donor.reload();
      if (picture) await picture(donor, 'gift', true);
      await press(donor, 'button[name=yes][value=true]');
      check((await donor.locator('main').innerText()).includes('清雪工具'), 'only with a yes');
      await donor.goto('/funds');
      await press(donor, '.row-title a');
      const fund = await donor.locator('main').innerText();
      check(fund.includes('买棉衣') && !fund.includes('马小明'), 'the public sees the use, not who gave');
    }],
  ];
}

