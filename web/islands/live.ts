// <tx-live data-src="/dispatch/7/candidates" data-on="need.changed" data-every="60" data-topic="640106"> fetches its own
// fragment again when the server says so, or every so many seconds. Links and GET forms with data-into="<id>" load their
// data-fragment into that tx-live and keep the address bar true; without script they are ordinary pages.
import { listen } from './events';
import { define, make, say } from './words';

class Live extends HTMLElement {
  private leave: (() => void)[] = [];
  private timer = 0;
  private turn = 0;
  private owed = false;

  connectedCallback(): void {
    const again = (): void => { void this.again(); };
    const names = (this.dataset.on ?? '').split(/\s+/).filter(Boolean);
    for (const name of names.length ? [...names, 'missed'] : []) this.leave.push(listen(name, again, this.dataset.topic));
    const seconds = Number(this.dataset.every);
    if (seconds > 0) this.timer = window.setInterval(() => { if (!document.hidden) again(); }, seconds * 1000);
    this.addEventListener('focusout', () => { if (this.owed) window.setTimeout(again); });
  }

  // Told while a load is under way or somebody is at work inside, it loads once more afterwards, however often it was told.
  private async again(): Promise<void> {
    this.owed = true;
    if (this.busy() || this.hasAttribute('aria-busy')) return;
    while (this.owed && !this.busy()) {
      this.owed = false;
      await this.load(this.dataset.src);
    }
  }

  disconnectedCallback(): void {
    for (const leave of this.leave) leave();
    window.clearInterval(this.timer);
  }

  // Nothing is pulled from under a person's fingers: no reload while a field inside has the focus or a form is away.
  private busy(): boolean {
    return this.querySelector('input:focus, textarea:focus, select:focus, form[data-busy]') !== null;
  }

  async load(address: string | undefined): Promise<boolean> {
    if (!address) return false;
    const turn = (this.turn += 1);
    this.setAttribute('aria-busy', 'true');
    try {
      const answer = await fetch(address, { headers: { 'X-Fragment': '1' }, credentials: 'same-origin' });
      if (turn !== this.turn) return false;
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      this.put(await answer.text());
      this.dataset.src = address;
      return true;
    } catch {
      this.stale();
      return false;
    } finally {
      if (turn === this.turn) this.removeAttribute('aria-busy');
    }
  }

  private put(html: string): void {
    const focused = this.contains(document.activeElement) ? document.activeElement?.id : undefined;
    const open = [...this.querySelectorAll('details[open][id]')].map((details) => details.id);
    this.innerHTML = html;
    if (this.querySelector('[data-settled]')) window.clearInterval(this.timer);   // what it waited for has come
    for (const id of open) this.querySelector(`#${CSS.escape(id)}`)?.setAttribute('open', '');
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  }

  private stale(): void {
    if (!this.querySelector('.stale')) this.prepend(make('p', { class: 'stale small soft', role: 'status' }, say('stale')));
  }
}
define('tx-live', Live);

function target(element: HTMLElement): Live | null {
  const found = document.getElementById(element.dataset.into ?? '');
  return found instanceof Live ? found : null;
}

document.addEventListener('click', (event) => {
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const link = (event.target as Element).closest<HTMLAnchorElement>('a[data-into]');
  const live = link && target(link);
  if (!link || !live) return;
  event.preventDefault();
  void live.load(link.dataset.fragment ?? link.href).then((done) => {
    if (!done) { location.href = link.href; return; }
    history.pushState({ live: live.id, from: live.dataset.src }, '', link.href);
    for (const other of document.querySelectorAll(`a[data-into="${CSS.escape(live.id)}"]`)) other.removeAttribute('aria-current');
    link.setAttribute('aria-current', 'true');
    live.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
  });
});
window.addEventListener('popstate', () => { if (document.querySelector('tx-live')) location.reload(); });

document.addEventListener('change', (event) => {
  const form = (event.target as Element).closest<HTMLFormElement>('form[data-auto]');
  if (form) form.requestSubmit ? form.requestSubmit() : form.submit();
});
document.addEventListener('submit', (event) => {
  const form = event.target as HTMLFormElement;
  const live = form.method === 'get' ? target(form) : null;
  if (!live || event.defaultPrevented) return;
  event.preventDefault();
  const query = new URLSearchParams(new FormData(form) as unknown as Record<string, string>).toString();
  void live.load(`${form.dataset.fragment ?? form.action}?${query}`).then((done) => {
    if (done) history.replaceState(null, '', `${form.action}?${query}`); else form.submit();
  });
});
