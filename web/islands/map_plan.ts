// The officials' planning map: whom the circles reach and whom they miss, where a plan puts stations year by year (two plans side
// by side), and a trial: drag a station, add one, take one away, and the numbers follow at once. Every act has a button or a
// key, and every number stands in the tables beside the map, which the server also draws without script.
import { addCircleLayers, bold, coordinates, elder, getJson, markOf, metresBetween, none, openMap, setData, Sheet, still, Words } from './map_base';
import type { Collection, Feature, GlMap, Point } from './map_base';
import { button, freshKey, make } from './words';

type Answer = { people: number; reached: number; missed: number; percent: string; elders: number; elders_reached: number; change: number; elders_change?: number; by_band: { minutes: number; people: number; elders: number }[]; newly?: string[]; lost?: string[] };
type Change = { kind: 'add' | 'move' | 'remove'; id: string; name: string; at: Point; from?: Point };
type Touch = { point: { x: number; y: number }; lngLat: { lng: number; lat: number }; preventDefault(): void; originalEvent: Event };

const metre = { lat: 1 / 110574, lon: (lat: number): number => 1 / (111320 * Math.cos(lat * Math.PI / 180)) };
const cap = (n: number): number => Math.round(n * 1e6) / 1e6;

// One of the two maps: people by minutes, stations, the sites of a plan up to a year.
class Side {
  private plan: Collection = none;
  demand: Collection = none;
  constructor(readonly map: GlMap, private readonly region: string) { this.layers(); }

  private layers(): void {
    const map = this.map, size = elder ? 18 : 12.5;
    for (const source of ['demand', 'stations', 'sites', 'plan', 'trial', 'thread']) map.addSource(source, { type: 'geojson', data: none as never });
    addCircleLayers(map, 'circle');
    const radius = ['interpolate', ['exponential', 2], ['zoom'], 8, ['*', .55, ['get', 'size']], 12, ['*', 1.1, ['get', 'size']], 16, ['*', 5, ['get', 'size']]] as never;
    map.addLayer({ id: 'reached', type: 'circle', source: 'demand', filter: ['in', ['get', 'band'], ['literal', [5, 10, 15]]], paint: { 'circle-radius': radius, 'circle-color': ['match', ['get', 'band'], 5, '#27663f', 10, '#79a457', '#c9b25a'], 'circle-opacity': .8, 'circle-stroke-width': ['case', ['==', ['get', 'newly'], true], 2.5, .5], 'circle-stroke-color': ['case', ['==', ['get', 'newly'], true], '#24506e', '#ffffff'] } }, 'slot');
    // Missed: an open ring, so that the shape says it too.
    map.addLayer({ id: 'missed', type: 'circle', source: 'demand', filter: ['==', ['get', 'band'], 0], paint: { 'circle-radius': radius, 'circle-color': '#bf2629', 'circle-opacity': .18, 'circle-stroke-width': ['interpolate', ['linear'], ['zoom'], 9, .9, 13, 2], 'circle-stroke-color': '#bf2629' } }, 'slot');
    map.addLayer({ id: 'nowhere', type: 'symbol', source: 'demand', filter: ['==', ['get', 'band'], -1], layout: { 'text-field': '×', 'text-font': bold, 'text-size': size + 4, 'text-allow-overlap': true }, paint: { 'text-color': '#5a4e44' } });
    map.addLayer({ id: 'sites', type: 'symbol', source: 'sites', minzoom: 11, layout: { 'icon-image': 'site', 'icon-allow-overlap': true, visibility: 'none' } });
    map.addLayer({ id: 'thread', type: 'line', source: 'thread', paint: { 'line-color': '#24506e', 'line-width': 2.5, 'line-dasharray': [2, 1.5] } });
    map.addLayer({ id: 'stations', type: 'symbol', source: 'stations', layout: { 'icon-image': ['get', 'mark'], 'icon-allow-overlap': true, 'icon-size': ['interpolate', ['linear'], ['zoom'], 8, .4, 12, .8, 14, 1] } });
    map.addLayer({ id: 'plan', type: 'symbol', source: 'plan', layout: { 'icon-image': ['match', ['get', 'kind'], 'upgrade', 'upgrade', 'plan'], 'icon-allow-overlap': true, 'icon-size': ['interpolate', ['linear'], ['zoom'], 8, .6, 13, 1], 'text-field': ['case', ['>', ['get', 'year'], 0], ['to-string', ['get', 'year']], ''], 'text-font': bold, 'text-size': size, 'text-offset': [0, 1.5], 'text-optional': true }, paint: { 'text-color': '#931b20', 'text-halo-color': '#ffffff', 'text-halo-width': 2 } });
    map.addLayer({ id: 'trial', type: 'symbol', source: 'trial', layout: { 'icon-image': ['get', 'mark'], 'icon-size': 1.25, 'icon-allow-overlap': true } });
    map.addLayer({ id: 'trial-ring', type: 'circle', source: 'trial', filter: ['==', ['get', 'chosen'], true], paint: { 'circle-radius': elder ? 32 : 25, 'circle-color': 'transparent', 'circle-stroke-color': '#24506e', 'circle-stroke-width': 3 } });
    map.addLayer({ id: 'station-names', type: 'symbol', source: 'stations', minzoom: 13.5, layout: { 'text-field': ['get', 'name'], 'text-font': bold, 'text-size': size, 'text-anchor': 'top', 'text-offset': [0, 1.3], 'text-optional': true }, paint: { 'text-color': '#241c16', 'text-halo-color': '#ffffff', 'text-halo-width': 2 } });
  }

  async people(profile: string, plan: string, year: string): Promise<void> {
    const demand = await getJson<Collection>(`/api/map/${this.region}/demand.geojson?profile=${profile}${plan ? `&plan=${plan}&year=${year}` : ''}`);
    for (const one of demand.features) {
      const p = one.properties, seconds = p.seconds as number | null;
      p.size = Math.min(9, 1 + Math.sqrt(Number(p.people)) / 9);
      p.band = Number(p.people) === 0 ? -2 : seconds === null ? (p.standing === 'street' ? 0 : -1) : seconds <= 300 ? 5 : seconds <= 600 ? 10 : seconds <= 900 ? 15 : 0;
      p.now = p.band;
    }
    this.demand = demand;
    setData(this.map, 'demand', demand);
  }

  // What a trial changed is ringed; the answer names the places that are reached now and were not.
  trial(newly: string[], lost: string[]): void {
    const won = new Set(newly), gone = new Set(lost);
    for (const one of this.demand.features) {
      const p = one.properties, id = String(p.id);
      p.newly = won.has(id);
      p.band = won.has(id) ? 15 : gone.has(id) ? 0 : p.now;
    }
    setData(this.map, 'demand', this.demand);
  }

  async sites(plan: string, year: string): Promise<void> {
    this.plan = plan ? await getJson<Collection>(`/api/map/${this.region}/plans/${plan}.geojson`) : none;
    const last = Number(year) || 99;
    setData(this.map, 'plan', { type: 'FeatureCollection', features: this.plan.features.filter((one) => Number(one.properties.year) <= last) });
  }
}

class PlanMap {
  private readonly first: Side;
  private second: Side | undefined;
  private readonly sheet: Sheet;
  private stations: Collection = none;
  private changes: Change[] = [];
  private chosen = '';
  private counter = 0;
  private asking = false;
  private again = false;
  private lastCircle = 0;

  constructor(private readonly root: HTMLElement, private readonly map: GlMap, private readonly words: Words, private readonly stage: HTMLElement) {
    this.first = new Side(map, this.region);
    this.sheet = new Sheet(stage, words, () => { this.choose(''); });
    root.classList.add('live');
    map.on('move', () => this.tellChosen());
    this.controls();
    this.pointer();
    this.keys();
    void this.load();
  }

  private get region(): string { return this.root.dataset.region ?? ''; }
  private value(name: string): string {
    const field = this.root.querySelector<HTMLInputElement | HTMLSelectElement>(`input[name=${name}]:checked, select[name=${name}]`);
    return field?.value ?? '';
  }
  private get profile(): string { return this.value('profile') || (this.root.dataset.profile ?? 'walk'); }

  private async load(): Promise<void> {
    const stations = await getJson<Collection>(`/api/map/${this.region}/stations.geojson`);
    for (const one of stations.features) one.properties.mark = markOf(one.properties);
    this.stations = stations;
    this.draw();
    await this.show();
    this.root.dataset.ready = '1';
  }

  private async show(): Promise<void> {
    const plan = this.value('plan'), year = this.value('year'), beside = this.value('beside');
    await Promise.all([this.first.people(this.profile, plan, year), this.first.sites(plan, year)]);
    await this.besides(beside);
    await this.ask();
  }

  // ---- the second map
  private async besides(choice: string): Promise<void> {
    const pane = this.root.querySelector<HTMLElement>('.map-side.second'), pair = this.root.querySelector('.map-pair');
    if (!pane || !pair) return;
    pane.hidden = choice === '';
    pair.classList.toggle('two', choice !== '');
    this.map.resize();
    this.names();
    void this.compare(choice);
    if (!choice) return;
    if (!this.second) {
      const stage = pane.querySelector<HTMLElement>('.map-stage')!;
      const map = await openMap(stage, this.root.dataset, this.words);
      this.second = new Side(map, this.region);
      let from: GlMap | undefined;              // whoever moves leads; the other follows without answering
      for (const [lead, follow] of [[this.map, map], [map, this.map]] as const)
        lead.on('move', () => {
          if (from) return;
          from = lead;
          follow.jumpTo({ center: lead.getCenter(), zoom: lead.getZoom() });
          from = undefined;
        });
      map.jumpTo({ center: this.map.getCenter(), zoom: this.map.getZoom() });
      setData(map, 'stations', this.stations);
    }
    const plan = choice === 'now' ? '' : choice, year = this.value('beside_year');
    await Promise.all([this.second.people(this.profile, plan, year), this.second.sites(plan, year)]);
  }

  // What the two maps show, as a table with the difference; the server counts it.
  private async compare(choice: string): Promise<void> {
    const place = document.getElementById('map-compare');
    if (!place) return;
    const asked = new URLSearchParams({ profile: this.profile, plan: this.value('plan'), year: this.value('year'), beside: choice, beside_year: this.value('beside_year') });
    const answer = await fetch(`/desk/map/${this.region}/compare?${asked}`, { headers: { 'X-Fragment': '1' }, credentials: 'same-origin' }).catch(() => undefined);
    if (answer?.ok) place.innerHTML = await answer.text();
  }

  private names(): void {
    const label = (name: string): string => this.root.querySelector<HTMLSelectElement>(`select[name=${name}]`)?.selectedOptions[0]?.textContent ?? '';
    const put = (side: string, text: string): void => { const head = this.root.querySelector(`[data-head=${side}]`); if (head) head.textContent = text; };
    const of = (plan: string, year: string): string => label(plan) + (this.value(year) && /^\d/.test(this.value(plan)) ? ` · ${label(year)}` : '');
    put('first', of('plan', 'year'));
    put('second', of('beside', 'beside_year'));
  }

  // ---- what the trial would do
  private async ask(): Promise<void> {
    if (this.asking) { this.again = true; return; }
    this.asking = true;
    try {
      do {
        this.again = false;
        const body = {
          plan: this.value('plan'), year: Number(this.value('year')) || 0, profile: this.profile,
          add: this.changes.filter((c) => c.kind === 'add').map((c) => ({ lon: c.at.lon, lat: c.at.lat })),
          move: this.changes.filter((c) => c.kind === 'move').map((c) => ({ station: c.id, lon: c.at.lon, lat: c.at.lat })),
          remove: this.changes.filter((c) => c.kind === 'remove').map((c) => c.id),
        };
        const answer = await fetch(`/api/map/${this.region}/what-if`, { method: 'POST', credentials: 'same-origin', body: JSON.stringify(body), headers: { 'content-type': 'application/json', accept: 'application/json', 'X-CSRF-Token': this.root.dataset.csrf ?? '', 'Idempotency-Key': freshKey() } });
        if (!answer.ok) throw new Error(((await answer.json()) as { detail?: string }).detail ?? '');
        this.figures(await answer.json() as Answer);
      } while (this.again);
    } catch (error) {
      this.tell((error as Error).message || this.words.say('trial_failed'));
    } finally { this.asking = false; }
  }

  private figures(answer: Answer): void {
    const number = (n: number): string => n.toLocaleString('en-US');
    const signed = (n: number): string => (n > 0 ? `+${number(n)}` : n < 0 ? `−${number(-n)}` : '±0');
    const put = (name: string, text: string): void => { for (const cell of this.root.querySelectorAll(`[data-f=${name}]`)) cell.textContent = text; };
    put('percent', answer.percent);
    put('reached', number(answer.reached));
    put('missed', number(answer.missed));
    put('elders', number(answer.elders_reached));
    put('change', signed(answer.change));
    this.root.querySelector('[data-change]')?.setAttribute('data-change', answer.change > 0 ? 'up' : answer.change < 0 ? 'down' : 'same');
    for (const band of answer.by_band) { put(`band${band.minutes}`, number(band.people)); put(`elders${band.minutes}`, number(band.elders)); }
    if (answer.newly) this.first.trial(answer.newly, answer.lost ?? []);
    this.root.dataset.reached = String(answer.reached);
    this.tell(this.changes.length ? this.words.say('spoken', { percent: answer.percent, reached: number(answer.reached), change: signed(answer.change) }) : '');
  }
  private tell(words: string): void {
    const line = this.root.querySelector('[data-told]');
    if (line) line.textContent = words;
  }

  // ---- changes
  private change(kind: Change['kind'], id: string, name: string, at: Point, from?: Point): void {
    const known = this.changes.find((c) => c.id === id);
    at = { lon: cap(at.lon), lat: cap(at.lat) };
    if (known) {
      known.at = at;
      if (kind === 'remove') known.kind = 'remove';
      else if (known.kind === 'remove') known.kind = 'move';
    } else this.changes.push({ kind, id, name, at, from });
    if (kind === 'remove' && id.startsWith('+')) this.changes = this.changes.filter((c) => c.id !== id);
    this.changed();
  }
  private undo(id: string): void {
    this.changes = this.changes.filter((c) => c.id !== id);
    if (this.chosen === id) this.chosen = '';
    this.changed();
    this.sheet.close();
  }
  private changed(): void {
    this.draw();
    this.table();
    void this.ask();
  }
  private draw(): void {
    const moved = new Set(this.changes.filter((c) => c.kind === 'move').map((c) => c.id)), gone = new Set(this.changes.filter((c) => c.kind === 'remove').map((c) => c.id));
    setData(this.map, 'stations', { type: 'FeatureCollection', features: this.stations.features.filter((one) => !moved.has(String(one.properties.id)) && !gone.has(String(one.properties.id))) });
    const chosen = this.chosen ? this.placeOf(this.chosen) : undefined;
    const marks: Feature[] = this.changes.map((c) => ({ type: 'Feature', geometry: { type: 'Point', coordinates: [c.at.lon, c.at.lat] }, properties: { id: c.id, mark: c.kind === 'remove' ? 'gone' : c.kind === 'add' ? 'plan' : 'shut', chosen: c.id === this.chosen } }));
    if (chosen && !this.changes.some((c) => c.id === this.chosen)) marks.push({ type: 'Feature', geometry: { type: 'Point', coordinates: [chosen.lon, chosen.lat] }, properties: { id: this.chosen, mark: 'none', chosen: true } });
    this.tellChosen();
    setData(this.map, 'trial', { type: 'FeatureCollection', features: marks });
    setData(this.map, 'thread', { type: 'FeatureCollection', features: this.changes.filter((c) => c.kind === 'move' && c.from).map((c) => ({ type: 'Feature', geometry: { type: 'LineString', coordinates: [[c.from!.lon, c.from!.lat], [c.at.lon, c.at.lat]] }, properties: {} })) });
  }
  // Where the chosen mark stands on the stage, in its pixels: for whoever drives the page from outside.
  private tellChosen(): void {
    const at = this.chosen ? this.placeOf(this.chosen) : undefined, point = at && this.map.project([at.lon, at.lat]);
    if (point) this.stage.dataset.chosen = `${Math.round(point.x)},${Math.round(point.y)}`;
    else delete this.stage.dataset.chosen;
  }
  private table(): void {
    const body = this.root.querySelector<HTMLElement>('[data-changes]'), empty = this.root.querySelector<HTMLElement>('[data-no-changes]');
    if (!body) return;
    body.replaceChildren(...this.changes.map((c) => {
      const what = c.kind === 'move' && c.from ? this.words.say('moved', { n: Math.round(metresBetween(c.from, c.at)) }) : this.words.say(c.kind);
      const row = make('li', {}, make('span', { class: 'change-what' }, make('strong', {}, c.name), make('span', { class: 'soft small' }, ` ${what}`)));
      row.append(button(this.words.say('show'), 'btn small quiet', () => { this.pick(c.id); }), button(this.words.say('undo'), 'btn small quiet', () => this.undo(c.id), 'undo'));
      return row;
    }));
    if (empty) empty.hidden = this.changes.length > 0;
  }

  private placeOf(id: string): Point | undefined {
    const change = this.changes.find((c) => c.id === id);
    if (change) return change.at;
    const station = this.stations.features.find((one) => one.properties.id === id);
    return station && coordinates(station);
  }
  private nameOf(id: string): string {
    return this.changes.find((c) => c.id === id)?.name ?? String(this.stations.features.find((one) => one.properties.id === id)?.properties.name ?? '');
  }
  private choose(id: string): void {
    this.chosen = id;
    this.draw();
    if (!id) setData(this.map, 'circle', none);
    else void this.circle();
  }
  private async circle(): Promise<void> {
    const at = this.chosen ? this.placeOf(this.chosen) : undefined, turn = (this.lastCircle += 1);
    if (!at) return;
    const data = await getJson<Collection>(`/api/map/${this.region}/circle.geojson?lon=${at.lon}&lat=${at.lat}&minutes=5,10,15&profile=${this.profile}`).catch(() => none);
    if (turn === this.lastCircle && this.chosen) setData(this.map, 'circle', data);
  }

  // The sheet of one mark: everything that dragging does, as buttons.
  private pick(id: string): void {
    const at = this.placeOf(id);
    if (!at) return;
    this.choose(id);
    if (!this.map.getBounds().contains([at.lon, at.lat])) this.map.easeTo({ center: [at.lon, at.lat], animate: !still });
    const words = this.words, move = make('div', { class: 'map-move', role: 'group', 'aria-label': words.say('move') });
    for (const [name, glyph, east, north] of [['north', 'down', 0, 1], ['west', 'left', -1, 0], ['east', 'right', 1, 0], ['south', 'down', 0, -1]] as const) {
      const element = button(words.say(name), `map-tool ${name}`, () => this.step(east * 100, north * 100), glyph);
      element.querySelector('span')!.className = 'unseen';
      move.append(element);
    }
    const change = this.changes.find((c) => c.id === id);
    const actions = make('p', { class: 'actions' });
    if (change?.kind !== 'remove') actions.append(button(words.say('take_away'), 'btn small danger', () => { this.change('remove', id, this.nameOf(id), this.placeOf(id)!); this.pickAgain(id); }, 'trash'));
    if (change) actions.append(button(words.say('undo'), 'btn small', () => this.undo(id), 'undo'));
    this.sheet.show(this.nameOf(id), make('p', { class: 'soft small' }, words.say(matchMedia('(pointer: coarse)').matches ? 'move_hint_touch' : 'move_hint')), make('div', { class: 'map-sheet-row' }, move, actions));
    this.uncover(at);
  }
  // The sheet must not lie on what it speaks of.
  private uncover(at: Point): void {
    const point = this.map.project([at.lon, at.lat]), top = this.sheet.element.offsetTop, left = this.sheet.element.offsetLeft + this.sheet.element.offsetWidth;
    if (point.y > top - 40 && point.x < left + 30) this.map.panBy([0, point.y - Math.max(60, top / 2)], { animate: !still });
  }
  private pickAgain(id: string): void { if (this.changes.some((c) => c.id === id)) this.pick(id); else this.sheet.close(); }

  private step(east: number, north: number): void {
    const at = this.chosen && this.placeOf(this.chosen);
    if (!at) return;
    this.place(this.chosen, { lon: at.lon + east * metre.lon(at.lat), lat: at.lat + north * metre.lat });
  }
  private place(id: string, to: Point): void {
    const station = this.stations.features.find((one) => one.properties.id === id);
    this.change(station ? 'move' : 'add', id, this.nameOf(id), to, station && coordinates(station));
    void this.circle();
  }
  private add(at: Point, name?: string): void {
    this.counter += 1;
    const id = `+${this.counter}`;
    this.change('add', id, name ?? this.words.say('new_station', { n: this.counter }), at);
    this.pick(id);
  }

  // ---- hands
  private under(event: Touch): string {
    const around = elder ? 20 : 12, { x, y } = event.point;
    const [found] = this.map.queryRenderedFeatures([[x - around, y - around], [x + around, y + around]], { layers: ['trial', 'stations'] }) as unknown as Feature[];
    return found ? String(found.properties.id) : '';
  }
  private pointer(): void {
    const map = this.map;
    let held = '', moved = false;
    const begin = (event: Touch): void => {
      const touches = (event.originalEvent as TouchEvent).touches;
      if (touches && touches.length > 1) return;
      held = this.under(event);
      moved = false;
      if (!held) return;
      event.preventDefault();                   // the map stays where it is while a station is dragged
      map.dragPan.disable();
    };
    const on = (event: Touch): void => {
      if (!held) return;
      if (!moved) { moved = true; this.choose(held); map.getCanvas().style.cursor = 'grabbing'; }
      this.place(held, { lon: event.lngLat.lng, lat: event.lngLat.lat });
    };
    const end = (): void => {
      if (!held) return;
      map.dragPan.enable();
      map.getCanvas().style.cursor = '';
      if (moved) this.pick(held);
      held = '';
    };
    map.on('mousedown', begin as never);
    map.on('touchstart', begin as never);
    map.on('mousemove', on as never);
    map.on('touchmove', on as never);
    map.on('mouseup', end);
    map.on('touchend', end);
    map.on('touchcancel', end);
    map.on('click', (event) => {
      if (moved) { moved = false; return; }
      const id = this.under(event as unknown as Touch);
      if (id) return this.pick(id);
      const around = 10, { x, y } = event.point;
      const [found] = map.queryRenderedFeatures([[x - around, y - around], [x + around, y + around]], { layers: ['plan', 'sites', 'missed', 'reached'].filter((name) => map.getLayer(name)) }) as unknown as Feature[];
      if (!found) return this.sheet.close();
      this.tellOf(found);
    });
    for (const layer of ['stations', 'trial']) {
      map.on('mouseenter', layer, () => { if (!held) map.getCanvas().style.cursor = 'grab'; });
      map.on('mouseleave', layer, () => { if (!held) map.getCanvas().style.cursor = ''; });
    }
  }
  private tellOf(feature: Feature): void {
    const p = feature.properties, at = coordinates(feature), words = this.words, facts: string[] = [];
    if (p.people !== undefined) {
      facts.push(words.say('people', { n: Number(p.people).toLocaleString('en-US') }));
      if (Number(p.elders)) facts.push(words.say('elders', { n: Number(p.elders).toLocaleString('en-US') }));
      facts.push(p.seconds === null || p.seconds === undefined ? words.say('no_station') : words.say('nearest', { n: Math.ceil(Number(p.seconds) / 60) }));
    }
    if (p.gain !== undefined) facts.push(words.say('gain', { n: Number(p.gain).toLocaleString('en-US') }));
    if (Number(p.year)) facts.push(words.say('year', { n: Number(p.year) }));
    if (p.cost !== undefined) facts.push(words.say('cost', { n: Number(p.cost) }));
    this.choose('');
    this.sheet.show(String(p.name), make('p', {}, facts.join(' · ')), make('p', { class: 'actions' }, button(words.say('try_here'), 'btn primary', () => this.add(at, words.say('at_place', { name: String(p.name) })), 'plus')));
  }

  // ---- keys and buttons
  private keys(): void {
    this.stage.addEventListener('keydown', (event) => {
      if (!this.chosen || event.altKey || event.ctrlKey || event.metaKey) return;
      const far = event.shiftKey ? 500 : 100;
      const steps: Record<string, [number, number]> = { ArrowUp: [0, far], ArrowDown: [0, -far], ArrowLeft: [-far, 0], ArrowRight: [far, 0] };
      const step = steps[event.key];
      if (step) { event.preventDefault(); event.stopPropagation(); this.step(...step); }
      else if (event.key === 'Delete' || event.key === 'Backspace') { event.preventDefault(); this.change('remove', this.chosen, this.nameOf(this.chosen), this.placeOf(this.chosen)!); this.pickAgain(this.chosen); }
      else if (event.key === 'Escape') this.sheet.close();
    }, true);
  }
  private controls(): void {
    const root = this.root;
    root.querySelector('[data-act=add]')?.addEventListener('click', (event) => {
      event.preventDefault();
      const middle = this.map.getCenter();
      this.add({ lon: middle.lng, lat: middle.lat });
    });
    root.querySelector('[data-act=clear]')?.addEventListener('click', () => { this.changes = []; this.chosen = ''; this.sheet.close(); this.changed(); });
    root.querySelector('form.map-ask')?.addEventListener('change', (event) => {
      event.stopPropagation();
      void this.show();
      const query = new URLSearchParams(new FormData(root.querySelector<HTMLFormElement>('form.map-ask')!) as unknown as Record<string, string>);
      history.replaceState(null, '', `?${query.toString()}`);
    });
    for (const toggle of root.querySelectorAll<HTMLInputElement>('input[data-layer]'))
      toggle.addEventListener('change', () => { void this.layer(toggle.dataset.layer ?? '', toggle.checked); });
    // "Try a station here" beside a place in the tables, and a station's own button.
    root.addEventListener('click', (event) => {
      const link = (event.target as Element).closest<HTMLAnchorElement>('a[data-try]');
      if (!link) return;
      event.preventDefault();
      const [lon = 0, lat = 0] = (link.dataset.try ?? '').split(',').map(Number);
      this.map.jumpTo({ center: [lon, lat], zoom: Math.max(13, this.map.getZoom()) });
      this.add({ lon, lat }, this.words.say('at_place', { name: link.dataset.name ?? '' }));
      this.stage.scrollIntoView({ block: 'nearest' });
    });
  }
  private async layer(name: string, on: boolean): Promise<void> {
    const maps = [this.map, this.second?.map].filter((m): m is GlMap => !!m);
    const layers: Record<string, string[]> = { people: ['reached', 'missed', 'nowhere'], missed: ['missed', 'nowhere'], sites: ['sites'], stations: ['stations', 'station-names'] };
    if (name === 'sites' && on && !this.root.dataset.sites) {
      this.root.dataset.sites = '1';
      const sites = await getJson<Collection>(`/api/map/${this.region}/candidates.geojson`).catch(() => none);
      for (const map of maps) setData(map, 'sites', sites);
    }
    for (const map of maps) for (const layer of layers[name] ?? []) map.setLayoutProperty(layer, 'visibility', on ? 'visible' : 'none');
  }
}

export function start(root: HTMLElement, map: GlMap, words: Words, stage: HTMLElement): void { void new PlanMap(root, map, words, stage); }
