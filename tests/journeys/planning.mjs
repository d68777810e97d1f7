// The journeys of circles and plans: an officer loads a region with faulty rows, mends them, sees the gaps, makes a plan of three
// years; another plan of the register becomes proposals.
import { readFileSync } from 'node:fs';
import { check, desk, phone, press } from './house.mjs';
import { look } from './pages.mjs';

const kRows = readFileSync('data/streets/porto_alegre_hexgrid.csv', 'utf8').trim().split('\n').slice(1).map((line) => line.split(',')).filter((row) => Number(row[3]) > 900);
const csv = (rows) => Buffer.from(['编号,名称,经度,纬度,人口', ...rows.map((row) => `${row[0]},${row[0].slice(4, 9)},${row[1]},${row[2]},${row[3]}`)].join('\n'));
const kSites = () => Buffer.from(JSON.stringify({ type: 'FeatureCollection', features: kRows.filter((_, i) => i % 3 === 0).map((row) => ({ type: 'Feature', id: `k${row[0]}`, geometry: { type: 'Point', coordinates: [Number(row[1]), Number(row[2])] }, properties: { name: row[0].slice(4, 9), cost: 1 } })) }));

async function ended(page, link) {   // a job's page tells by itself when it is done
  await page.waitForSelector(link, { timeout: 60000 });
  await Promise.all([page.waitForNavigation(), page.locator(link).first().click()]);
}

export function planningJourneys(house, officers, axe, picture = null) {
  let officer;
  const federation = async () => (officer ??= officers?.lianhe ?? (await house.officer('lianhe')));
  const load = async (page, communities) => {
    await page.goto('/desk/regions');
    await page.fill('input[name=name_zh]', '试验区');
    await page.fill('input[name=id]', 'trial');
    await page.setInputFiles('input[name=extract]', 'data/streets/porto_alegre.osm.pbf');
    await page.setInputFiles('input[name=communities]', { name: 'communities.csv', mimeType: 'text/csv', buffer: communities });
    await page.setInputFiles('input[name=candidates]', { name: 'sites.geojson', mimeType: 'application/geo+json', buffer: kSites() });
    await press(page, 'form[action="/desk/regions"] button');
    await ended(page, 'a[href^="/desk/regions/imports/"]');
  };
  return [
    ['an officer loads a street region: faults are named by row, the mended lists are taken over, the gaps are shown', async () => {
      const page = await federation();
      const bad = kRows.map((row) => [...row]);
      bad[2][3] = '-5';
      [bad[4][1], bad[4][2]] = [bad[4][2], bad[4][1]];
      bad[6][1] = '-40.5';
      await load(page, csv(bad));
      await look(page, axe, new URL(page.url()).pathname);
      const faults = (await page.locator('main').innerText()).replace(/\s+/g, ' ');
      for (const words of ['第 4 行', '第 6 行', '第 8 行', '不能是负数', '写反了', '范围之外']) check(faults.includes(words), `${words}: ${faults.slice(0, 600)}`);
      check(await page.locator('form[action$="/take"]').count() === 0, 'nothing can be taken over');
      // A torn street file and a test point that speaks against the choice: said in words, with what to do.
      await page.goto('/desk/regions');
      await look(page, axe, '/desk/regions');
      await page.fill('input[name=name_zh]', '试验区');
      await page.fill('input[name=id]', 'trial');
      await page.setInputFiles('input[name=extract]', { name: 'torn.osm.pbf', mimeType: 'application/octet-stream', buffer: readFileSync('data/streets/porto_alegre.osm.pbf').subarray(0, 90000) });
      await page.setInputFiles('input[name=communities]', { name: 'communities.csv', mimeType: 'text/csv', buffer: csv(kRows) });
      await page.fill('input[name=test_gps]', '106.2325,38.4864');
      await Promise.all([page.waitForNavigation(), page.click('form[action="/desk/regions"] button.primary')]);
      check((await page.locator('.summary').innerText()).includes('GPS 的和文件里的都要填'), 'half a test point is refused on the form');
      await page.fill('input[name=test_gps]', '');
      await page.setInputFiles('input[name=extract]', { name: 'torn.osm.pbf', mimeType: 'application/octet-stream', buffer: readFileSync('data/streets/porto_alegre.osm.pbf').subarray(0, 90000) });
      await page.setInputFiles('input[name=communities]', { name: 'communities.csv', mimeType: 'text/csv', buffer: csv(kRows) });
      await press(page, 'form[action="/desk/regions"] button');
      await ended(page, 'a[href^="/desk/regions/imports/"]');
      const torn = (await page.locator('main').innerText()).replace(/\s+/g, ' ');
      check(torn.includes('街道数据') && torn.includes('请重新下载') && !/[{}]/.test(torn), `the torn file: ${torn.slice(0, 400)}`);
      await load(page, csv(kRows));
      await press(page, 'form[action$="/take"] button');
      await ended(page, 'a[href^="/circles/"]');
      check(await page.locator('#gaps tbody tr').count() > 0, 'the gaps are listed');
      check((await page.locator('.coverhead .figures').first().innerText()).includes('0.00 %'), 'no station yet, nobody reached');
      await look(page, axe, '/circles/trial');
    }],
    ['a plan of three years says what it reaches and what no other can exceed', async () => {
      const page = await federation();
      await page.goto('/desk/planning/trial');
      await page.check('input[name=kind][value=years]', { force: true });
      await page.fill('input[name=yearly]', '3 2 2');
      await page.fill('input[name=seconds]', '8');
      await press(page, '.planform button.primary');
      await page.waitForSelector('#sites', { timeout: 60000 });
      await page.waitForSelector('.pill.live', { timeout: 60000 });
      await page.reload();
      const words = (await page.locator('main').innerText()).replace(/\s+/g, ' ');
      check(words.includes('不可能超过'), `the bound is said: ${words.slice(0, 300)}`);
      check(words.includes('证书已独立复核'), 'the certificate is checked');
      check(await page.locator('#sites tbody tr').count() === 7, `seven sites: ${await page.locator('#sites tbody tr').count()}`);
      check(words.includes('第 3 年'), 'year by year');
      await look(page, axe, new URL(page.url()).pathname);
    }],
    ['two plans side by side; the better one becomes proposals of stations', async () => {
      const page = await federation();
      for (const count of ['2', '4']) {
        await page.goto('/desk/planning/ningxia');
        await page.fill('input[name=count]', count);
        await page.check('input[name=gait][value=walk]', { force: true });
        await page.fill('input[name=seconds]', '5');
        await press(page, '.planform button.primary');
        await page.waitForSelector('form[action$="/accept"]', { timeout: 60000 });
      }
      const plan = new URL(page.url()).pathname;
      await page.goto('/desk/planning/ningxia');
      await press(page, 'form[action$="/compare"] button');
      check(await page.locator('.sides thead a').count() === 2, 'two plans stand side by side');
      await look(page, axe, new URL(page.url()).pathname + new URL(page.url()).search);
      // The same two on the map: without a look at it, a table says what either reaches and by how much they differ.
      await look(page, axe, `/desk/map/ningxia?profile=walk&plan=${plan.split('/').pop()}&beside=now`);
      const cells = await page.locator('#map-compare tbody tr').nth(1).locator('td').allInnerTexts();
      const [first, second, change] = cells.map((text) => Number(text.replace(/[^0-9-]/g, '')));
      check(first > second && second - first === change, `the plan against today: ${cells}`);
      await page.goto(plan);
      await press(page, 'form[action$="/accept"] button');
      check((await page.locator('main').innerText()).includes('布点方案'), 'the proposals name the plan');
    }],
    ['everybody sees the circle of real streets, on a phone and on a desk', async () => {
      for (const [options, name] of [[{ size: phone }, 'circle-phone'], [{ size: desk, lang: 'en' }, 'circle-desk'], [{ elder: true }, '']]) {
        const page = await house.person(options);
        await look(page, axe, '/circles');
        await look(page, axe, '/circles/porto_alegre?profile=slow');
        await look(page, axe, '/circles/ningxia');
        if (picture && name) { await page.goto('/circles/porto_alegre'); await picture(page, name); }
      }
    }],
  ];
}
