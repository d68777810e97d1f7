// A minor's data: asked for with a reason, approved by another person, read once, and seen by the guardian.
import { check, press } from './house.mjs';

export function minorJourneys(house, officers) {
  return [
    ['a minor: an officer asks to read, another approves, the reading is on record and the guardian sees it', async () => {
      const asker = officers.lianhe, decider = officers.guanli;
      const child = await house.person({ login: 'xiaoyu' });
      await child.goto('/me/volunteer');
      check((await child.content()).includes('陈小雨'), 'the own name in full');
      const number = (await child.content()).match(/V640104\d{10}[0-9A-Z]/)[0];
      await asker.goto(`/desk/volunteers?q=${number}`);
      check((await asker.locator('main').innerText()).includes('陈**'), 'staff see a mask');
      await Promise.all([asker.waitForNavigation(), asker.locator('.row-title a').first().click()]);
      await asker.fill('form[action$="/minor-access"] [name=reason]', '活动当天走散，需联系家长');
      await press(asker, 'form[action$="/minor-access"] button');
      const path = new URL(asker.url()).pathname;
      check(!(await asker.content()).includes('/read"'), 'nothing to read yet');
      await decider.goto(path);
      await press(decider, 'form[action$="/approve"] button.primary');
      await asker.goto(path);
      await press(asker, 'form[action$="/read"] button');
      check((await asker.locator('main').innerText()).includes('陈小雨'), 'the record shows');
      const guardian = await house.person({ login: 'chenmin' });
      await guardian.goto('/me/children');
      await Promise.all([guardian.waitForNavigation(), guardian.locator('.row-title a').first().click()]);
      check((await guardian.locator('main').innerText()).includes('活动当天走散'), 'the guardian sees who read and why');
    }],
  ];
}
