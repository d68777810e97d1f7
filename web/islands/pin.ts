// Keys for a station kiosk. The field works without them; after half a minute without a touch it empties itself, so
// that nobody's digits are left for the next person.
import { define, icon, make, say } from './words';

define('tx-pin', class extends HTMLElement {
  private timer = 0;
  connectedCallback(): void {
    const field = this.querySelector('input');
    if (!field || this.querySelector('.pin-keys')) return;
    const set = (value: string): void => {
      field.value = value.slice(0, field.maxLength > 0 ? field.maxLength : 6);
      field.dispatchEvent(new Event('input', { bubbles: true }));
    };
    const key = (words: string | Node, press: () => void, label?: string): HTMLButtonElement => {
      const element = make('button', { type: 'button', class: 'pin-key', ...(label ? { 'aria-label': label } : {}) }, words);
      element.addEventListener('click', press);
      return element;
    };
    const keys = make('div', { class: 'pin-keys' });
    for (const digit of '123456789') keys.append(key(digit, () => set(field.value + digit)));
    keys.append(key(icon('cross'), () => set(''), say('pin_clear')), key('0', () => set(`${field.value}0`)),
      key(icon('backspace'), () => set(field.value.slice(0, -1)), say('pin_back')));
    this.append(keys);
    this.addEventListener('input', () => {
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => { if (field.value) set(''); }, 30_000);
    });
  }
  disconnectedCallback(): void { window.clearTimeout(this.timer); }
});
