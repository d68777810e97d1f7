// The third oracle: HiGHS (npm, WebAssembly) on the files that bench_oracles wrote.   node highs.mjs FOLDER
import { readFileSync } from 'node:fs';
import loader from 'highs';

const folder = process.argv[2];
const cases = readFileSync(`${folder}/expected.txt`, 'utf8').trim().split('\n').map((line) => line.split(' '));
let agree = 0;
for (const [name, expected] of cases) {
  const highs = await loader();   // a fresh one each: an instance that failed once does not recover
  const found = highs.solve(readFileSync(`${folder}/${name}`, 'utf8'), { mip_rel_gap: 0, mip_abs_gap: 0 });
  const value = found.Status === 'Optimal' ? String(Math.round(found.ObjectiveValue)) : found.Status === 'Infeasible' ? 'none' : found.Status;
  if (value === expected || (value === '-0' && expected === '0')) agree += 1;
  else console.log(`${name}: engine ${expected}, HiGHS ${value}`);
}
console.log(`${cases.length} cases: HiGHS agrees ${agree}`);
