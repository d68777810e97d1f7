// Texts of the islands in the language of the page, and a few ways to make elements without a framework.
import texts from 'catalogue';

const language: 'zh' | 'en' = document.documentElement.lang.startsWith('en') ? 'en' : 'zh';

export function say(key: string, values: Record<string, string | number> = {}): string {
  const text = texts[language][key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Record<string, string> = {}, ...children: (Node | string)[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

export function icon(name: string): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', `/assets/sprite.svg#${name}`);
  svg.append(use);
  return svg;
}

export function button(words: string, look: string, press: () => void, glyph?: string): HTMLButtonElement {
  const element = make('button', { type: 'button', class: look }, ...(glyph ? [icon(glyph)] : []), make('span', {}, words));
  element.addEventListener('click', press);
  return element;
}

// 128 random bits as hex; crypto.randomUUID is missing on plain http and in old browsers.
export function freshKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function define(name: string, element: CustomElementConstructor): void {
  if (!customElements.get(name)) customElements.define(name, element);
}
