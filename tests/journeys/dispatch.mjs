// The dispatch desk in real browsers: a search that asks in waves until somebody accepts and thanks the rest, a board that moves
// by itself in two browsers, a batch accepted, changed and dispatched line by line, and two tables of weights compared.
import { check, desk, phone } from './house.mjs';
import { look } from './pages.mjs';

const kHome = '640104001002';
const press = (page, selector) => Promise.all([page.waitForNavigation(), page.locator(selector).first().click()]);
async function until(what, look, seconds = 20) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
    if (await look()) return;
    await new Promise((done) => setTimeout(done, 400));
  }
  throw new Error('waited in vain: ' + what);
}
const dayIn = (days) => new Date(Date.now() + 8 * 3600e3 + days * 86400e3).toISOString().slice(0, 10);

// A need at five in the morning in three days: only those who are free at any hour can come, and nobody else is disturbed.
async function needAtFive(house, words, days = 3) {
  const day = dayIn(days);
  const resident = await house.person();
  const answer = await resident.request.post('/api/ask', { data: { service: 'shopping', words, region: kHome, day, from: '05:00', minutes: 60, door: '3-501', name: '王秀英', phone: '13912345678', risk: ['stairs'], truth: true } });
  check(answer.ok(), 'the need is written down: ' + (await answer.text()).slice(0, 200));
  const { need } = await answer.json();
  await resident.context().close();
  return need;
}

// The page where this browser is, under axe on a desk and on a phone.
async function good(page, axe) {
  const path = new URL(page.url()).pathname;
  try {
    for (const size of [desk, phone]) {
      await page.setViewportSize(size);
      await look(page, axe, path);
    }
  } finally {
    await page.setViewportSize(desk);   // whoever goes on with this browser finds it as it was
    await page.goto(path);
  }
}

export function dispatchJourneys(house, officers, picture, axe) {
  const dispatcher = () => officers.dispatcher;
  return [
    ['dispatch: a search asks in waves by itself until a volunteer accepts, and thanks the others', async () => {
      const officer = officers.lianhe, board = dispatcher();
      await officer.goto('/desk/weights');   // the region's own rules: here at any hour, without rest
      for (const [name, value] of Object.entries({ quiet_from: '0', quiet_to: '0', rest_hours: '0', week_cap: '50' })) await officer.fill(`#${name}`, value);
      await officer.fill('#rules-reason', '演示：全天可询问');
      await press(officer, 'form[action="/desk/weights/rules"] button');
      check(await officer.inputValue('#rest_hours') === '0', 'the rules are kept');

      const need = await needAtFive(house, '清早去车站接人，想请人帮忙拿行李。'), when = dayIn(3) + ' 05:00';
      await board.goto('/desk/needs/' + need);
      await board.check('#find');
      await press(board, 'form[action$="/accept"] button');
      await board.evaluate(() => { window.sameDocument = true; });
      const volunteers = [];
      for (const login of ['lijie', 'chenmin', 'zhangqiang']) volunteers.push(await house.person({ login }));
      // Only the message about this need: others have been asked about other needs before.
      const asking = (page) => page.locator('main li', { hasText: '能来吗' }).filter({ hasText: when });
      const askedOf = async (pages) => {
        for (const page of pages) {
          await page.goto('/messages');
          if (await asking(page).count()) return page;
        }
        return undefined;
      };
      let asked;
      await until('somebody is asked', async () => (asked = await askedOf(volunteers)) !== undefined);
      await until('the statement of the chance, without a reload', async () => /把握/.test(await board.locator('#search').innerText()));
      check((await board.locator('#search').innerText()).includes('已问'), 'how many were asked');
      if (picture) await picture(board, 'search');
      const open = (page) => Promise.all([page.waitForNavigation(), asking(page).locator('form[action$="/open"] button').first().click()]);
      // A NO ends the asking for that person; the search asks others.
      await open(asked);
      await press(asked, 'form[action$="/decline"] button');
      const rest = volunteers.filter((page) => page !== asked);
      let next;
      await until('others are asked after the NO', async () => (next = await askedOf(rest)) !== undefined);
      await open(next);
      await press(next, 'form[action$="/accept"] button');
      await until('the desk sees it, without a reload', async () => (await board.locator('#search').innerText()).includes('找够'));
      check(await board.evaluate(() => window.sameDocument === true), 'the page was never loaded anew');
      for (const page of volunteers) await page.context().close();
    }],
    ['dispatch: the board moves by itself in two browsers, and two people do not take the same need', async () => {
      const board = dispatcher(), other = await house.person({ login: 'rexian', size: desk });
      await board.goto('/desk/needs');
      await board.evaluate(() => { window.sameDocument = true; });
      const words = '请人早上陪着去取药' + Date.now() % 1000;
      const need = await needAtFive(house, words, 4);
      await until('the new need appears', async () => (await board.locator('#queue').innerText()).includes(words.slice(0, 8)), 15);
      await other.goto('/desk/needs/' + need);
      await until('who looks at it is shown', async () => (await board.locator('#queue .hands').count()) > 0, 15);
      check(await board.evaluate(() => window.sameDocument === true), 'without a reload');
      await board.goto('/desk/needs/' + need);
      check((await board.locator('#hands').innerText()).includes('正在看'), 'the need says who else looks at it');
      await press(board, 'form[action$="/take-up"] button');
      await other.goto('/desk/needs/' + need);
      check((await other.locator('#hands').innerText()).includes('在办'), 'and who has it in hand');
      await other.context().close();
    }],
    ['dispatch: a batch with its proof: accept, change a person, dispatch', async () => {
      const board = dispatcher();
      await board.goto('/desk/needs');
      await press(board, 'form[action="/desk/batch"] button');
      await until('the proposal', async () => (await board.locator('.proof-share').count()) > 0, 30);
      const proof = await board.locator('.proof').innerText();
      check(/\d+(\.\d+)?\s*%/.test(proof) && /最多|都有足够/.test(proof), 'the gap in plain words: ' + proof);
      check((await board.locator('#short').count()) > 0 && (await board.locator('#short .bars li').count()) > 0, 'where people are missing, by reason');
      if (picture) await picture(board, 'batch');
      await good(board, axe);
      const before = await board.locator('.batch-line .pill.wait').count();
      check(before > 1, 'there are lines to decide');
      await board.locator('.batch-line input[type=checkbox]').first().check();
      await press(board, 'button[name=what][value=accept]');
      check(await board.locator('.batch-line .pill.live').count() === 1, 'one line is accepted');
      // The first line that has somebody else to offer.
      for (let i = 1; i < Math.min(before, 12); ++i) {
        await press(board, `.batch-line >> nth=${i} >> a[href*="/lines/"]`);
        if (await board.locator('.other').count()) break;
        await board.goBack();
      }
      await good(board, axe);
      await board.locator('.other label').first().click();
      await press(board, 'form[action*="/lines/"] button');
      check((await board.locator('#lines').innerText()).includes('换人'), 'the change is shown');
      // What is dropped goes to the next best at once, and nobody who was accepted moves.
      const accepted = async () => (await board.locator('.batch-line:has(.pill.live) .batch-who .strong').allInnerTexts()).sort().join();
      const told = await accepted();
      for (let i = 0; i < 8 && !(await board.locator('.batch-line', { hasText: '补上' }).count()); ++i) {
        await board.locator('.batch-line:has(.pill.wait) input[type=checkbox]').nth(i).check();
        await press(board, 'button[name=what][value=drop]');
      }
      check(await board.locator('.batch-line', { hasText: '补上' }).count() > 0, 'the seat of a dropped person goes to the next best');
      check(await accepted() === told, 'who was accepted stays');
      // Why not this person: what it would cost the whole plan.
      const need = await board.locator('.batch-line:has(.pill.wait) .batch-need a').first().getAttribute('href');
      await board.goto(need);
      await good(board, axe);
      await board.goBack();
      await press(board, 'button[formaction$="/dispatch"]');
      check(await board.locator('.batch-line .pill.done').count() >= 1, 'what was accepted has gone out');
      check(await board.locator('.batch-line .pill.wait').count() > 0, 'the rest has not');
    }],
    ['dispatch: two tables of weights on the same day, and the fairness report', async () => {
      const officer = officers.lianhe;
      await officer.goto('/desk/weights');
      const near = await officer.inputValue('#w-near');
      await officer.fill('#w-near', '1600');
      await press(officer, 'button[name=what][value=compare]');
      await until('what would change', async () => (await officer.locator('table.ledger tbody tr').count()) > 3, 30);
      check((await officer.locator('main').innerText()).includes('平均距离'), 'in figures');
      await good(officer, axe);
      if (picture) await picture(officer, 'weights');
      await officer.goto('/desk/weights');
      check(await officer.inputValue('#w-near') === near, 'comparing changes nothing');
      await officer.fill('#w-near', '450');
      await press(officer, 'button[name=what][value=save]');
      check((await officer.locator('.summary').innerText()).includes('原因'), 'no change without a reason');
      await officer.fill('[name=reason] >> nth=0', '近的先来');
      await press(officer, 'button[name=what][value=save]');
      check((await officer.locator('main').innerText()).includes('400 → 450'), 'the history tells it');
      await officer.goto('/desk/fairness');
      await press(officer, 'form[action="/desk/fairness/curve"] button');
      await until('the price of fairness', async () => (await officer.locator('.curve .point').count()) >= 10, 60);
      check(await officer.locator('.price table.ledger').count() === 2, 'each curve has its table beside it');
      await good(officer, axe);
      if (picture) await picture(officer, 'fairness');
    }],
  ];
}
void phone;
