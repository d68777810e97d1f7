// Where people live in Liechtenstein, made up as far as it goes below the village: each municipality's people (as tagged in the
// extract) are shared out evenly over the buildings nearest to its village, then added up in cells of about 250 m.
//   node liechtenstein_people.mjs > liechtenstein_people.csv
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inflateSync } from 'node:zlib';

const bytes = readFileSync(join(dirname(fileURLToPath(import.meta.url)), 'liechtenstein.osm.pbf'));
function varint(b, at) {
  let value = 0n, shift = 0n;
  for (;;) { const c = b[at.i++]; value |= BigInt(c & 127) << shift; shift += 7n; if (c < 128) return value; }
}
function* fields(b) {
  const at = { i: 0 };
  while (at.i < b.length) {
    const key = Number(varint(b, at)), kind = key & 7;
    if (kind === 0) yield [key >> 3, varint(b, at)];
    else if (kind === 2) { const n = Number(varint(b, at)); yield [key >> 3, b.subarray(at.i, at.i + n)]; at.i += n; }
    else at.i += kind === 5 ? 4 : 8;
  }
}
const packed = (b) => { const at = { i: 0 }, out = []; while (at.i < b.length) out.push(varint(b, at)); return out; };
const deltas = (b) => { let sum = 0n; return packed(b).map((v) => (sum += (v >> 1n) ^ -(v & 1n))); };
const text = new TextDecoder();

const nodes = new Map(), villages = [], buildings = [];
for (let at = 0; at < bytes.length;) {
  const headSize = bytes.readUInt32BE(at), head = new Map(fields(bytes.subarray(at + 4, at + 4 + headSize)));
  const size = Number(head.get(3)), blob = new Map(fields(bytes.subarray(at + 4 + headSize, at + 4 + headSize + size)));
  at += 4 + headSize + size;
  if (text.decode(head.get(1)) !== 'OSMData') continue;
  const strings = [], groups = [];
  for (const [field, value] of fields(blob.has(3) ? inflateSync(blob.get(3)) : blob.get(1)))
    if (field === 1) for (const [, one] of fields(value)) strings.push(text.decode(one)); else if (field === 2) groups.push(value);
  for (const group of groups) for (const [field, value] of fields(group)) {
    const message = new Map(fields(value));
    if (field === 2) {
      const ids = deltas(message.get(1)), lats = deltas(message.get(8)), lons = deltas(message.get(9)), tags = packed(message.get(10) ?? new Uint8Array());
      let k = 0;
      ids.forEach((id, i) => {
        const place = [Number(lons[i]) / 1e7, Number(lats[i]) / 1e7], own = {};
        nodes.set(id, place);
        for (; k < tags.length && tags[k]; k += 2) own[strings[Number(tags[k])]] = strings[Number(tags[k + 1])];
        k += 1;
        // Nendeln is a village of the municipality of Eschen and counted there.
        if (own.place === 'village' && own.population && own.name !== 'Nendeln') villages.push({ name: own.name, people: Number(own.population), place, buildings: [] });
      });
    } else if (field === 3) {
      const keys = packed(message.get(2) ?? new Uint8Array()).map((i) => strings[Number(i)]);
      if (keys.includes('building')) buildings.push(deltas(message.get(8))[0]);
    }
  }
}
const far = (a, b) => Math.hypot((a[0] - b[0]) * 0.68, a[1] - b[1]);
const box = [9.471, 47.048, 9.636, 47.271];   // of the extract's header: what lies outside is Switzerland and Austria
for (const id of buildings) {
  const place = nodes.get(id);
  if (!place || place[0] < box[0] || place[0] > box[2] || place[1] < box[1] || place[1] > box[3]) continue;
  const nearest = villages.reduce((best, one) => (far(one.place, place) < far(best.place, place) ? one : best));
  if (far(nearest.place, place) < 0.035) nearest.buildings.push(place);
}
console.log('id,name,lon,lat,people,town');
for (const village of villages.sort((a, b) => a.name.localeCompare(b.name))) {
  const cells = new Map();
  village.buildings.forEach((place, i) => {
    const key = `${Math.floor(place[0] / 0.0033)}_${Math.floor(place[1] / 0.00225)}`;
    const cell = cells.get(key) ?? { lon: 0, lat: 0, count: 0, people: 0 };
    cell.lon += place[0]; cell.lat += place[1]; cell.count += 1;
    cell.people += Math.floor((village.people * (i + 1)) / village.buildings.length) - Math.floor((village.people * i) / village.buildings.length);
    cells.set(key, cell);
  });
  let n = 0;
  for (const [, cell] of [...cells].sort(([a], [b]) => (a < b ? -1 : 1)))
    console.log(`${village.name.toLowerCase()}_${++n},${village.name} ${n},${(cell.lon / cell.count).toFixed(6)},${(cell.lat / cell.count).toFixed(6)},${cell.people},${village.name}`);
}
