// What makes records provable, in real browsers: a certificate asked for, stamped and checked by a stranger without the server;
// a spot check from the fixed list to the published result; records that come from another platform.
import { execFileSync } from 'node:child_process';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { check, desk, phone, press } from './house.mjs';

// RFC 8785 for what credentials hold: texts, truth values, whole numbers.
const canonical = (value) => Array.isArray(value) ? `[${value.map(canonical).join(',')}]`
  : value && typeof value === 'object' ? `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}` : JSON.stringify(value);
const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
function base58(text) {
  let number = [...text].reduce((sum, letter) => sum * 58n + BigInt(alphabet.indexOf(letter)), 0n), hex = number.toString(16);
  if (hex.length % 2) hex = `0${hex}`;
  return Buffer.concat([Buffer.alloc(/^1*/.exec(text)[0].length), Buffer.from(hex, 'hex')]);
}
function credentialHolds({ proof, ...credential }) {
  const key = base58(proof.verificationMethod.split('#')[1].slice(1)).subarray(2), { proofValue, ...options } = proof;
  const hash = Buffer.concat([options, credential].map((part) => createHash('sha256').update(canonical(part)).digest()));
  const open = createPublicKey({ key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key]), format: 'der', type: 'spki' });
  return verify(null, hash, open, base58(proofValue.slice(1)));
}
// What Open Badges 3.0 demands of an AchievementCredential (ob_v3p0 data model: required members and their kinds).
function badgeShape(credential) {
  const of = (value, type) => Array.isArray(value?.type) && value.type.includes(type);
  check(credential['@context'][0] === 'https://www.w3.org/ns/credentials/v2' && /v3p0\/context-3/.test(credential['@context'][1]), 'contexts in order');
  check(of(credential, 'VerifiableCredential') && of(credential, 'OpenBadgeCredential'), 'types');
  check(/^https?:/.test(credential.id) && of(credential.issuer, 'Profile') && credential.issuer.id.startsWith('did:key:z'), 'id and issuer');
  check(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(credential.validFrom) && credential.name, 'validFrom and name');
  const subject = credential.credentialSubject, achievement = subject.achievement;
  check(of(subject, 'AchievementSubject') && subject.identifier[0].type === 'IdentityObject' && subject.identifier[0].hashed === true, 'subject');
  check(of(achievement, 'Achievement') && achievement.id && achievement.name && achievement.description && achievement.criteria.narrative, 'achievement');
  check(subject.result.every((result) => of(result, 'Result') && achievement.resultDescription.some((one) => one.id === result.resultDescription)), 'results');
}

export function trustJourneys(house, officers, picture) {
  return [
    ['a certificate: paper with a code that a reader reads, a badge that Node verifies, the seal asked for and given', async () => {
      const volunteer = await house.person({ login: 'lijie', size: phone });
      await volunteer.goto('/me/certificates');
      await volunteer.fill('[name=from_day]', '2019-01-01');
      await press(volunteer, 'form[action="/me/certificates"] button');
      const href = await volunteer.locator('.rows .row-title a').first().getAttribute('href');
      const number = href.split('/').pop();
      const folder = mkdtempSync(join(tmpdir(), 'paper-'));
      try {
        const paper = await (await volunteer.request.get(`/me/certificates/${number}.pdf`)).body();
        writeFileSync(join(folder, 'paper.pdf'), paper);
        execFileSync('pdftoppm', ['-r', '150', '-gray', '-png', '-singlefile', join(folder, 'paper.pdf'), join(folder, 'paper')]);
        const read = execFileSync('ZXingReader', ['-norotate', '-format', 'QRCode', join(folder, 'paper.png')], { encoding: 'utf8' });
        const code = /Text:\s+"(.*)"/.exec(read)?.[1] ?? '';
        check(code.includes(`/v/${number}#`), `the code is read back: ${read.slice(0, 200)}`);
        const words = execFileSync('pdftotext', ['-layout', join(folder, 'paper.pdf'), '-'], { encoding: 'utf8' });
        check(words.includes('志愿服务记录证明') && words.includes('Certificate of Voluntary Service') && words.includes('服务内容'), 'both languages, what was done');

        const badge = await (await volunteer.request.get(`/me/certificates/${number}.json`)).json();
        badgeShape(badge);
        check(credentialHolds(badge), 'the badge holds');
        check(!credentialHolds({ ...badge, name: 'Another' }), 'a changed badge does not');

        // Somebody changes name and hours on the sheet: the page behind the code shows the true ones.
        const total = Number(await volunteer.locator('.rows .row-side .strong').first().innerText().then((text) => text.replace(/[^\d.]/g, '')));
        const stranger = await house.person({ lang: 'en' });
        await stranger.goto(new URL(code).pathname);
        check(await stranger.locator('.verdict.good').count(), 'valid online');
        check(Math.abs(Number(await stranger.locator('dd strong.figures').first().innerText()) - total) < 0.011, 'the true hours');
        if (picture) await picture(stranger, 'verify');

        // And without any server: the page saved to a disk, opened from there.
        await stranger.goto('/verify/offline');
        const keys = await stranger.inputValue('#check-keys');
        const [saved] = await Promise.all([stranger.waitForEvent('download'), stranger.locator('a[download]').click()]);
        await saved.saveAs(join(folder, 'tongxin-verify.html'));
        const proof = await (await stranger.request.get(`/v/${number}/proof.json`)).text();
        const head = await (await stranger.request.get('/log/checkpoint')).text();
        await stranger.context().setOffline(true);
        await stranger.goto(pathToFileURL(join(folder, 'tongxin-verify.html')).href);
        const say = async (what, keysToUse = keys) => {
          await stranger.fill('#check-what', what);
          await stranger.fill('#check-keys', keysToUse);
          await stranger.click('button.primary');
          await stranger.waitForSelector('.check-results .verdict');
          return stranger.locator('.check-results .verdict.good').count();
        };
        check(await say(code) === 1, 'the code holds offline');
        const bent = code.slice(0, -9) + (code.at(-9) === 'A' ? 'B' : 'A') + code.slice(-8);
        check(await say(bent) === 0, 'a bent code does not');
        check(await say(code, readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) === 0, 'nor without a key');
        check(await say(proof) === 1, 'the proof of its entry holds');
        check(await say(head) === 1, 'and the head, with both signatures');
        check((await stranger.locator('.check-results').innerText()).includes('SM2'), 'SM2 is named');
        if (picture) await picture(stranger, 'offline');
      } finally { rmSync(folder, { recursive: true, force: true }); }

      await volunteer.goto(`/me/certificates/${number}/seal`);
      await press(volunteer, 'form.form button.primary');
      check((await volunteer.locator('main').innerText()).includes('待盖章'), 'asked, with its clock');
      await officers.dispatcher.goto('/desk/seals');
      await officers.dispatcher.locator('.row-title a').first().click();
      await officers.dispatcher.waitForURL(/desk\/seals\/./);
      await officers.dispatcher.fill('[name=reason]', '街道便民大厅 3 号窗口');
      await press(officers.dispatcher, 'button[formaction$="/seal"]');
      await volunteer.reload();
      check((await volunteer.locator('main').innerText()).includes('3 号窗口'), 'where to fetch it');
    }],
    ['a spot check: the list is fixed, the draw can be repeated, the result is public', async () => {
      const officer = officers.guanli;
      await officer.goto('/desk/spot-checks');
      await officer.fill('[name=title]', '2026 年度记录抽查');
      await officer.selectOption('[name=region]', '640104');
      await officer.check('input[name=ratio][value="10"]', { force: true });
      await press(officer, 'form.form button.primary');
      const round = new URL(officer.url()).pathname.split('/').pop();
      const data = async () => (await officer.request.get(`/api/spot-checks/${round}/draw`)).json();
      const before = await data();
      check(before.secret === null && before.commitment.length === 64, 'committed, not told');
      await press(officer, 'form[action$="/draw"] button');
      const after = await data();
      const hash = (text) => createHash('sha256').update(text).digest('hex');
      check(hash(`spot check\n${after.secret}`) === before.commitment, 'the secret is the one committed to');
      const seed = hash(`${after.secret}\n${after.root}`);
      const free = after.population.filter((one) => !after.chosen.some((two) => two.organisation === one.organisation && two.why !== 'drawn'));
      const expected = free.map((one) => [hash(`${seed}\n${one.organisation}`), one.organisation]).sort().slice(0, Math.ceil(after.population.length / 10)).map((one) => one[1]).sort();
      check(JSON.stringify(expected) === JSON.stringify(after.chosen.filter((one) => one.why === 'drawn').map((one) => one.organisation).sort()), 'drawn as anybody computes it');
      if (picture) await picture(officer, 'spot');
      const links = await officer.locator('table a').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
      await officer.goto(links[0]);
      for (const item of await officer.locator('input[value=yes]').all()) await item.check({ force: true });
      await officer.check('input[name=result][value=good]', { force: true });
      await press(officer, 'form.form button.primary');
      check((await officer.locator('main').innerText()).includes('合格'), 'the check is kept');
      const stranger = await house.person();
      await stranger.goto(`/spot-checks/${round}`);
      check((await stranger.locator('main').innerText()).includes(after.seed), 'seed and list are public');
    }],
    ['records from another platform: a dry run with errors, another person agrees, the source stays marked, undone by reversal', async () => {
      const volunteer = await house.person({ login: 'zhangqiang' });
      await volunteer.goto('/me');
      const number = /V\d{16}[0-9A-Z]/.exec(await volunteer.content())[0];
      const rows = [['记录编号', '志愿者编号', '活动名称', '服务日期', '开始时间', '结束时间', '服务时长（小时）', '组织名称', '录入方式'],
        ['ZY-1', number, '图书馆整理', '2025/11/2', '9:00', '11:00', '2', '省图书馆志愿队', '4'], ['ZY-2', number, '图书馆整理', '昨天', '9:00', '11:00', '2', '省图书馆志愿队', '4'],
        ['ZY-3', 'V000000000000000X', '图书馆整理', '2025/11/9', '9:00', '11:00', '2', '省图书馆志愿队', '4']];
      const reader = officers.dispatcher;
      await reader.goto('/desk/transfers');
      await reader.fill('[name=platform]', '省志愿服务平台');
      await reader.setInputFiles('input[type=file]', { name: 'records.csv', mimeType: 'text/csv', buffer: Buffer.from(`\ufeff${rows.map((row) => row.join(',')).join('\r\n')}`) });
      await reader.check('[name=consent]', { force: true });
      await press(reader, 'form[action="/desk/transfers"] button');
      const path = new URL(reader.url()).pathname;
      const text = (await reader.locator('main').innerText()).replace(/\s+/g, ' ');
      check(text.includes('日期读不懂') && text.includes('找不到这个人'), `errors by row: ${text.slice(0, 300)}`);
      check((await reader.locator('form[action$="/import"]').count()) === 0, 'whoever read it in cannot agree');
      if (picture) await picture(reader, 'transfer');
      await officers.lianhe.goto(path);
      await press(officers.lianhe, 'form[action$="/import"] button');
      await volunteer.goto('/me/record');
      check((await volunteer.locator('.entries').innerText()).includes('省志愿服务平台'), 'the source stands beside the hours');
      await officers.lianhe.goto(path);
      await officers.lianhe.fill('[name=reason]', '核对后发现文件有误');
      await press(officers.lianhe, 'form[action$="/undo"] button');
      await volunteer.reload();
      check(!(await volunteer.locator('main').innerText()).includes('省志愿服务平台'), 'taken back');
    }],
    ['the officer\'s log: the whole check on a button, good; a permission is an entry of it', async () => {
      const auditor = officers.shenji;
      await auditor.goto('/desk/log');
      await auditor.click('form[action="/desk/log/check"] button');
      await auditor.waitForURL(/\/jobs\//, { waitUntil: 'commit', timeout: 30000 });
      for (let i = 0; i < 20; ++i) {   // the whole check is a job
        await auditor.goto('/desk/log');
        if ((await auditor.locator('main').innerText()).includes('完好')) break;
        await auditor.waitForTimeout(1000);
      }
      check((await auditor.locator('table').innerText()).includes('完好'), 'the books and the log are whole');
      if (picture) await picture(auditor, 'log');
      const stranger = await house.person({ size: desk });
      await stranger.goto('/log');
      check(Number(await stranger.locator('.loghead-size').innerText()) > 100, 'the head is public');
    }],
  ];
}
