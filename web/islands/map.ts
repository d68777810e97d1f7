// <tx-map data-mode="public|plan" data-region data-style data-bbox data-words …>: the map over the map that the server drew.
// Public: stations by shape and words, what is open now, the nearest ones from where somebody stands, what goes on there.
import { addCircleLayers, bold, coordinates, elder, getJson, markOf, metresBetween, none, openMap, setData, Sheet, still, Words } from './map_base';
import type { Collection, Feature, GlMap, Point } from './map_base';
import { button, define, make } from './words';

type Clicked = { point: { x: number; y: number }; features?: unknown[] };

class PublicMap {
  private readonly sheet: Sheet;
  private start: Point | undefined;
  private stations: Collection = none;

  constructor(private readonly root: HTMLElement, private readonly map: GlMap, private readonly words: Words, stage: HTMLElement) {
    this.sheet = new Sheet(stage, words, () => setData(map, 'circle', none));
    addCircleLayers(map, 'circle');
    this.layers();
    void this.load();
    if (root.dataset.locate === '1' && 'geolocation' in navigator) this.offerLocation(stage);
    const at = (root.dataset.at ?? '').split(',').map(Number);
    if (at.length === 2 && at.every(Number.isFinite)) this.stand({ lon: at[0]!, lat: at[1]! }, false);
    root.addEventListener('click', (event) => {
      const link = (event.target as Element).closest<HTMLAnchorElement>('a[data-lon]');
      if (!link) return;
      event.preventDefault();
      const id = link.dataset.id ?? '';
      const feature = this.stations.features.find((one) => one.properties.id === id);
      map.flyTo({ center: [Number(link.dataset.lon), Number(link.dataset.lat)], zoom: Math.max(map.getZoom(), 14), animate: !still });
      if (feature) this.open(feature);
      stage.scrollIntoView({ block: 'nearest' });
    });
  }

  private layers(): void {
    const map = this.map, ink = elder ? '#000000' : '#241c16', size = elder ? 19 : 13;
    map.addSource('stations', { type: 'geojson', data: none as never, cluster: true, clusterRadius: 44, clusterMaxZoom: 11, clusterProperties: { open: ['+', ['case', ['==', ['get', 'mark'], 'open'], 1, 0]] } });
    map.addSource('activities', { type: 'geojson', data: none as never });
    map.addSource('start', { type: 'geojson', data: none as never });
    map.addLayer({ id: 'activities', type: 'symbol', source: 'activities', minzoom: 10, layout: { 'icon-image': 'activity', 'icon-size': .72, 'icon-offset': [26, -22], 'icon-allow-overlap': true } });
    map.addLayer({ id: 'clusters', type: 'circle', source: 'stations', filter: ['has', 'point_count'], paint: { 'circle-color': '#ffffff', 'circle-stroke-color': '#24506e', 'circle-stroke-width': 3, 'circle-radius': ['interpolate', ['linear'], ['get', 'point_count'], 2, elder ? 20 : 14, 300, elder ? 36 : 28] } });
    map.addLayer({ id: 'cluster-count', type: 'symbol', source: 'stations', filter: ['has', 'point_count'], layout: { 'text-field': ['get', 'point_count_abbreviated'], 'text-font': bold, 'text-size': size, 'text-allow-overlap': true }, paint: { 'text-color': '#193b53' } });
    map.addLayer({ id: 'stations', type: 'symbol', source: 'stations', filter: ['!', ['has', 'point_count']], layout: { 'icon-image': ['get', 'mark'], 'icon-allow-overlap': true, 'icon-size': ['interpolate', ['linear'], ['zoom'], 9, .62, 13, 1], 'symbol-sort-key': ['case', ['==', ['get', 'mark'], 'open'], 1, 0] } });
    map.addLayer({ id: 'station-names', type: 'symbol', source: 'stations', minzoom: 12, filter: ['!', ['has', 'point_count']], layout: { 'text-field': ['get', 'name'], 'text-font': bold, 'text-size': size, 'text-anchor': 'top', 'text-offset': [0, 1.25], 'text-max-width': 9, 'text-optional': true }, paint: { 'text-color': ink, 'text-halo-color': '#ffffff', 'text-halo-width': 2 } });
    map.addLayer({ id: 'start', type: 'circle', source: 'start', paint: { 'circle-color': '#24506e', 'circle-radius': elder ? 11 : 8, 'circle-stroke-color': '#ffffff', 'circle-stroke-width': 3 } });
    for (const layer of ['stations', 'clusters', 'activities']) {
      map.on('mouseenter', layer, () => { map.getCanvas().style.cursor = 'pointer'; });
      map.on('mouseleave', layer, () => { map.getCanvas().style.cursor = ''; });
    }
    map.on('click', (event: Clicked) => {
      const around = elder ? 18 : 10, { x, y } = event.point;
      const found = map.queryRenderedFeatures([[x - around, y - around], [x + around, y + around]], { layers: ['stations', 'clusters', 'activities'] }) as unknown as Feature[];
      const [first] = found;
      if (!first) return this.sheet.close();
      if (first.properties.point_count) {
        const place = coordinates(first);
        map.easeTo({ center: [place.lon, place.lat], zoom: map.getZoom() + 2, animate: !still });
      } else if (first.properties.mark === 'activity') this.openActivities(found.filter((one) => one.properties.mark === 'activity'));
      else this.open(this.stations.features.find((one) => one.properties.id === first.properties.id) ?? first);
    });
  }

  private async load(): Promise<void> {
    const region = this.root.dataset.region ?? '';
    const stations = await getJson<Collection>(`/api/map/${region}/stations.geojson`);
    for (const one of stations.features) one.properties.mark = markOf(one.properties);
    this.stations = stations;
    setData(this.map, 'stations', stations);
    if (this.root.dataset.activities) {
      const activities = await getJson<Collection>(`/api/activities/places?within=${this.root.dataset.activities}`).catch(() => none);
      for (const one of activities.features) one.properties.mark = 'activity';
      setData(this.map, 'activities', activities);
    }
    this.root.dataset.ready = '1';
  }

  private distance(feature: Feature): string {
    if (!this.start) return '';
    const metres = metresBetween(this.start, coordinates(feature));
    return metres >= 1000 ? this.words.say('away_km', { n: (metres / 1000).toFixed(1) }) : this.words.say('away_m', { n: Math.round(metres / 10) * 10 });
  }

  private open(feature: Feature): void {
    const p = feature.properties, words = this.words, mark = markOf(p), place = coordinates(feature), far = this.distance(feature);
    const pill = make('p', { class: 'map-state' }, make('span', { class: `mark ${mark}`, 'aria-hidden': 'true' }), make('strong', {}, words.say(`mark.${mark}`)), ...(far ? [` · ${far}`] : []));
    const actions = make('p', { class: 'actions' });
    if (p.href) actions.append(make('a', { class: 'btn primary', href: String(p.href) }, words.say('see')));
    actions.append(button(words.say('circle'), 'btn', () => void this.circle(place), 'walk'));
    const bands = make('p', { class: 'map-bands small', hidden: '' });
    [5, 10, 15].forEach((minutes, i) => bands.append(make('span', { class: `band b${i}` }, words.say('minutes', { n: minutes }))));
    this.sheet.show(String(p.name), pill, bands, actions);
  }

  private openActivities(features: Feature[]): void {
    const list = make('ul', { class: 'map-list' });
    const seen = new Set<string>();
    for (const one of features) {
      const href = String(one.properties.href);
      if (seen.has(href)) continue;
      seen.add(href);
      list.append(make('li', {}, make('a', { href }, String(one.properties.title)), make('span', { class: 'soft small' }, ` ${String(one.properties.when)}`)));
    }
    this.sheet.show(this.words.say('activities'), list);
  }

  private async circle(place: Point): Promise<void> {
    try {
      setData(this.map, 'circle', await getJson<Collection>(`/api/map/${this.root.dataset.region}/circle.geojson?lon=${place.lon}&lat=${place.lat}&minutes=5,10,15&profile=walk`));
      this.sheet.element.querySelector('.map-bands')?.removeAttribute('hidden');
      this.map.easeTo({ center: [place.lon, place.lat], zoom: 13.4, animate: !still });
    } catch { /* nothing to show: no street there */ }
  }

  private offerLocation(stage: HTMLElement): void {
    const words = this.words;
    const ask = button(words.say('locate'), 'btn small map-locate', () => {
      navigator.geolocation.getCurrentPosition(
        (found) => {
          const place = { lon: found.coords.longitude, lat: found.coords.latitude };
          const [w = 0, s = 0, e = 0, n = 0] = (this.root.dataset.bbox ?? '').split(',').map(Number);
          if (place.lon < w || place.lon > e || place.lat < s || place.lat > n) ask.lastElementChild!.textContent = words.say('locate_outside');
          else this.stand(place, true);
        },
        () => { ask.lastElementChild!.textContent = words.say('locate_failed'); }, { timeout: 10000, maximumAge: 60000 });
    }, 'nearby');
    stage.append(ask);
  }

  // From here on distances are counted, and the list beside begins with the nearest.
  private stand(place: Point, listed: boolean): void {
    this.start = place;
    setData(this.map, 'start', { type: 'FeatureCollection', features: [{ type: 'Feature', geometry: { type: 'Point', coordinates: [place.lon, place.lat] }, properties: {} }] });
    if (!listed) return;
    this.map.flyTo({ center: [place.lon, place.lat], zoom: 14, animate: !still });
    const list = document.getElementById('map-near');
    if (list) void fetch(`/map/${this.root.dataset.region}/near?at=${place.lon.toFixed(5)},${place.lat.toFixed(5)}`, { headers: { 'X-Fragment': '1' }, credentials: 'same-origin' })
      .then((answer) => (answer.ok ? answer.text() : '')).then((html) => { if (html) list.innerHTML = html; });
  }
}

class TxMap extends HTMLElement {
  connectedCallback(): void {
    const stage = this.querySelector<HTMLElement>('.map-stage');
    if (!stage) return;   // map_start has asked whether anything can draw
    const words = new Words(this.dataset.words);
    openMap(stage, this.dataset, words)
      .then(async (map) => {
        if (this.dataset.mode === 'plan') await import('./map_plan').then((plan) => plan.start(this, map, words, stage));
        else new PublicMap(this, map, words, stage);
      })
      .catch(() => { stage.querySelector('.map-still')?.removeAttribute('hidden'); });
  }
}
define('tx-map', TxMap);
