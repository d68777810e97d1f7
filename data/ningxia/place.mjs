// Gives every county, township and community of Ningxia a SYNTHETIC position, since no public source has coordinates
// below the places of GeoNames: counties stand at a GeoNames place of theirs, townships on a sunflower spiral around the
// county, communities on one around the township. Deterministic. Usage: node place.mjs > places.csv
import { readFileSync } from 'node:fs';
const here = new URL('.', import.meta.url);
const rows = (name) => readFileSync(new URL(name, here), 'utf8').trim().split('\n').slice(1).map((l) => l.split(',').map((c) => c.replace(/^"|"$/g, '')));
const places = Object.fromEntries(rows('geonames_places_ningxia.csv').map(([name, lat, lon]) => [name, [+lat, +lon]]));
const seats = { // county -> GeoNames place; '+' moves it a little where a city's districts share one place
  640104: ['Yinchuan', 0, 0.02], 640105: ['Yinchuan', 0.02, -0.14], 640106: ['Yinchuan', 0.01, -0.06], 640121: ['Yanghe', 0, 0],
  640122: ['Xigang', 0, 0], 640181: ['Dongta', 0, 0], 640202: ['Dawukou', 0, 0], 640205: ['Huinong', 0, 0],
  640221: ['Pingluo Chengguanzhen', 0, 0], 640302: ['Wuzhong', 0, 0], 640303: ['Hongsipu', 0, 0], 640323: ['Huamachi', 0, 0],
  640324: ['Yuhai', 0, 0], 640381: ['Yuquanying', -0.1, 0.1], 640402: ['Guyuan', 0, 0], 640422: ['Guyuan', -0.05, -0.55],
  640423: ['Longde Chengguanzhen', 0, 0], 640424: ['Xiangshui', 0, 0], 640425: ['Baiyang', 0, 0], 640502: ['Zhongwei', 0, 0],
  640521: ['Ning’an', 0, 0], 640522: ['Sanhe', 0, 0],
};
const golden = Math.PI * (3 - Math.sqrt(5));
const around = ([lat, lon], index, count, km) => {
  const r = km * Math.sqrt((index + 0.3) / count), a = index * golden;
  return [lat + (r * Math.sin(a)) / 110.574, lon + (r * Math.cos(a)) / (111.32 * Math.cos((lat * Math.PI) / 180))];
};
const out = (code, [lat, lon]) => console.log(`${code},${lat.toFixed(5)},${lon.toFixed(5)}`);
const streets = rows('streets_ningxia.csv'), villages = rows('villages_ningxia.csv');
console.log('code,lat,lon');
for (const [county] of rows('areas_ningxia.csv')) {
  const [place, dLat, dLon] = seats[county];
  const seat = [places[place][0] + dLat, places[place][1] + dLon];
  out(county, seat);
  const towns = streets.filter((s) => s[2] === county).sort((a, b) => (b[1].endsWith('街道') - a[1].endsWith('街道')) || a[0].localeCompare(b[0]));
  towns.forEach(([code, name], i) => {
    const urban = name.endsWith('街道');
    const town = around(seat, i, towns.length, urban ? 8 : 24);
    out(code, town);
    const communities = villages.filter((v) => v[2] === code);
    communities.forEach((v, j) => out(v[0], around(town, j, communities.length, urban ? 1.2 : 4)));
  });
}
