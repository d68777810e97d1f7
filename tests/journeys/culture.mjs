// A story from a volunteer's phone over three reviews and three proofs onto page 1, read by a stranger by hot zone and by headline;
// then somebody on its picture takes the consent back. And the paper as readers leaf through it.
import { check, desk, press } from './house.mjs';

const kTitle = '一百零八级台阶';
const kWords = '电梯停了三天，六楼的马大姐等着降压药。两个中学生把药送了上去，一边走一边数台阶，数到一百零八。他们用粉笔把这个数写在一楼的墙上，第二天有人在旁边添了一行：辛苦了，我替你们下来。';
// A drawn picture (a red field), so that nobody real is on it.
async function drawn(page) {
  return Buffer.from(await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    canvas.width = 600; canvas.height = 400;
    const pen = canvas.getContext('2d');
    pen.fillStyle = '#c8372d'; pen.fillRect(0, 0, 600, 400);
    return canvas.toDataURL('image/png').split(',')[1];
  }), 'base64');
}

export function cultureJourneys(house, editors, picture) {
  const made = {};
  const desk_of = async (login) => (editors[login] ??= await house.officer(login));
  return [
    ['a story from a phone goes through three reviews', async () => {
      const teller = await house.person({ login: 'lijie' });
      await teller.goto('/culture');
      await press(teller, 'main a[href="/stories/tell"]');
      await teller.fill('[name=title]', kTitle);
      await teller.fill('[name=words]', kWords);
      await press(teller, 'form[action="/stories/tell"] button');
      made.own = new URL(teller.url()).pathname;
      made.story = made.own.split('/').pop();
      await teller.setInputFiles('input[name=picture]', { name: 'steps.png', mimeType: 'image/png', buffer: await drawn(teller) });
      await teller.fill('[name=caption]', '两个中学生在楼道里');
      await teller.fill('[name=people]', '1');
      await press(teller, `form[action="${made.own}/pictures"] button`);
      check((await teller.locator('.storypictures .note.warn').innerText()).includes('还差 1 人'), 'a consent is missing');

      const editor = await desk_of('bianji');
      await editor.goto('/desk/paper?tab=sent');
      await press(editor, `a[href="/desk/paper/stories/${made.story}"]`);
      await press(editor, 'button[formaction$="/take"]');
      await editor.fill('[name=kicker]', '电梯停了三天');
      await press(editor, `form[action$="/edit"] button`);
      await Promise.all([editor.waitForNavigation(), editor.click('button[formaction$="/pass_first"]')]);
      check((await editor.locator('.note.bad, .summary').first().innerText()).includes('同意'), 'no review passes while a consent is missing');

      await teller.goto(made.own);
      await teller.fill('input[name=name]', '马小明');
      await teller.check('input[name=minor]');
      await teller.fill('input[name=guardian]', '马大姐');
      await press(teller, 'form[action$="/consents"] button');
      made.code = await teller.locator('.consents b.figures').first().innerText();
      check(/^[A-Z2-9]{4}-[A-Z2-9]{4}$/.test(made.code), 'a code for the person pictured');

      await editor.goto(`/desk/paper/stories/${made.story}`);
      check(!(await editor.content()).includes('马小明'), 'editors see no name of those pictured');
      await press(editor, 'button[formaction$="/pass_first"]');
      const managing = await desk_of('zhuren'), chief = await desk_of('zongbian');
      await managing.goto(`/desk/paper/stories/${made.story}`);
      await press(managing, 'button[formaction$="/pass_second"]');
      await chief.goto(`/desk/paper/stories/${made.story}`);
      await press(chief, 'button[formaction$="/pass_third"]');
    }],
    ['it is laid out, proofread by three people and published', async () => {
      const editor = await desk_of('bianji'), managing = await desk_of('zhuren'), chief = await desk_of('zongbian');
      await editor.goto('/desk/paper/new');
      await editor.fill('[name=pages]', '1');
      await press(editor, 'form[action="/desk/paper/new"] button');
      made.issue = new URL(editor.url()).pathname;
      await editor.fill('#section-1', '头版');
      await press(editor, '.deskpage-in form[action$="/section"] button');
      await press(editor, `form:has(input[name=story][value="${made.story}"]) button`);
      check(await editor.locator('.deskpage-sheet img').evaluate((img) => img.complete && img.naturalWidth > 0), 'the laid-out page is shown');
      await press(editor, 'button[formaction$="/compose"]');
      await press(editor, 'button[formaction$="/pass_proof1"]');
      await managing.goto(made.issue);
      await press(managing, 'button[formaction$="/pass_proof2"]');
      await chief.goto(made.issue);
      await press(chief, 'button[formaction$="/pass_proof3"]');
      await press(chief, 'button[formaction$="/publish"]');
    }],
    ['a stranger reads it by its hot zone and by its headline', async () => {
      const reader = await house.person({ size: desk });
      await reader.goto('/paper');
      const zone = reader.locator(`.zones a[href="/paper/articles/${made.story}"]`);
      check((await zone.getAttribute('aria-label')) === kTitle, 'the zone has a name');
      await zone.evaluate((node) => node.scrollIntoView({ block: 'start' }));
      const box = await zone.boundingBox();
      await Promise.all([reader.waitForNavigation(), reader.mouse.click(box.x + box.width / 2, Math.max(box.y, 0) + 40)]);   // near its top: a page may be taller than the window
      check((await reader.locator('article h1').innerText()) === kTitle, 'the hot zone opens the article');
      check(await reader.locator('article figure img').evaluate((img) => img.complete && img.naturalWidth > 0), 'with its picture');
      await reader.goto('/paper');
      await reader.locator(`.zones a[href="/paper/articles/${made.story}"]`).focus();
      await Promise.all([reader.waitForNavigation(), reader.keyboard.press('Enter')]);
      check((await reader.locator('article h1').innerText()) === kTitle, 'and so does the keyboard');
      const phone = await house.person({ script: false });
      await phone.goto('/paper');
      await press(phone, `.headlines-main a[href="/paper/articles/${made.story}"]`);
      check((await phone.locator('.article-words').first().innerText()).includes('六楼'), 'the headline opens it on a phone without script');
      await press(phone, '.article-tools a[href*="type=huge"]');
      check(await phone.locator('article.huge').count() === 1, 'larger type');
      await reader.goto('/paper/search?q=' + encodeURIComponent('台阶'));
      check(await reader.locator(`.headlines a[href="/paper/articles/${made.story}"]`).count() === 1, 'the search finds it');
    }],
    ['a consent is taken back and the picture is gone everywhere', async () => {
      const stranger = await house.person();
      await stranger.goto(`/paper/articles/${made.story}`);
      const picture = await stranger.locator('article figure img').getAttribute('src');
      check((await stranger.request.get(picture)).status() === 200, 'the picture was public');
      await stranger.goto('/consent');
      await stranger.fill('[name=code]', made.code.toLowerCase());
      await press(stranger, 'form[action="/consent"] button');
      check((await stranger.request.get(picture)).status() === 404, 'the picture is gone');
      await stranger.goto(`/paper/articles/${made.story}`);
      check(await stranger.locator('article figure img').count() === 0 && (await stranger.locator('.picture-gone').innerText()).length > 0, 'the article says so');
      await stranger.goto('/paper');
      check((await stranger.locator('.paperlist .note').innerText()).includes('重新出版'), 'the page was issued anew and says why');
    }],
    ['the paper is leafed through: pages, issues, calendar, files', async () => {
      const reader = await house.person({ size: desk });
      await reader.goto('/paper');
      await press(reader, '.papersteps a[rel=prev]:has-text("上一期")');
      await press(reader, '.papersteps a[rel=next]:has-text("下一版")');
      check((await reader.locator('.pagelist a[aria-current]').innerText()).includes('02'), 'page 2 of the issue before');
      if (picture) {
        await press(reader, '.papersteps a[rel=prev]:has-text("上一版")');
        await picture(reader, 'paper', true);
        await press(reader, '.papersteps a[rel=next]:has-text("下一版")');
      }
      const pdf = await reader.request.get(await reader.locator('a[href*="/pdf"]').first().getAttribute('href'));
      check(pdf.status() === 200 && (await pdf.body()).subarray(0, 5).toString() === '%PDF-', 'the page as PDF');
      await press(reader, '.paperbar a[href$="/contents"]');
      check(await reader.locator('.pagecards img').first().evaluate((img) => img.complete && img.naturalWidth > 0), 'navigation by page shows the pages');
      await press(reader, '.paperbar a[href$="/headlines"]');
      await press(reader, '.headlines-main a');
      await press(reader, '.article-steps a[rel=next]');
      await press(reader, '.paperbar a[href="/paper/issues"]');
      check(await reader.locator('.papermonth td a').count() >= 2, 'the calendar knows the issues');
    }],
  ];
}
