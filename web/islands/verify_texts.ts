// The texts of the offline check (keys offline.* of the catalogue trust.json), in the language of the page.
import texts from 'catalogue/offline';

export const speak = (language: 'zh' | 'en') => (key: string, values: Record<string, string> = {}): string =>
  (texts[language][key] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
