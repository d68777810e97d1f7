// The check-in page (扫一扫): camera, six digits typed by hand, and the list of what still waits for the network.
import { finder, watch } from './camera';
import { add, all, drop, scanned, send, sendAll, sendWhenOnline, type Check, type Scanned } from './queue';
import { button, define, icon, make, say } from './words';

const tones = { waiting: 'wait', sent: 'done', refused: 'stop' } as const;

class Scan extends HTMLElement {
  private video = make('video', { playsinline: '', muted: '', 'aria-label': say('scan_aim') });
  private stage = make('div', { class: 'scanner', hidden: '' }, make('div', { class: 'scanner-window' }, this.video), make('p', {}, say('scan_aim')));
  private said = make('div', { role: 'status', 'aria-live': 'polite' });
  private list = make('section', { class: 'section', 'aria-label': say('queue_title') });
  private toggle = button(say('scan_start'), 'btn primary big wide', () => void this.camera(), 'scan');
  private close?: () => void;

  connectedCallback(): void {
    if (this.contains(this.said)) return;
    const typed = this.typing();
    this.replaceChildren(this.said, this.direction(), this.stage, make('p', { class: 'actions' }, this.toggle), ...typed, this.list);
    this.classList.add('stack');
    document.addEventListener('tx-queue', () => void this.show());
    window.addEventListener('pagehide', () => this.stop());
    sendWhenOnline();
    void this.show();
    void this.keepForOffline();
  }

  disconnectedCallback(): void { this.stop(); }

  // Digits typed by hand do not say where they were shown: the server lists the person's own shifts and visits of today
  // as <data value="shift:ID">name</data>; without any, only the camera can tell.
  private typing(): HTMLElement[] {
    const places = [...this.querySelectorAll('data')];
    if (!places.length) return [];
    const digits = make('input', { class: 'input code', id: 'scan-digits', inputmode: 'numeric', autocomplete: 'off', maxlength: '6', pattern: '[0-9]{6}', required: '' });
    const place = make('select', { class: 'input', id: 'scan-place' }, ...places.map((data) => make('option', { value: data.value }, data.textContent ?? '')));
    const form = make('form', { class: 'form card' },
      make('div', { class: 'field' }, make('label', { for: 'scan-place' }, say('scan_where')), place),
      make('div', { class: 'field' }, make('label', { for: 'scan-digits' }, say('scan_type')), digits),
      make('p', { class: 'actions' }, make('button', { class: 'btn' }, say('scan_send'))));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const what = scanned(`TONGXIN:${place.value}:${digits.value}`);
      digits.value = '';
      if (what) void this.record(what);
    });
    return [form];
  }

  private direction(): HTMLElement {
    const set = make('div', { class: 'segments' });
    for (const way of ['in', 'out']) {
      const box = make('input', { type: 'radio', name: 'direction', id: `scan-${way}`, value: way });
      box.checked = way === (this.dataset.direction ?? 'in');
      set.append(make('span', {}, box, make('label', { for: `scan-${way}` }, say(`scan_${way}`))));
    }
    return make('fieldset', { class: 'field' }, make('legend', {}, say('scan_direction')), set);
  }

  private way(): 'in' | 'out' {
    return this.querySelector<HTMLInputElement>('#scan-out')?.checked ? 'out' : 'in';
  }

  private async camera(): Promise<void> {
    if (this.close) { this.stop(); return; }
    this.stage.hidden = false;
    this.label('scan_stop', 'cross');
    try {
      this.close = await watch(this.video, (text) => {
        this.stop();
        const what = scanned(text);
        if (what) void this.record(what); else this.tell('bad', say('scan_foreign'), 'warning');
      });
    } catch {
      this.stop();
      this.tell('warn', say('scan_no_camera'), 'camera');
    }
  }

  private stop(): void {
    this.close?.();
    this.close = undefined;
    this.stage.hidden = true;
    this.label('scan_start', 'scan');
  }

  private label(key: string, glyph: string): void {
    this.toggle.replaceChildren(icon(glyph), say(key));
  }

  private async record(what: Scanned): Promise<void> {
    const check = await add(what, this.way());
    const after = await send(check, this.dataset.csrf ?? '');
    if ('vibrate' in navigator) navigator.vibrate(after.state === 'refused' ? [80, 60, 80] : 120);
    if (after.state === 'sent') this.tell('good', say('scan_done', { text: after.text ?? say(`scan_${after.direction}`) }), 'check');
    else if (after.state === 'refused') this.tell('bad', say('scan_refused', { text: after.text ?? '' }), 'warning');
    else this.tell('warn', after.text ?? say('scan_kept'), 'offline');
  }

  private tell(tone: string, words: string, glyph: string): void {
    this.said.replaceChildren(make('div', { class: `note ${tone}` }, icon(glyph), make('div', {}, make('p', {}, words))));
  }

  private item(check: Check): HTMLElement {
    const time = new Date(check.at).toLocaleString(document.documentElement.lang, { month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit' });
    const side = make('div', { class: 'row-side' }, make('span', { class: `pill ${tones[check.state]}` }, say(`queue_${check.state}`)));
    if (check.state !== 'sent') side.append(button(say('queue_drop'), 'btn small quiet', () => void drop(check.key)));
    return make('li', { class: 'row' }, make('div', { class: 'row-main' },
      make('p', { class: 'row-title' }, `${say(`scan_${check.direction}`)} ${time}`),
      ...(check.text ? [make('p', { class: 'soft' }, check.text)] : [])), side);
  }

  private async show(): Promise<void> {
    const checks = await all();
    if (!checks.length) { this.list.replaceChildren(); return; }
    const head = make('div', { class: 'section-head' }, make('h2', {}, say('queue_title')));
    if (checks.some((check) => check.state === 'waiting')) {
      head.append(button(say('queue_retry'), 'btn small', () => void sendAll(), 'refresh'));
    }
    this.list.replaceChildren(head, make('ul', { class: 'rows' }, ...checks.map((check) => this.item(check))));
  }

  // This page and what it loaded are put away for the place without signal; see sw.ts.
  private async keepForOffline(): Promise<void> {
    if (!('serviceWorker' in navigator)) return;
    await navigator.serviceWorker.register('/sw.js', { scope: '/scan' }).catch(() => undefined);
    await finder.catch(() => undefined);
    const assets = performance.getEntriesByType('resource').map((entry) => entry.name).filter((name) => name.includes('/assets/'));
    const linked = [...document.querySelectorAll<HTMLLinkElement>('link[rel="stylesheet"], link[rel="icon"]')].map((link) => link.href);
    const worker = (await navigator.serviceWorker.ready).active;
    worker?.postMessage({ keep: [...new Set([location.href, `${location.origin}/assets/sprite.svg`, ...linked, ...assets])] });
  }
}
define('tx-scan', Scan);
