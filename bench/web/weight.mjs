// Weight and largest paint of the public pages on a phone over a slow line, from an empty cache.
//   node bench/web/weight.mjs [WORD]     (TONGXIN_PROGRAM=build/tongxin; only pages whose name has the word)
// Profile, bundled: 1.6 Mbit/s down, 0.75 Mbit/s up, 150 ms a request (Lighthouse's "slow 4G"); the processor as it is,
// and slowed four times. Five visits a page, each in a fresh browser context; the median is told.
import { House, phone } from '../../tests/journeys/house.mjs';

const kVisits = Number(process.env.VISITS ?? 5);
const profile = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 0.75e6 / 8 };
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

async function visit(house, path, elder, slower, opened) {
  const page = await house.person({ size: phone, elder, touch: true });
  const line = await page.context().newCDPSession(page);
  await line.send('Network.enable');
  await line.send('Network.emulateNetworkConditions', profile);
  await line.send('Emulation.setCPUThrottlingRate', { rate: slower });
  let bytes = 0, requests = 0;
  line.on('Network.loadingFinished', (event) => { bytes += event.encodedDataLength; ++requests; });
  await page.addInitScript(() => {
    window.paint = 0;
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.paint = entry.startTime; })
      .observe({ type: 'largest-contentful-paint', buffered: true });
  });
  await page.goto(path, { waitUntil: 'load' });
  await page.waitForTimeout(1500);
  if (path.startsWith('/map')) {
    await page.waitForLoadState('networkidle', { timeout: 60000 });
    if (opened) {   // the live map comes when it is asked for
      await page.locator('.map-open').click();
      await page.waitForSelector('tx-map[data-ready="1"]', { timeout: 60000 });
      await page.waitForTimeout(2000);
    }
  }
  const largest = await page.evaluate(() => window.paint);
  await page.context().close();
  return { bytes, requests, largest };
}

const house = await House.open();
try {
  const page = await house.person();
  await page.goto('/activities');
  const one = await page.locator('main a[href^="/activities/"]').first().getAttribute('href');
  console.log('page                 requests     kB  largest paint ms   slowed four times');
  for (const [name, path, elder, opened] of [['home', '/'], ['home, elder', '/', true], ['activities', '/activities'], ['one activity', one], ['ask', '/ask'], ['promises', '/promises'], ['map', '/map'], ['map on streets', '/map/porto_alegre'], ['map, opened', '/map', false, true], ['map on streets, opened', '/map/porto_alegre', false, true]]) {
    if (process.argv[2] && !name.includes(process.argv[2])) continue;
    const visits_of = async (slower) => {
      const visits = [];
      for (let i = 0; i < kVisits; ++i) visits.push(await visit(house, path, elder, slower, opened));
      return { paint: median(visits.map((v) => v.largest)), ...visits[0] };
    };
    const plain = await visits_of(1), slow = await visits_of(4);
    console.log(`${name.padEnd(20)} ${String(plain.requests).padStart(8)} ${(plain.bytes / 1000).toFixed(1).padStart(6)} ${plain.paint.toFixed(0).padStart(17)} ${slow.paint.toFixed(0).padStart(19)}`);
  }
} finally {
  await house.close();
}
