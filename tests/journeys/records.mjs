// Hours that nobody can forge, in real browsers: the purchase of five hours that a television reporter made in 2025, and a
// certificate from the volunteer's phone to a stranger's verify page.
import { check, desk, phone } from './house.mjs';

const kPdf = Buffer.from('%PDF-1.4\n% a scan of a signed list\n');

async function press(page, selector) {
  await Promise.all([page.waitForNavigation(), page.locator(selector).first().click()]);
}

// A member of the leader's own team, as the leader sees it.
async function memberOf(leader) {
  await leader.goto('/me');
  const answer = await leader.request.get('/desk/records/new');
  check(answer.ok(), 'the leader may enter hours');
  const organisation = /<option value="([0-9a-z]+)"/.exec(await answer.text())?.[1] ?? '';
  await leader.goto('/organisations/' + organisation);
  const number = /V\d{16}[0-9A-Z]/.exec(await leader.content());
  check(number, 'the team page shows its members to the leader');
  return number[0];
}

export function recordJourneys(house, officers, picture) {
  return [
    ['the reporter\'s purchase: one administrator cannot, two are on the public notice within a minute and at the top of the risk list', async () => {
      const leader = await house.person({ login: 'zhaodui', size: desk });
      const number = await memberOf(leader);
      await leader.goto('/desk/records/new');
      const started = Date.now();
      const day = new Date(Date.now() - 2 * 86400000).toISOString().slice(0, 10);
      for (const [name, value] of Object.entries({ title: '看望老人', content: '陪老人聊天、读报', place: '福利院', in_charge: '赵队', day, from: '06:00', to: '11:00', people: number, words: '整个上午都在福利院陪伴老人' }))
        await leader.fill(`[name=${name}]`, value);
      await leader.check('[name=truth]');
      await press(leader, 'form.form button.primary');
      check((await leader.locator('.summary').innerText()).includes('证明材料'), 'without evidence nothing goes on');
      check((await leader.inputValue('[name=words]')).includes('福利院'), 'what was typed is still there');
      await leader.setInputFiles('input[type=file]', { name: 'proof.pdf', mimeType: 'application/pdf', buffer: kPdf });
      await press(leader, 'form.form button.primary');
      const line = leader.locator('.row-title a', { hasText: '看望老人' }).first();
      check(await line.count(), 'it waits on the desk');
      const path = await line.getAttribute('href');
      await leader.goto(path);
      check((await leader.locator('button[formaction$="/approve"]').count()) === 0, 'whoever entered it cannot agree to it');
      const stranger = await house.person({ size: phone });
      await stranger.goto('/notices/records');
      check(!(await stranger.content()).includes('看望老人'), 'nothing is public or counted before the second person');
      await officers.lianhe.goto(path);
      await press(officers.lianhe, 'button[formaction$="/approve"]');
      await stranger.reload();
      check((await stranger.content()).includes('看望老人'), 'it stands on the public notice');
      check(Date.now() - started < 60000, 'within a minute');
      if (picture) await picture(stranger, 'notice');
      await officers.guanli.goto('/desk/risks');
      for (let i = 0; i < 40 && !await officers.guanli.locator('.risk', { hasText: '看望老人' }).count(); ++i)
        await officers.guanli.waitForTimeout(1000).then(() => officers.guanli.reload());   // the list is made in the background
      // The top one per cent, counted: the entry's place on the list against all entries that the list holds.
      const all = Number(await officers.guanli.locator('.risks').getAttribute('data-all'));
      const titles = await officers.guanli.locator('.risk').allTextContents();
      const place = titles.findIndex((title) => title.includes('看望老人'));
      check(all >= 100 && place >= 0 && (place + 1) * 100 <= all, `place ${place + 1} of ${all} on the risk list`);
      check(Date.now() - started < 60000, 'within a minute');
      if (picture) await picture(officers.guanli, 'risks');
      await stranger.locator('.row-title a', { hasText: '看望老人' }).first().click();
      await stranger.waitForURL(/notices\/records\/./);
      check((await stranger.locator('a[href^="/sign-in"]').count()) > 0, 'an objection needs an account, and the page says so');
    }],
    ['a certificate: made on a phone, checked by a stranger, a bent code is told', async () => {
      const volunteer = await house.person({ login: 'chenmin' });
      await volunteer.goto('/me/record');
      const total = Number(await volunteer.locator('.passbook-total').innerText());
      check(total > 0, 'the record holds hours');
      if (picture) await picture(volunteer, 'record');
      await volunteer.goto('/me/certificates');
      await volunteer.fill('[name=from_day]', '2020-01-01');
      await press(volunteer, 'form[action="/me/certificates"] button');
      const href = await volunteer.locator('.rows .row-title a').first().getAttribute('href');
      const paper = await volunteer.request.get('/me/certificates/' + href.split('/').pop() + '.pdf');
      check((await paper.body()).subarray(0, 5).toString() === '%PDF-', 'a PDF');
      const stranger = await house.person({ lang: 'en' });
      await stranger.goto(href);
      check((await stranger.locator('.verdict.good h2').innerText()).includes('valid'), 'valid, in words, too');
      check(Math.abs(Number(await stranger.locator('dd strong.figures').first().innerText()) - total) < 0.011, 'with the hours of the record');
      check(!(await stranger.content()).includes('陈敏'), 'the name is masked');
      if (picture) await picture(stranger, 'verify');
      await stranger.goto('/verify?text=AXq3_bent');
      check((await stranger.locator('.verdict.good').count()) === 0, 'a bent code is not good');
      await stranger.goto('/verify');
      await stranger.fill('[name=number]', href.split('/').pop().toLowerCase());
      await press(stranger, 'form[action="/verify"] button');
      check(await stranger.locator('.verdict.good').count(), 'by number, in small letters');
    }],
  ];
}
