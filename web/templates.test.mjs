// Reads every template beside the styles, icons, texts and partials that it names: a class without a rule, an icon that
// nobody drew, a text missing in a language, inline script or style are found here and not by a user. node --test web/
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const web = dirname(fileURLToPath(import.meta.url));

function under(folder, ending) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? under(path, ending) : path.endsWith(ending) ? [path] : [];
  });
}

const templates = under(web, '.html').map((path) => ({ name: relative(web, path), text: readFileSync(path, 'utf8') }));
const css = under(join(web, 'styles'), '.css').map((path) => readFileSync(path, 'utf8')).join('\n').replace(/\/\*[\s\S]*?\*\//g, '');
const ruled = new Set([...css.matchAll(/\.([a-zA-Z][\w-]*)/g)].map((match) => match[1]));
// Hooks without a look of their own.
const hooks = new Set(['tick-count', 'tick-all', 'line', 'name', 'long', 'stale', 'plain']);
const texts = Object.fromEntries(['zh-CN', 'en'].map((language) => [language, Object.assign({}, ...under(join(web, 'locales', language), '.json')
  .map((path) => JSON.parse(readFileSync(path, 'utf8'))))]));

const each = (find) => templates.flatMap(({ name, text }) => find(text).map((what) => `${name}: ${what}`));

test('every class of a template has a rule', () => {
  const bare = (list) => list.replace(/\{\{[#^/][\w.]+\}\}/g, ' ').split(/\s+/).filter((word) => word && !word.includes('{{'));
  assert.deepEqual(each((text) => [...text.matchAll(/\bclass="([^"]*)"/g)].flatMap((match) => bare(match[1]))
    .filter((word) => !ruled.has(word) && !hooks.has(word))), []);
});

// Two rooms that give one class a look each spoil each other's page: the later sheet wins.
test('a class is drawn in one sheet of a room', () => {
  const sheets = new Map();
  for (const path of under(join(web, 'styles'), '.css').filter((name) => /\/6\d-/.test(name))) {
    const rules = readFileSync(path, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '').split('}').map((rule) => rule.split('{').at(-2) ?? '');
    for (const name of new Set(rules.flatMap((list) => list.split(',')).map((one) => /^\s*\.([\w-]+)\s*$/.exec(one)?.[1]).filter(Boolean)))
      sheets.set(name, [...(sheets.get(name) ?? []), relative(join(web, 'styles'), path)]);
  }
  assert.deepEqual([...sheets].filter(([, where]) => where.length > 1).map(([name, where]) => `${name}: ${where.join(', ')}`), []);
});

test('every icon of a template is drawn', () => {
  assert.deepEqual(each((text) => [...text.matchAll(/sprite\.svg#([\w-]+)"/g)].map((match) => match[1])
    .filter((icon) => !existsSync(join(web, 'icons', `${icon}.svg`)))), []);
});

test('every text of a template stands in both languages', () => {
  for (const [language, known] of Object.entries(texts)) {
    assert.deepEqual(each((text) => [...text.matchAll(/\[\[([\w.-]+)\]\]/g)].map((match) => match[1]).filter((key) => !(key in known))), [], language);
  }
});

test('every partial of a template exists', () => {
  assert.deepEqual(each((text) => [...text.matchAll(/\{\{>\s*([\w/]+)\s*\}\}/g)].map((match) => match[1])
    .filter((part) => !existsSync(join(web, `${part}.html`)))), []);
});

test('no template carries inline script or style, or a field without the guard', () => {
  assert.deepEqual(each((text) => text.match(/<[a-z][^>]*\s(?:style|on[a-z]+)\s*=|<style|<script(?![^>]*\bsrc=)/gi) ?? []), []);
  assert.deepEqual(each((text) => [...text.matchAll(/<form[^>]*method="post"[\s\S]*?<\/form>/g)].map((match) => match[0])
    .filter((form) => !/layout\/guard|name="_csrf"/.test(form)).map((form) => form.slice(0, 80))), []);
});
