// Reads the page aloud (elder mode). Only browsers that can speak get the button.
import { button, define, icon, say } from './words';

function sentences(root: HTMLElement): string[] {
  const copy = root.cloneNode(true) as HTMLElement;
  for (const mute of copy.querySelectorAll('.no-print, .unseen, [aria-hidden], [hidden], script, tx-read')) mute.remove();
  const blocks: string[] = [];
  for (const block of copy.querySelectorAll('h1, h2, h3, p, li, dt, dd, label, legend, th, td, a, button')) {
    if (block.querySelector('p, li, dt, dd, label, a, button')) continue;
    const text = (block.textContent ?? '').replace(/\s+/g, ' ').trim();
    if (text && blocks[blocks.length - 1] !== text) blocks.push(text);
  }
  return blocks;
}

define('tx-read', class extends HTMLElement {
  private reading = false;
  private press?: HTMLButtonElement;

  connectedCallback(): void {
    if (!('speechSynthesis' in window) || this.press) return;
    this.press = button(say('read'), 'btn', () => { if (this.reading) this.stop(); else this.start(); }, 'speaker');
    this.append(this.press);
    window.addEventListener('pagehide', () => this.stop());
  }

  private start(): void {
    const root = document.getElementById(this.dataset.target ?? 'content');
    if (!root) return;
    const list = sentences(root);
    const speak = (at: number): void => {
      if (!this.reading || at >= list.length) { this.stop(); return; }
      const words = new SpeechSynthesisUtterance(list[at]);
      words.lang = document.documentElement.lang;
      words.rate = 0.85;
      words.onend = () => speak(at + 1);
      words.onerror = () => this.stop();
      speechSynthesis.speak(words);
    };
    this.show(true);
    speak(0);
  }

  private stop(): void {
    this.show(false);
    speechSynthesis.cancel();
  }

  private show(reading: boolean): void {
    this.reading = reading;
    this.press?.replaceChildren(icon(reading ? 'cross' : 'speaker'), say(reading ? 'read_stop' : 'read'));
  }
});
