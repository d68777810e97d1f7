// What protects people: insurance and accidents, complaints, and money with a trace, in real browsers.
import { check, desk, phone, press } from './house.mjs';

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
  ];
}
void phone;
