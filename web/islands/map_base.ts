// What every map of the house shares: MapLibre on a stage that already shows a drawn map, the words of the page, tools that
// are real buttons, and one sheet for what was pressed. Without WebGL nothing happens and the drawn map stays.
import { GeoJSONSource, LngLatBounds, Map as GlMap, setWorkerUrl } from 'maplibre-gl/dist/maplibre-gl-csp.js';
import type { GeoJSONSource as Source, LngLatBoundsLike, MapOptions } from 'maplibre-gl';
import { drawnBy } from './map_can';
import { addMarks, markOf } from './map_marks';
import { button, make } from './words';

export type Point = { lon: number; lat: number };
export type Feature = { type: 'Feature'; geometry: { type: string; coordinates: unknown }; properties: Record<string, unknown> };
export type Collection = { type: 'FeatureCollection'; features: Feature[] };
export const none: Collection = { type: 'FeatureCollection', features: [] };
export { GeoJSONSource, GlMap, LngLatBounds, markOf };

setWorkerUrl(MAP_WORKER);

export class Words {
  private readonly texts: Record<string, string>;
  readonly english = document.documentElement.lang.startsWith('en');
  constructor(source: string | undefined) { this.texts = JSON.parse(source || '{}') as Record<string, string>; }
  say(key: string, values: Record<string, string | number> = {}): string {
    return (this.texts[key] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  }
}

export const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
export const elder = document.documentElement.classList.contains('elder');

// The fonts of the device draw every letter; a family "… Bold" in front asks for the weight.
const families = document.documentElement.lang.startsWith('en')
  ? ['-apple-system', 'Segoe UI', 'Roboto', 'Noto Sans', 'Source Sans 3', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei']
  : ['PingFang SC', 'HarmonyOS Sans SC', 'MiSans', 'Noto Sans CJK SC', 'Noto Sans SC', 'Source Han Sans SC', 'Hiragino Sans GB', 'Microsoft YaHei'];
export const bold = ['Tongxin Bold', ...families];

export async function getJson<T>(address: string): Promise<T> {
  const answer = await fetch(address, { credentials: 'same-origin', headers: { accept: 'application/json' } });
  if (!answer.ok) throw new Error(String(answer.status));
  return await answer.json() as T;
}

export function boxOf(text: string | undefined): [number, number, number, number] {
  const [w = 0, s = 0, e = 0, n = 0] = (text ?? '').split(',').map(Number);
  return [w, s, e, n];
}

// Opens the map on a stage; resolves when it can be drawn on. The drawn map goes only then.
export function openMap(stage: HTMLElement, data: DOMStringMap, words: Words, options: Partial<MapOptions> = {}): Promise<GlMap> {
  const box = boxOf(data.bbox), place = make('div', { class: 'map-gl' });
  stage.append(place);
  const wide = (box[2] - box[0]) * .6 + .02, high = (box[3] - box[1]) * .6 + .02;
  const slow = drawnBy() === 'processor';
  const map = new GlMap({
    container: place, style: data.style ?? '', bounds: box as LngLatBoundsLike, fitBoundsOptions: { padding: 24 }, attributionControl: false,
    dragRotate: false, pitchWithRotate: false, touchPitch: false, maxPitch: 0, minZoom: 4, maxZoom: 18, fadeDuration: still || slow ? 0 : 200,
    ...(slow ? { pixelRatio: 1, canvasContextAttributes: { antialias: false } } : {}),
    maxBounds: [[box[0] - wide, box[1] - high], [box[2] + wide, box[3] + high]], renderWorldCopies: false, ...options,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.getCanvas().setAttribute('aria-label', words.say('canvas'));
  const refusal = (): void => { stage.classList.remove('live'); };
  map.getCanvas().addEventListener('webglcontextlost', refusal);
  let drawn = 0;                                // grows whenever everything asked for is on the screen
  map.on('idle', () => { stage.dataset.drawn = String(drawn += 1); });
  return new Promise((resolve, reject) => {
    const late = window.setTimeout(() => {       // the drawn map stays
      map.remove();
      place.remove();
      reject(new Error('late'));
    }, 60000);
    map.once('load', () => {
      window.clearTimeout(late);
      addMarks(map, { elder });
      stage.classList.add('live');
      stage.querySelector('.map-still')?.setAttribute('hidden', '');
      addTools(stage, map, box, words);
      resolve(map);
    });
  });
}

function addTools(stage: HTMLElement, map: GlMap, box: [number, number, number, number], words: Words): void {
  const tools = make('div', { class: 'map-tools', role: 'group', 'aria-label': words.say('tools') });
  const tool = (name: string, glyph: string, press: () => void): void => {
    const element = button(words.say(name), 'map-tool', press, glyph);
    element.querySelector('span')!.className = 'unseen';
    element.title = words.say(name);
    tools.append(element);
  };
  tool('closer', 'plus', () => map.zoomIn());
  tool('wider', 'minus', () => map.zoomOut());
  tool('whole', 'home', () => map.fitBounds(box as LngLatBoundsLike, { padding: 24, animate: !still }));
  stage.append(tools);
  const scale = make('div', { class: 'map-scale', 'aria-hidden': 'true' }, make('span'));
  const measure = (): void => {
    const y = map.getCanvas().clientHeight / 2, a = map.unproject([0, y]), b = map.unproject([100, y]);
    const metres = a.distanceTo(b), ten = 10 ** Math.floor(Math.log10(metres)), round = [5, 2, 1].find((n) => n * ten <= metres)! * ten;
    scale.firstElementChild!.textContent = round >= 1000 ? words.say('km', { n: round / 1000 }) : words.say('m', { n: round });
    scale.style.width = `${Math.round(100 * round / metres)}px`;
  };
  map.on('move', measure);
  measure();
  stage.append(scale);
}

export function setData(map: GlMap, source: string, data: Collection): void {
  (map.getSource(source) as Source | undefined)?.setData(data as never);
}

export function coordinates(feature: Feature): Point {
  const [lon, lat] = feature.geometry.coordinates as [number, number];
  return { lon, lat };
}

// Metres between two places, near enough for words.
export function metresBetween(a: Point, b: Point): number {
  const mid = (a.lat + b.lat) / 2 * Math.PI / 180;
  return Math.hypot((b.lon - a.lon) * 111320 * Math.cos(mid), (b.lat - a.lat) * 110574);
}

// The sheet at the foot of a map: what was pressed, and what can be done about it. Escape puts it away.
export class Sheet {
  readonly element = make('div', { class: 'map-sheet', role: 'region', tabindex: '-1', hidden: '' });
  private from: HTMLElement | null = null;
  constructor(stage: HTMLElement, private readonly words: Words, private readonly closed: () => void) {
    this.element.setAttribute('aria-label', words.say('sheet'));
    stage.append(this.element);
    this.element.addEventListener('keydown', (event) => { if (event.key === 'Escape') this.close(); });
  }
  show(title: string, ...children: (Node | string)[]): void {
    this.from = document.activeElement as HTMLElement | null;
    const shut = button(this.words.say('close'), 'map-tool map-shut', () => this.close(), 'cross');
    shut.querySelector('span')!.className = 'unseen';
    this.element.replaceChildren(make('h2', {}, title), ...children.filter((c) => c !== ''), shut);
    this.element.hidden = false;
    this.element.focus({ preventScroll: true });
  }
  close(): void {
    if (this.element.hidden) return;
    this.element.hidden = true;
    this.closed();
    this.from?.focus?.({ preventScroll: true });
  }
}

export const circleColours = ['#27663f', '#5f8f3c', '#b98a1c'];   // 5, 10, 15 minutes

// A circle of minutes on the streets: bands from inside out, each with its own line.
export function addCircleLayers(map: GlMap, source: string): void {
  map.addSource(source, { type: 'geojson', data: none as never });
  map.addLayer({ id: `${source}-fill`, type: 'fill', source, paint: { 'fill-color': ['match', ['get', 'minutes'], 5, circleColours[0], 10, circleColours[1], circleColours[2]], 'fill-opacity': ['match', ['get', 'minutes'], 5, .3, 10, .22, .18] } }, 'slot');
  map.addLayer({ id: `${source}-line`, type: 'line', source, paint: { 'line-color': ['match', ['get', 'minutes'], 5, circleColours[0], 10, circleColours[1], '#80530a'], 'line-width': ['match', ['get', 'minutes'], 15, 2.5, 1.5] } }, 'slot');
}
