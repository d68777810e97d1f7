// The journeys of the product in a real browser. One line a journey: "ok N - name" or "not ok N - name". With
// SCREENSHOTS=1 the pictures of README.md are made anew in docs/screenshots.
import { readFileSync } from 'node:fs';
import { House, check, desk, phone, press } from './house.mjs';
import { dispatchJourneys } from './dispatch.mjs';
import { recordJourneys } from './records.mjs';
import { fraudJourneys } from './fraud.mjs';
import { minorJourneys } from './minors.mjs';
import { axePages } from './pages.mjs';
import { rosterCsv, rosterXlsx } from './roster.mjs';
import { stationJourneys } from './stations.mjs';
import { planningJourneys } from './planning.mjs';
import { timeBankJourneys } from './timebank.mjs';
import { cultureJourneys } from './culture.mjs';
import { trustJourneys } from './trust.mjs';
import { mapJourneys } from './map.mjs';
import { mobilisationJourneys } from './mobilisation.mjs';
import { rightsJourneys } from './rights.mjs';

const house = await House.open();
const pictures = process.env.SCREENSHOTS === '1';
const picture = async (page, name, full = false) => { if (pictures) await page.screenshot({ path: `docs/screenshots/${name}.png`, fullPage: full }); };
let number = 0, good = 0, failed = 0;
const only = process.env.ONLY;
async function journey(name, run) {
  number += 1;
  if (only && !only.split('|').some((word) => name.includes(word))) return;
  try { await run(); good += 1; console.log(`ok ${number} - ${name}`); }
  catch (error) { failed += 1; console.log(`not ok ${number} - ${name}\n    ${String(error.stack || error).split('\n').slice(0, 4).join('\n    ')}`); }
}

const kHome = '640104001002';
async function fillNeed(page, { service = 'shopping', words = '雪天出不去，想代买点菜。', name = '王秀英', tel = '13912340000', now = true, before = '' } = {}) {
  await page.goto(`${before || '/ask'}?service=${service}&region=${kHome}`);
  if (now) { await page.check('input[name=day] >> nth=0', { force: true }); await page.check('input[name=from][value=now]', { force: true }); }
  await page.fill('[name=words]', words);
  await page.check('input[name=risk][value=stairs]', { force: true });
  await page.fill('input[name=name]', name);
  if (tel) await page.fill('input[name=phone]', tel);
  await page.fill('input[name=door]', '3 号楼 2 单元 501');
  await page.check('input[name=truth]', { force: true });
}
const numberOf = async (page) => (await page.locator('.ticket-number').first().innerText()).trim();
const digits = (text) => text.replace(/\D/g, '');

let dispatcher;
await journey('a resident asks, the desk dispatches, a volunteer comes and goes by rotating code, the resident confirms and rates', async () => {
  const resident = await house.person();
  await resident.goto('/');
  await picture(resident, 'home-phone');
  await press(resident, 'a[href="/ask"]');
  await picture(resident, 'ask');
  await fillNeed(resident);
  await press(resident, 'form[action="/ask"] button');
  const need = await numberOf(resident);
  check(need.length === 8, 'a number to follow');
  await resident.reload();

  dispatcher = await house.officer('paidan');
  await dispatcher.goto('/desk/needs');
  const volunteer = await house.person({ login: 'lijie' });
  await volunteer.goto('/me');
  const volunteerNo = (await volunteer.locator('.person-note').first().innerText()).trim();
  const rows = dispatcher.locator('.row-title a');
  let opened = false;
  for (let i = 0; i < await rows.count() && !opened; ++i) {
    const href = await rows.nth(i).getAttribute('href');
    const text = await dispatcher.locator('.row').nth(i).innerText();
    if (!text.includes('想代买点菜')) continue;
    await dispatcher.goto(href);
    opened = (await dispatcher.content()).includes(need);
    if (!opened) await dispatcher.goto('/desk/needs');
  }
  check(opened, 'the desk finds the need');
  await press(dispatcher, 'form[action$="/accept"] button');
  check(await dispatcher.locator('#candidates .tick').count() > 0, 'there are candidates with reasons');
  check(await dispatcher.locator('#candidates .reason').count() > 0, 'the candidates have reasons');
  await picture(dispatcher, 'dispatch');
  if (!(await dispatcher.locator('#why').isVisible())) await dispatcher.click('details:has(#why) > summary');
  await dispatcher.fill('#why', volunteerNo);
  await press(dispatcher, 'form[action^="/desk/needs/"][method=get] button');
  check(await dispatcher.locator('.note.good').count() > 0, 'the engine says why this volunteer can come');
  const path = new URL(dispatcher.url()).pathname;
  await press(dispatcher, '#candidates details form[action$="/ask"] button');
  await volunteer.goto('/messages');
  check((await volunteer.locator('main').innerText()).includes('有人需要您'), 'the asking arrives');
  await Promise.all([volunteer.waitForNavigation(), volunteer.locator('main form[action$="/open"] button').first().click()]);
  check(!(await volunteer.content()).includes('2 单元 501'), 'the door is hidden before acceptance');
  await press(volunteer, 'form[action$="/accept"] button');
  check((await volunteer.content()).includes('2 单元 501'), 'the door appears after acceptance');
  await resident.reload();
  check((await resident.locator('.pill').first().innerText()).includes('已接单'), 'the resident sees it');

  const code = async () => digits(await (await resident.request.get(`/follow/${need}/code`)).json().then((j) => j.code));
  await volunteer.fill('input[name=code]', await code());
  await press(volunteer, 'form[action="/attendance/check"] button');
  await volunteer.goto(path.replace('/desk/needs/', '/me/needs/'));
  check((await volunteer.locator('.pill').first().innerText()).includes('服务中'), 'served now');
  const first = await code();
  await volunteer.waitForTimeout(10500);   // the next step of the rotating code
  await volunteer.fill('input[name=code]', await code());
  check(first !== await code(), 'the code has moved on');
  await press(volunteer, 'form[action="/attendance/check"] button');
  await resident.reload();
  await press(resident, 'form[action$="/confirm"] button');
  await resident.check('input[name=stars][value="5"]', { force: true });
  await picture(resident, 'follow', true);
  await press(resident, 'form[action$="/rate"] button');
  check((await resident.locator('.pill').first().innerText()).includes('已办结'), 'closed');
  await volunteer.goto('/me/service');
  check((await volunteer.locator('main').innerText()).includes('已确认'), 'the time is confirmed');
});

await journey('a neighbour asks for an elder, with consent on record', async () => {
  const neighbour = await house.person({ login: 'chenmin' });
  await neighbour.goto('/ask?for_other=on');
  await neighbour.goto(`/ask?service=digital_help&region=${kHome}&for_other=on`);
  await neighbour.fill('[name=words]', '奶奶想学视频通话');
  await neighbour.check('input[name=risk][value=none]', { force: true });
  await neighbour.fill('input[name=name]', '李奶奶');
  await neighbour.fill('input[name=phone]', '13912340001');
  await neighbour.check('input[name=consent][value=spoken]', { force: true });
  await neighbour.check('input[name=truth]', { force: true });
  await press(neighbour, 'form[action="/ask"] button');
  check((await neighbour.locator('main').innerText()).includes('他人代为'), 'the channel is the proxy');
  await neighbour.goto('/me/needs');
  check((await neighbour.locator('main').innerText()).includes('教用手机'), 'the proxy follows it');
});

await journey('a walk-in at the station is written down in under a minute and gets a printed number', async () => {
  const keeper = await house.person({ login: 'sunzhan', size: desk });
  const began = Date.now();
  await keeper.goto('/stations/board');
  await press(keeper, 'a[href="/desk/intake"]');
  await press(keeper, 'a.picture >> nth=0');
  await fillNeed(keeper, { before: '/desk/intake', service: 'companion', name: '赵大爷', tel: '' });
  await press(keeper, 'form[action="/desk/intake"] button');
  check((await numberOf(keeper)).length === 8, 'the ticket shows the number');
  check(Date.now() - began < 60000, 'under a minute');
  await keeper.goto('/stations/board');
  check((await keeper.locator('main').innerText()).includes('陪伴探访'), 'the board shows the need');
});

for (const [kind, make, file] of [['Excel', rosterXlsx, 'roster.xlsx'], ['GB18030 CSV', rosterCsv, 'roster.csv']])
  await journey(`a roster of 300 rows with 12 bad ones (${kind}) is imported, corrected, undone`, async () => {
    const leader = await house.person({ login: 'zhaodui', size: desk });
    await leader.goto('/desk/roster');
    await leader.setInputFiles('input[type=file]', { name: file, mimeType: 'application/octet-stream', buffer: make(300, 12) });
    await press(leader, 'form[action="/desk/roster"] button');
    const text = async () => (await leader.locator('main').innerText()).replace(/\s+/g, ' ');
    check((await text()).includes('288') && (await text()).includes('12'), 'dry run: 288 good, 12 bad: ' + (await text()).slice(0, 200));
    if (kind === 'Excel') await picture(leader, 'roster');
    const fix = leader.locator('form[action$="/correct"]').first();
    await fix.locator('input[name=name]').fill('改正好');
    await fix.locator('input[name=phone]').fill('19912345678');
    await fix.locator('input[name=region]').fill(kHome);
    await Promise.all([leader.waitForNavigation(), fix.locator('button').click()]);
    check((await text()).includes('289'), 'one corrected: ' + (await text()).slice(0, 200));
    await press(leader, 'form[action$="/import"] button');
    check((await text()).includes('已导入'), 'imported');
    await press(leader, 'form[action$="/undo"] button');
    check((await text()).includes('已撤销'), 'undone');
  });

await journey('a rush for the last places: as many granted as there are, the rest wait in line, a withdrawal promotes', async () => {
  const logins = ['lijie', 'chenmin', 'zhangqiang'];
  const people = await Promise.all(logins.map((login) => house.person({ login })));
  await people[0].goto('/activities');
  const links = await people[0].locator('.row-title a').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
  let shift, page, left = 0;
  for (const link of links) {
    await people[0].goto(link);
    const form = people[0].locator('form[action$="/sign-up"]').first();
    if (!(await form.count())) continue;
    shift = (await form.getAttribute('action')).split('/')[2];
    page = link;
    left = Number(digits((await people[0].locator('.soft.small').first().innerText()).split('·').pop()) || 0);
    if (left > 0) break;
  }
  const press1 = (person) => person.evaluate(async (id) => {
    const answer = await fetch(`/api/shifts/${id}/sign-up`, { method: 'POST', headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() }, body: '{}' });
    return { status: answer.status, ...(await answer.json()) };
  }, shift);
  // Everybody presses five times at once; each person gets one answer of "granted" and otherwise "already signed up".
  const answers = await Promise.all(people.flatMap((person) => [1, 2, 3, 4, 5].map(() => press1(person))));
  const granted = answers.filter((a) => a.state === 'granted').length, waiting = answers.filter((a) => a.state === 'waiting').length;
  check(granted + waiting === people.length, `one place each: ${JSON.stringify(answers.map((a) => a.state || a.rule))}`);
  check(granted === Math.min(left, people.length), `${left} left, ${granted} granted`);
  check(answers.filter((a) => a.rule === 'signup.twice').length === 12, 'pressing again changes nothing');
  await people[0].goto(page);
  await picture(people[0], 'activity');
  await press(people[0], 'form[action$="/withdraw"] button');
  check(await people[0].locator('form[action$="/sign-up"]').count() > 0, 'left again');
});

await journey('the language changes with one press and stays', async () => {
  const page = await house.person();
  await page.goto('/activities');
  await Promise.all([page.waitForNavigation(), page.locator('form[action="/preferences"] button[name=lang]').click()]);
  check((await page.locator('h1').innerText()).includes('Opportunities'), 'English now');
  await page.goto('/ask');
  check((await page.locator('html').getAttribute('lang')) === 'en', 'English stays');
});

await journey('the elder face: four large actions, large letters, large targets', async () => {
  const page = await house.person();
  await page.goto('/');
  await Promise.all([page.waitForNavigation(), page.locator('form[action="/preferences"] button[name=face]').click()]);
  check(await page.locator('.four-act').count() === 4, 'four actions');
  await picture(page, 'elder-home');
  const small = await page.evaluate(() => [...document.querySelectorAll('main a, main button')].filter((e) => e.offsetParent && !e.closest('p')).map((e) => e.getBoundingClientRect()).filter((r) => r.height < 59.5 || r.width < 59.5).length);
  check(small === 0, `${small} targets below 60 px`);
  check(await page.evaluate(() => parseFloat(getComputedStyle(document.querySelector('.four-name')).fontSize)) >= 24, 'large letters');
});

await journey('without script a resident asks and follows', async () => {
  const page = await house.person({ script: false });
  await page.goto('/ask');
  await press(page, 'a.picture[href*="service=meal"]');
  await page.goto(`/ask?service=meal&region=${kHome}`);
  await fillNeed(page, { service: 'meal', tel: '13912340003' });
  await press(page, 'form[action="/ask"] button');
  const need = await numberOf(page), code = digits((await page.locator('.ticket-note').innerText()));
  const other = await house.person({ script: false });
  await other.goto('/follow');
  await other.fill('input[name=number]', need);
  await other.fill('input[name=code]', code);
  await press(other, 'form[action="/follow"] button');
  check((await numberOf(other)) === need, 'followed from another device');
});

await journey('what a resident typed is not lost when something is wrong', async () => {
  const page = await house.person({ lang: 'en' });
  await fillNeed(page, { words: 'Please lend me some cash', tel: '13912340004' });
  await Promise.all([page.waitForNavigation(), page.locator('form[action="/ask"] button').click()]);
  check((await page.locator('.summary').innerText()).includes('Money cannot be asked for'), 'the rule speaks');
  check((await page.inputValue('[name=words]')) === 'Please lend me some cash', 'the words are still there');
  check((await page.inputValue('[name=door]')).includes('2 单元 501'), 'and so is the door');
});

const officers = { dispatcher };
for (const login of ['lianhe', 'guanli', 'xitong', 'anquan', 'shenji'])
  try { officers[login] = await house.officer(login); } catch (error) { failed += 1; console.log(`not ok ${++number} - ${login} signs in\n    ${error}`); }
if (pictures && dispatcher) {
  await dispatcher.goto('/desk/overview');
  await picture(dispatcher, 'overview');
  const page = await house.person();
  await page.goto('/promises');
  await picture(page, 'promises');
  const leader = await house.person({ login: 'zhaodui', size: desk });
  await leader.goto('/desk/activities');
  const list = leader.locator('.row-title a[href^="/attendance/"]').first();
  if (await list.count()) { await Promise.all([leader.waitForNavigation(), list.click()]); await leader.waitForTimeout(500); await picture(leader, 'shift-code'); }
}
for (const [name, run] of minorJourneys(house, officers)) await journey(name, run);
for (const [name, run] of recordJourneys(house, officers, pictures ? picture : null)) await journey(name, run);
for (const [name, run] of fraudJourneys(house, officers, pictures ? picture : null)) await journey(name, run);
for (const [name, run] of trustJourneys(house, officers, pictures ? picture : null)) await journey(name, run);
const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');
for (const [name, run] of stationJourneys(house, officers, axe)) await journey(name, run);
for (const [name, run] of dispatchJourneys(house, officers, pictures ? picture : null, axe)) await journey(name, run);
for (const [name, run] of mapJourneys(house, officers, axe)) await journey(name, run);
for (const [name, run] of planningJourneys(house, officers, axe, pictures ? picture : null)) await journey(name, run);
for (const [name, run] of mobilisationJourneys(house, officers, axe, pictures ? picture : null)) await journey(name, run);
for (const [name, run] of timeBankJourneys(house, officers)) await journey(name, run);
for (const [name, run] of cultureJourneys(house, officers, pictures ? picture : null)) await journey(name, run);
for (const [name, run] of rightsJourneys(house, officers, pictures ? picture : null)) await journey(name, run);
for (const [name, run] of axePages(house, officers, axe)) await journey(name, run);

await house.close();
console.log(`${good} journeys good, ${failed} not`);
process.exit(failed ? 1 : 0);
