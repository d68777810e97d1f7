// What every form gets with script: no second sending of the same press, a new idempotency key when the person changed
// something after going back, and (form[data-draft]) a draft that survives an accidental tap. All of it is extra: the
// server decides by `_key` alone.
import { button, freshKey, icon, make, say } from './words';

// A short print of what a form holds; no personal value is kept, only the number.
function print(form: HTMLFormElement): number {
  let hash = 0x811c9dc5;
  for (const [name, value] of new FormData(form).entries()) {
    if (name.startsWith('_')) continue;
    for (const unit of `${name}=${typeof value === 'string' ? value : `${value.name}:${value.size}`};`) {
      hash = Math.imul(hash ^ unit.codePointAt(0)!, 0x01000193) >>> 0;
    }
  }
  return hash;
}

// Key -> print of what it was last sent with. It outlives the page, because "back" brings old hidden fields again.
function sentPrints(): [string, number][] {
  try { return JSON.parse(sessionStorage.getItem('tx-sent') ?? '[]') as [string, number][]; } catch { return []; }
}

function renewKey(form: HTMLFormElement): void {
  const key = form.querySelector<HTMLInputElement>('input[name="_key"]');
  if (!key) return;
  const now = print(form), prints = sentPrints(), before = prints.find(([sent]) => sent === key.value);
  if (!key.value || (before && before[1] !== now)) key.value = freshKey();
  const rest = prints.filter(([sent]) => sent !== key.value);
  sessionStorage.setItem('tx-sent', JSON.stringify([...rest, [key.value, now]].slice(-20)));
}

function sending(form: HTMLFormElement, submitter: HTMLElement | null, busy: boolean): void {
  form.toggleAttribute('data-busy', busy);
  const press = submitter ?? form.querySelector<HTMLElement>('button:not([type="button"])');
  if (!press?.classList.contains('btn')) return;
  if (busy) {
    press.dataset.words = press.innerHTML;
    press.setAttribute('aria-disabled', 'true');
    press.textContent = say('sending');
  } else if (press.dataset.words !== undefined) {
    press.removeAttribute('aria-disabled');
    press.innerHTML = press.dataset.words;
    delete press.dataset.words;
  }
}

document.addEventListener('submit', (event) => {
  const form = event.target as HTMLFormElement;
  if (event.defaultPrevented || form.method !== 'post') return;
  if (form.hasAttribute('data-busy')) { event.preventDefault(); return; }
  renewKey(form);
  markSent(form);
  const submitter = (event as SubmitEvent).submitter;
  // After this turn, so that the pressed button's own name and value still travel with the form.
  window.setTimeout(() => sending(form, submitter, true));
  // A download answers without leaving the page, and a dead network never answers: give the button back.
  window.setTimeout(() => sending(form, submitter, false), 8000);
  if (new URL(form.action).pathname === '/sign-out') forget();
});

window.addEventListener('pageshow', (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-busy]')) {
    sending(form, form.querySelector<HTMLElement>('[aria-disabled]'), false);
  }
});

// A shared phone or station computer must not show one person's draft or check-in page to the next.
function forget(): void {
  for (const name of Object.keys(sessionStorage)) if (name.startsWith('draft:')) sessionStorage.removeItem(name);
  if ('caches' in window) void caches.delete('tongxin-scan');
}

interface Draft { values: [string, string][]; sent?: boolean }

function readDraft(name: string): Draft | undefined {
  try { return JSON.parse(sessionStorage.getItem(`draft:${name}`) ?? '') as Draft; } catch { return undefined; }
}

function markSent(form: HTMLFormElement): void {
  const name = form.dataset.draft;
  const draft = name && readDraft(name);
  if (draft) sessionStorage.setItem(`draft:${name}`, JSON.stringify({ ...draft, sent: true }));
}

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

function kept(field: Field): boolean {
  return Boolean(field.name) && !field.name.startsWith('_') && !['hidden', 'password', 'file', 'submit'].includes(field.type);
}

function fields(form: HTMLFormElement): Field[] {
  return [...form.elements].filter((e): e is Field => 'name' in e && 'value' in e && kept(e as Field));
}

function restore(form: HTMLFormElement, draft: Draft): void {
  for (const field of fields(form)) {
    const values = draft.values.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field instanceof HTMLInputElement && ['radio', 'checkbox'].includes(field.type)) field.checked = values.includes(field.value);
    else if (values.length) field.value = values[0];
  }
  const note = make('div', { class: 'note', role: 'status' }, icon('info'));
  note.append(make('div', { class: 'line grow between' }, make('span', {}, say('draft_back')),
    button(say('draft_drop'), 'btn small', () => {
      sessionStorage.removeItem(`draft:${form.dataset.draft}`);
      form.reset();
      note.remove();
    })));
  form.prepend(note);
}

function watch(form: HTMLFormElement): void {
  const name = `draft:${form.dataset.draft}`;
  let timer = 0;
  form.addEventListener('input', () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      const values: [string, string][] = [];
      for (const field of fields(form)) {
        if (field instanceof HTMLInputElement && ['radio', 'checkbox'].includes(field.type) && !field.checked) continue;
        values.push([field.name, field.value]);
      }
      sessionStorage.setItem(name, JSON.stringify({ values }));
    }, 300);
  });
}

const forms = [...document.querySelectorAll<HTMLFormElement>('form[data-draft]')];
for (const name of Object.keys(sessionStorage)) {
  if (!name.startsWith('draft:')) continue;
  const here = forms.some((form) => `draft:${form.dataset.draft}` === name);
  if (!here && readDraft(name.slice(6))?.sent) sessionStorage.removeItem(name);  // it arrived: another page answered
}
for (const form of forms) {
  const draft = readDraft(form.dataset.draft ?? '');
  // A refused form comes back from the server with its values; a fresh one gets the draft.
  if (draft && !document.querySelector('.summary') && !draft.sent) restore(form, draft);
  watch(form);
}
for (const key of document.querySelectorAll<HTMLInputElement>('input[name="_key"]')) if (!key.value) key.value = freshKey();
document.getElementById('summary')?.focus();
