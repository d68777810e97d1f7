// When the live map comes. The drawn map and the list stand first and are complete; MapLibre and its tiles weigh ten times the
// page. So: nowhere without WebGL; at once where officials plan; on a desk when the page is at rest and the map in view; on a
// phone, or where the reader spares data, only when somebody asks for it.
import { drawnBy } from './map_can';
import { button, say } from './words';

type Line = { saveData?: boolean; effectiveType?: string };

export function start(root: HTMLElement): void {
  const stage = root.querySelector<HTMLElement>('.map-stage');
  if (!stage || drawnBy() === 'nothing') return;
  const open = (): Promise<unknown> => import('./map');
  if (root.dataset.mode === 'plan') return void open().catch(() => undefined);
  const line = (navigator as { connection?: Line }).connection;
  if (line?.saveData || /2g|3g/.test(line?.effectiveType ?? '') || matchMedia('(pointer: coarse)').matches) {
    const ask = button(say('map_open'), 'btn small map-locate map-open', () => {
      ask.disabled = true;
      ask.lastElementChild!.textContent = say('map_opening');
      open().then(() => ask.remove()).catch(() => { ask.disabled = false; ask.lastElementChild!.textContent = say('map_open'); });
    }, 'map');
    stage.append(ask);
    return;
  }
  const rest = (): void => {
    const seen = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      seen.disconnect();
      open().catch(() => undefined);   // the drawn map stays
    });
    seen.observe(stage);
  };
  const idle = (): void => { if ('requestIdleCallback' in window) requestIdleCallback(rest, { timeout: 2000 }); else setTimeout(rest, 300); };
  if (document.readyState === 'complete') idle(); else window.addEventListener('load', idle, { once: true });
}
