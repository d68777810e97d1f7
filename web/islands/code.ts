// The rotating check-in code on a leader's or station's screen. Each answer of data-src says how long it holds:
// {svg, seconds_left, step_seconds, code?}. The screen is kept awake while it shows.
import { define, make, say } from './words';

interface Answer { svg: string; seconds_left: number; step_seconds?: number; code?: string }

function drawing(text: string): Node | undefined {
  const parsed = new DOMParser().parseFromString(text, 'image/svg+xml');
  if (parsed.querySelector('parsererror, script, foreignObject') || parsed.documentElement.localName !== 'svg') return undefined;
  return document.importNode(parsed.documentElement, true);
}

class Code extends HTMLElement {
  private timer = 0;
  private live = false;
  private step = 1;
  private seconds = make('p', { class: 'soft figures', role: 'timer', 'aria-live': 'off' });

  connectedCallback(): void {
    this.live = true;
    this.append(this.seconds);
    void this.renew();
    document.addEventListener('visibilitychange', this.awake);
    this.awake();
  }

  disconnectedCallback(): void {
    this.live = false;
    window.clearTimeout(this.timer);
    document.removeEventListener('visibilitychange', this.awake);
  }

  private awake = (): void => {
    if (document.hidden) return;
    void (navigator as { wakeLock?: { request(kind: string): Promise<unknown> } }).wakeLock?.request('screen').catch(() => undefined);
    window.clearTimeout(this.timer);
    void this.renew();
  };

  private async renew(): Promise<void> {
    if (!this.live || document.hidden) return;
    try {
      const answer = await fetch(this.dataset.src ?? '', { headers: { Accept: 'application/json' }, credentials: 'same-origin' });
      if (!answer.ok) throw new Error(String(answer.status));
      this.show(await answer.json() as Answer);
    } catch {
      this.seconds.textContent = say('code_lost');
      this.timer = window.setTimeout(() => void this.renew(), 2000);
    }
  }

  private show(answer: Answer): void {
    const svg = drawing(answer.svg);
    if (svg) this.querySelector('.rotor-code')?.replaceChildren(svg);
    const digits = this.querySelector('[data-digits]');
    if (digits && answer.code) digits.textContent = answer.code;
    this.step = Math.max(answer.step_seconds ?? this.step, answer.seconds_left, 1);
    const until = performance.now() + answer.seconds_left * 1000;
    const tick = (): void => {
      const left = (until - performance.now()) / 1000;
      this.querySelector('.rotor-bar rect')?.setAttribute('width', String(Math.max(0, Math.min(100, (left / this.step) * 100))));
      this.seconds.textContent = say('seconds', { n: Math.max(0, Math.ceil(left)) });
      if (left <= 0.05) void this.renew();
      else this.timer = window.setTimeout(tick, Math.min(1000, left * 1000));
    };
    window.clearTimeout(this.timer);
    tick();
  }
}
define('tx-code', Code);
