// The small part of mustache that the templates use, with the semantics of the server's engine, so that the gallery can
// render the partials without the server: [[key]] texts, {{>partial}} included as text, sections, inverted sections,
// dotted names, HTML escaping. Empty text, zero, false and null count as absent. Not a general mustache.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };
const escape = (text) => String(text).replace(/[&<>"']/g, (c) => escapes[c]);
const absent = (v) => v === undefined || v === null || v === false || v === '' || v === 0 || (Array.isArray(v) && !v.length);

function look(stack, name) {
  const [first, ...rest] = name.split('.');
  for (let i = stack.length - 1; i >= 0; i -= 1) {
    const frame = stack[i];
    if (frame && typeof frame === 'object' && first in frame) return rest.reduce((v, part) => v?.[part], frame[first]);
  }
  return undefined;
}

export function load(web, name, texts, depth = 0) {
  if (depth > 12) throw new Error(`partials nest too deeply at ${name}`);
  return readFileSync(join(web, `${name}.html`), 'utf8').trimEnd()
    .replace(/\{\{>\s*([\w/]+)\s*\}\}/g, (_, part) => load(web, part, texts, depth + 1))
    .replace(/\[\[([\w.]+)\]\]/g, (_, key) => {
      if (!(key in texts)) throw new Error(`${name}: no text ${key}`);
      return escape(texts[key]).replace(/\{(\w+)\}/g, '{{$1}}');
    });
}

export function render(template, view) {
  const tokens = template.split(/(\{\{\{[^}]+\}\}\}|\{\{[^}]+\}\})/);
  let at = 0;
  const run = (stack, live, until) => {
    let out = '';
    while (at < tokens.length) {
      const token = tokens[at++];
      const match = /^\{\{(\{|[#^/!&]?)\s*([\w./-]*)[^}]*\}\}\}?$/.exec(token);
      if (!match) { if (live) out += token; continue; }
      const [, kind, name] = match;
      if (kind === '/') { if (name !== until) throw new Error(`expected /${until}, got /${name}`); return out; }
      if (kind === '#' || kind === '^') {
        const value = live ? look(stack, name) : undefined;
        const start = at;
        if (kind === "^") { out += run(stack, live && absent(value), name); continue; }
        if (!live || absent(value)) { run(stack, false, name); continue; }
        for (const item of Array.isArray(value) ? value : [value]) {
          at = start;
          out += run([...stack, item], true, name);
        }
      } else if (live && kind !== '!') {
        const value = look(stack, name);
        if (value !== undefined && value !== null && value !== false) out += kind === '{' || kind === '&' ? value : escape(value);
      }
    }
    if (until) throw new Error(`section ${until} is not closed`);
    return out;
  };
  return run([view], true, '');
}
