// A legal clock that ticks. The server writes the words; script only keeps them true while the page stays open.
import { define, say } from './words';

const minute = 60_000, hour = 60 * minute, day = 24 * hour;

function words(left: number): string {
  const late = left < 0, span = Math.abs(left);
  const d = Math.floor(span / day), h = Math.floor(span / hour), m = Math.floor(span / minute);
  if (late) return d ? say('late_days', { d }) : h ? say('late_hours', { h }) : say('late_minutes', { m });
  return d ? say('days', { d, h: h - d * 24 }) : h ? say('hours', { h, m: m - h * 60 }) : say('minutes', { m });
}

define('tx-clock', class extends HTMLElement {
  private timer = 0;
  connectedCallback(): void {
    const due = Date.parse(this.dataset.due ?? '');
    if (Number.isNaN(due)) return;
    const show = (): void => {
      const left = due - Date.now();
      const text = this.querySelector('span');
      if (text && text.textContent !== words(left)) text.textContent = words(left);
      if (left < 0) { this.classList.remove('soon'); this.classList.add('late'); }
    };
    show();
    this.timer = window.setInterval(show, 10_000);
  }
  disconnectedCallback(): void { window.clearInterval(this.timer); }
});
