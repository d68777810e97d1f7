// The form of the offline check, the same on the site and in the file that is saved to a disk. It asks no server anything.
import { check, readKeys, type Finding } from './verify_log';
import { speak } from './verify_texts';

export function verifyForm(into: HTMLElement, language: 'zh' | 'en', keys: string): void {
  const say = speak(language);
  const make = <K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Record<string, string>, ...children: (Node | string)[]): HTMLElementTagNameMap[K] => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  const what = make('textarea', { class: 'input', id: 'check-what', rows: '7', spellcheck: 'false', 'aria-describedby': 'check-what-hint' });
  const file = make('input', { class: 'input', id: 'check-file', type: 'file', accept: '.txt,.log,.json,text/plain,application/json' });
  const name = make('input', { class: 'input short', id: 'check-name', autocomplete: 'off', 'aria-describedby': 'check-name-hint' });
  const trusted = make('textarea', { class: 'input', id: 'check-keys', rows: '4', spellcheck: 'false', 'aria-describedby': 'check-keys-hint' });
  trusted.value = keys;
  const results = make('div', { role: 'status', 'aria-live': 'polite', class: 'check-results' });
  const field = (id: string, key: string, input: HTMLElement): HTMLElement =>
    make('div', { class: 'field' }, make('label', { for: id }, say(key)), make('p', { class: 'hint', id: `${id}-hint` }, say(`${key}_hint`)), input);

  const show = (findings: Finding[]): void => {
    results.replaceChildren(...findings.map(({ good, key, values }) =>
      make('section', { class: good ? 'verdict good' : 'verdict' }, make('span', { class: 'verdict-mark', 'aria-hidden': 'true' }, good ? '✓' : '✕'),
        make('div', {}, make('h2', {}, say(good ? 'good' : 'bad')), make('p', {}, say(`found_${key}`, values))))));
    results.querySelector('section')?.scrollIntoView({ block: 'nearest' });
  };
  const form = make('form', { class: 'form card' },
    field('check-what', 'what', what), field('check-file', 'file', file), field('check-name', 'name', name), field('check-keys', 'keys', trusted),
    make('div', { class: 'actions' }, make('button', { class: 'btn primary big' }, say('check'))));
  file.addEventListener('change', () => {
    void file.files?.[0]?.text().then((text) => { what.value = text; });
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    results.replaceChildren(make('p', {}, say('working')));
    setTimeout(() => {   // let the words appear before a long log is counted
      try { show(check(what.value, readKeys(trusted.value), name.value)); }
      catch { show([{ good: false, key: 'unreadable', values: {} }]); }
    }, 20);
  });
  into.replaceChildren(results, form);
}
