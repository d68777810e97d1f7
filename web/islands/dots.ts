// Live red dots: the server sends `unread` with the number; every [data-unread] on the page follows.
import { listen } from './events';
import { define } from './words';

function count(data: unknown): number | undefined {
  if (typeof data === 'number') return data;
  const unread = (data as { unread?: unknown } | null)?.unread;
  return typeof unread === 'number' ? unread : undefined;
}

define('tx-dots', class extends HTMLElement {
  private leave?: () => void;
  connectedCallback(): void {
    this.leave = listen('unread', (data) => {
      const n = count(data);
      if (n === undefined) return;
      for (const dot of document.querySelectorAll<HTMLElement>('[data-unread]')) {
        dot.textContent = n > 99 ? '99+' : String(n);
        dot.hidden = n === 0;
      }
    });
  }
  disconnectedCallback(): void { this.leave?.(); }
});
