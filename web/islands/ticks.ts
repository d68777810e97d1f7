// A leader's tick list: how many are chosen, all at once, and a stretch of names with the shift key.
import { button, define, say } from './words';

define('tx-ticks', class extends HTMLElement {
  connectedCallback(): void {
    const bar = this.querySelector('.tick-bar'), count = this.querySelector('.tick-count');
    if (!bar || !count || this.querySelector('.tick-all')) return;
    const boxes = (): HTMLInputElement[] => [...this.querySelectorAll<HTMLInputElement>('.tick input[type="checkbox"]')];
    const all = button(say('tick_all'), 'btn quiet tick-all', () => {
      const on = boxes().some((box) => !box.checked);
      for (const box of boxes()) box.checked = on;
      show();
    });
    const show = (): void => {
      const list = boxes(), n = list.filter((box) => box.checked).length;
      count.textContent = say('ticked', { n });
      all.textContent = say(list.length > 0 && n === list.length ? 'tick_none' : 'tick_all');
    };
    let last: HTMLInputElement | undefined;
    this.addEventListener('click', (event) => {
      const box = event.target as HTMLInputElement;
      if (box.type !== 'checkbox') return;
      if (event.shiftKey && last) {
        const list = boxes(), [from, to] = [list.indexOf(last), list.indexOf(box)].sort((a, b) => a - b);
        for (const between of list.slice(from, to + 1)) between.checked = box.checked;
      }
      last = box;
      show();
    });
    count.after(all);
    show();
  }
});
