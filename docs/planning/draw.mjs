// Draws the planning charts from data/covering/porto_alegre_plans.csv:   node docs/planning/draw.mjs
// Plain SVG, one file a chart and language; nothing but this file and the table.
import { readFileSync, writeFileSync } from 'node:fs';

const root = new URL('../../', import.meta.url);
const lines = readFileSync(new URL('data/covering/porto_alegre_plans.csv', root), 'utf8').trim().split('\n');
const average = lines[0].match(/holds (\d+) people on streets, (\d+) in a straight line/).slice(1).map(Number);
const names = lines[1].split(',');
const rows = lines.slice(2).map((line) => Object.fromEntries(line.split(',').map((v, k) => [names[k], Number(v)])));
const all = rows[0].people;
const at20 = rows.find((row) => row.stations === 20);

const W = 860, H = 520, left = 86, right = 40, top = 118, bottom = 110;
const ink = '#241c16', soft = '#5a4e44', line = '#e6dccd', red = '#bf2629', blue = '#24506e', green = '#27663f', paper = '#ffffff';
const most = Math.max(...rows.map((row) => row.stations));
const x = (p) => left + (p / most) * (W - left - right);
const y = (share) => H - bottom - share * (H - top - bottom);
const escape = (s) => s.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const font = "'Noto Sans SC','Source Han Sans SC','PingFang SC','Microsoft YaHei','Noto Sans CJK SC',system-ui,sans-serif";
const text = (s, px, py, size, fill = ink, more = '') => `<text x="${px}" y="${py}" font-size="${size}" fill="${fill}" ${more}>${escape(s)}</text>`;
const percent = (v) => `${(100 * v).toFixed(1)} %`;

const series = (field, stroke, dash = '', marker = 'dot') => {
  const points = rows.map((row) => [x(row.stations), y(row[field] / all)]);
  const path = `<polyline points="${points.map((q) => q.map((v) => v.toFixed(1)).join(',')).join(' ')}" fill="none" stroke="${stroke}" stroke-width="2.5" stroke-linejoin="round"${dash && ` stroke-dasharray="${dash}"`}/>`;
  const mark = points.map(([px, py]) => marker === 'dot' ? `<circle cx="${px.toFixed(1)}" cy="${py.toFixed(1)}" r="4" fill="${stroke}"/>`
    : marker === 'ring' ? `<circle cx="${px.toFixed(1)}" cy="${py.toFixed(1)}" r="4" fill="${paper}" stroke="${stroke}" stroke-width="2"/>`
    : `<rect x="${(px - 4).toFixed(1)}" y="${(py - 4).toFixed(1)}" width="8" height="8" fill="${stroke}"/>`).join('');
  return path + mark;
};

function frame(words, drawn, legend) {
  let out = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${W} ${H}" width="${W}" height="${H}" font-family="${font}" role="img" lang="${words.lang}" aria-labelledby="title desc">`;
  out += `<title id="title">${escape(words.title)}</title><desc id="desc">${escape(words.desc)}</desc><rect width="${W}" height="${H}" fill="${paper}"/>`;
  out += text(words.title, 28, 40, 21, ink, 'font-weight="700"') + text(words.line, 28, 66, 14.5, soft);
  for (let share = 0; share <= 1.0001; share += 0.2) {
    out += `<line x1="${left}" x2="${W - right}" y1="${y(share).toFixed(1)}" y2="${y(share).toFixed(1)}" stroke="${line}"/>`;
    out += text(`${Math.round(share * 100)} %`, left - 10, y(share) + 5, 13, soft, 'text-anchor="end"');
  }
  for (const { stations } of rows) out += text(String(stations), x(stations), H - bottom + 22, 13, soft, 'text-anchor="middle"');
  out += text(words.across, (left + W - right) / 2, H - bottom + 44, 13, soft, 'text-anchor="middle"');
  out += text(words.up, 28, top - 20, 13, soft);
  out += drawn;
  legend.forEach(([label, stroke, shape, dash], k) => {
    const lx = W - right - words.wide, ly = y(0) - 22 - (legend.length - 1 - k) * 24;
    out += `<line x1="${lx}" x2="${lx + 34}" y1="${ly - 4}" y2="${ly - 4}" stroke="${stroke}" stroke-width="2.5"${dash ? ` stroke-dasharray="${dash}"` : ''}/>`;
    if (shape === 'dot') out += `<circle cx="${lx + 17}" cy="${ly - 4}" r="4" fill="${stroke}"/>`;
    if (shape === 'ring') out += `<circle cx="${lx + 17}" cy="${ly - 4}" r="4" fill="${paper}" stroke="${stroke}" stroke-width="2"/>`;
    if (shape === 'square') out += `<rect x="${lx + 13}" y="${ly - 8}" width="8" height="8" fill="${stroke}"/>`;
    out += text(label, lx + 44, ly + 1, 13.5);
  });
  words.source.forEach((part, k) => { out += text(part, 28, H - 32 + 17 * k, 11.5, soft); });
  return out + '</svg>\n';
}

const more = at20.best - at20.greedy;
const over = average[1] / average[0] - 1;
const count = (v, lang) => v.toLocaleString(lang);
const words = {
  'zh-CN': {
    source: ['地点：巴西阿雷格里港，并非中国；1,223 个候选站址 · 街道 © OpenStreetMap contributors（ODbL，2020-08-12）', '人口：Ipea，Acesso a Oportunidades，经 r5r · 步行每小时 5 公里'],
    across: '新建站点数', up: '步行 15 分钟之内的人口占比；蓝色数字：最优比贪心多的人数', up2: '步行 15 分钟之内的人口占全部人口的比例',
    greedy: { title: '站点一样多，最优方案比逐个挑选多覆盖多少人', line: `建 20 个站点：逐个挑选覆盖 ${count(at20.greedy, 'zh-CN')} 人，最优方案覆盖 ${count(at20.best, 'zh-CN')} 人，多 ${count(more, 'zh-CN')} 人（+${(100 * more / at20.greedy).toFixed(1)} %）`,
      labels: ['任何方案都不可能超过', '最优（已知最好）的方案', '逐个挑选（贪心）'], wide: 196 },
    circles: { title: '直线画圈看到的人，街道上走不到', line: `平均一个 1,250 米的直线圈里有 ${count(average[1], 'zh-CN')} 人，街道上 15 分钟只能走到 ${count(average[0], 'zh-CN')} 人：高估 ${(100 * over).toFixed(0)} %`,
      labels: ['按直线圈规划，自以为覆盖', '按街道规划，真正走得到', '按直线圈规划，真正走得到'], wide: 236 },
  },
  en: {
    source: ['Porto Alegre, Brazil, not a place in China; 1,223 candidate sites · Streets © OpenStreetMap contributors (ODbL, 2020-08-12)', 'Population: Ipea, Acesso a Oportunidades, by way of r5r · walking at 5 km/h'],
    across: 'new stations', up: 'share of all people within a 15-minute walk; in blue: people more than greedy reaches', up2: 'share of all people within a 15-minute walk',
    greedy: { title: 'As many stations: the best plan against one picked after another', line: `20 stations: picked one by one they reach ${count(at20.greedy, 'en')} people, the best plan ${count(at20.best, 'en')}: ${count(more, 'en')} more (+${(100 * more / at20.greedy).toFixed(1)} %)`,
      labels: ['no plan can reach more', 'best plan known', 'one after another (greedy)'], wide: 236 },
    circles: { title: 'A circle drawn on a map counts people who cannot walk there', line: `An average circle of 1,250 m holds ${count(average[1], 'en')} people; in 15 minutes on streets ${count(average[0], 'en')} get there: ${(100 * over).toFixed(0)} % too many`,
      labels: ['planned with circles: promised', 'planned on streets: really reached', 'planned with circles: really reached'], wide: 288 },
  },
};
for (const [lang, w] of Object.entries(words)) {
  const desc = (labels, fields) => `${rows.map((row) => `${row.stations}: ${fields.map((f, k) => `${labels[k]} ${percent(row[f] / all)}`).join(', ')}`).join('; ')}.`;
  const greedy = ['bound', 'best', 'greedy'], circles = ['circles_promise', 'best', 'circles_plan_on_streets'];
  writeFileSync(new URL(`docs/planning/optimal-and-greedy.${lang}.svg`, root), frame({ ...w, ...w.greedy, lang, desc: desc(w.greedy.labels, greedy) },
    series('greedy', red, '', 'square') + series('bound', soft, '3 4', 'ring') + series('best', blue) + rows.map((row) => text(`+${count(row.best - row.greedy, lang)}`, x(row.stations) - (row.stations < 40 ? 7 : 0), y(row.best / all) - 9, 12, blue, `text-anchor="${row.stations < 40 ? 'end' : 'middle'}"`)).join(''),
    [[w.greedy.labels[0], soft, 'ring', '3 4'], [w.greedy.labels[1], blue, 'dot'], [w.greedy.labels[2], red, 'square']]));
  writeFileSync(new URL(`docs/planning/streets-and-circles.${lang}.svg`, root), frame({ ...w, ...w.circles, up: w.up2, lang, desc: desc(w.circles.labels, circles) },
    series('circles_promise', red, '3 4', 'ring') + series('circles_plan_on_streets', red, '', 'square') + series('best', green),
    [[w.circles.labels[0], red, 'ring', '3 4'], [w.circles.labels[1], green, 'dot'], [w.circles.labels[2], red, 'square']]));
}
