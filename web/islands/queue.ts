// Check-ins made on this phone that the server has not answered yet. Each has its idempotency key from the moment of the
// scan, so sending twice records once. Kept in IndexedDB by account: a phone that changes hands sends nothing in another
// person's name. Lost only if the person removes it or the browser's storage is wiped.
import { freshKey, say } from './words';

export interface Check {
  key: string;
  account: string;
  kind: string;               // shift or need
  object: string;
  code: string;               // the six digits
  direction: 'in' | 'out';
  at: string;                 // when it was scanned, by this phone's clock
  state: 'waiting' | 'sent' | 'refused';
  text?: string;              // what the server said
}

const post = '/api/attendance/check';
const who = (): string => document.querySelector<HTMLElement>('tx-dots')?.dataset.account ?? '';

function store(mode: IDBTransactionMode): Promise<IDBObjectStore> {
  return new Promise((done, fail) => {
    const open = indexedDB.open('tongxin', 1);
    open.onupgradeneeded = () => open.result.createObjectStore('checks', { keyPath: 'key' });
    open.onsuccess = () => done(open.result.transaction('checks', mode).objectStore('checks'));
    open.onerror = () => fail(open.error);
  });
}

function result<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
}

export async function all(): Promise<Check[]> {
  const checks = await result((await store('readonly')).getAll()) as Check[];
  return checks.filter((check) => check.account === who()).sort((a, b) => b.at.localeCompare(a.at));
}

async function put(check: Check): Promise<void> {
  await result((await store('readwrite')).put(check));
  await mark();
}

export async function drop(key: string): Promise<void> {
  await result((await store('readwrite')).delete(key));
  await mark();
}

async function mark(): Promise<void> {
  const waiting = (await all()).some((check) => check.state === 'waiting');
  if (waiting) localStorage.setItem('tx-waiting', '1'); else localStorage.removeItem('tx-waiting');
  document.dispatchEvent(new CustomEvent('tx-queue'));
}

export interface Scanned { kind: string; object: string; code: string }

// What a check-in QR code says: TONGXIN:<shift or need>:<id>:<six digits>. Anything else is not ours.
export function scanned(text: string): Scanned | undefined {
  const parts = /^TONGXIN:(shift|need):([\w-]{1,40}):(\d{6})$/.exec(text.trim());
  return parts ? { kind: parts[1], object: parts[2], code: parts[3] } : undefined;
}

export async function add(what: Scanned, direction: 'in' | 'out'): Promise<Check> {
  const check: Check = { ...what, key: freshKey(), account: who(), direction, at: new Date().toISOString(), state: 'waiting' };
  await put(check);
  return check;
}

interface Answer { detail?: string; rule?: string }

// What may be answered otherwise next time: busy, signed out, a session that changed. A rule of the field is final.
function later(status: number, answer: Answer | undefined): boolean {
  if ([401, 408, 425, 429].includes(status) || status >= 500) return true;
  return status === 403 && /^(http|access)\./.test(answer?.rule ?? 'http.');
}

// Sends one. Anything that may be different next time (no network, busy server, signed out) leaves it waiting.
export async function send(check: Check, csrf: string): Promise<Check> {
  let answer: Response;
  try {
    answer = await fetch(post, {
      method: 'POST', credentials: 'same-origin',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-CSRF-Token': csrf, 'Idempotency-Key': check.key },
      body: JSON.stringify({ kind: check.kind, object: check.object, direction: check.direction, code: check.code, scanned_at: check.at }),
    });
  } catch {
    return check;
  }
  const body = await answer.json().catch(() => undefined) as Answer | undefined;
  const text = answer.status === 401 ? say('queue_sign_in') : body?.detail;
  const next: Check = { ...check, text, state: answer.ok ? 'sent' : later(answer.status, body) ? 'waiting' : 'refused' };
  await put(next);
  return next;
}

let running: Promise<void> | undefined;

export function sendAll(): Promise<void> {
  running ??= (async () => {
    const csrf = document.querySelector<HTMLInputElement>('input[name="_csrf"]')?.value ?? '';
    for (const check of (await all()).reverse()) if (check.state === 'waiting') await send(check, csrf);
    await tidy();
  })().finally(() => { running = undefined; });
  return running;
}

// Answered ones stay visible for a day, then go.
async function tidy(): Promise<void> {
  const yesterday = new Date(Date.now() - 864e5).toISOString();
  for (const check of await all()) if (check.state === 'sent' && check.at < yesterday) await drop(check.key);
}

export function sendWhenOnline(): void {
  const go = (): void => { if (navigator.onLine) void sendAll(); };
  window.addEventListener('online', go);
  document.addEventListener('visibilitychange', () => { if (!document.hidden) go(); });
  window.setInterval(() => { if (localStorage.getItem('tx-waiting')) go(); }, 30_000);
  go();
}
