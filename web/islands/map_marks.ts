// The marks on the map, drawn here: every state has its own shape, so that colour is never the only sign. The same shapes
// stand in the legend and in the map that the server draws (web/map/marks.html).
import type { Map as GlMap } from 'maplibre-gl';

export type Face = { elder: boolean };

type Draw = (pen: CanvasRenderingContext2D, size: number, face: Face) => void;
const colours = { open: '#27663f', shut: '#24506e', rest: '#80530a', coming: '#5a4e44', plan: '#bf2629', site: '#6d6056', paper: '#ffffff', gone: '#a10f43' };

function path(pen: CanvasRenderingContext2D, points: [number, number][]): void {
  pen.beginPath();
  points.forEach(([x, y], i) => (i ? pen.lineTo(x, y) : pen.moveTo(x, y)));
  pen.closePath();
}
function ringed(pen: CanvasRenderingContext2D, fill: string, line: string, width: number): void {
  pen.lineJoin = 'round';
  pen.lineWidth = width + 3;
  pen.strokeStyle = colours.paper;
  pen.stroke();
  pen.fillStyle = fill;
  pen.fill();
  pen.lineWidth = width;
  pen.strokeStyle = line;
  pen.stroke();
}
const disc = (pen: CanvasRenderingContext2D, size: number, share: number): void => {
  pen.beginPath();
  pen.arc(size / 2, size / 2, size * share, 0, 7);
};

const marks: Record<string, Draw> = {
  // Open now: a full disc with the house's heart of rings.
  open(pen, size) {
    disc(pen, size, .36);
    ringed(pen, colours.open, colours.open, 2);
    pen.fillStyle = colours.paper;
    path(pen, [[size * .5, size * .31], [size * .69, size * .49], [size * .63, size * .49], [size * .63, size * .66], [size * .37, size * .66], [size * .37, size * .49], [size * .31, size * .49]]);
    pen.fill();
  },
  // Runs, but nobody is there now: the same house in an empty ring.
  shut(pen, size) {
    disc(pen, size, .36);
    ringed(pen, colours.paper, colours.shut, 4);
    pen.fillStyle = colours.shut;
    path(pen, [[size * .5, size * .31], [size * .69, size * .49], [size * .63, size * .49], [size * .63, size * .66], [size * .37, size * .66], [size * .37, size * .49], [size * .31, size * .49]]);
    pen.fill();
  },
  // Rests or is suspended: a square with two bars.
  rest(pen, size) {
    path(pen, [[size * .19, size * .19], [size * .81, size * .19], [size * .81, size * .81], [size * .19, size * .81]]);
    ringed(pen, colours.paper, colours.rest, 4);
    pen.fillStyle = colours.rest;
    pen.fillRect(size * .36, size * .33, size * .1, size * .34);
    pen.fillRect(size * .54, size * .33, size * .1, size * .34);
  },
  // Proposed or being built: a triangle.
  coming(pen, size) {
    path(pen, [[size * .5, size * .16], [size * .86, size * .8], [size * .14, size * .8]]);
    ringed(pen, colours.paper, colours.coming, 4);
  },
  // Chosen by a plan: a star on a shield.
  plan(pen, size) {
    const points: [number, number][] = [];
    for (let i = 0; i < 10; i += 1) {
      const r = size * (i % 2 ? .2 : .42), turn = -Math.PI / 2 + i * Math.PI / 5;
      points.push([size / 2 + r * Math.cos(turn), size / 2 + r * Math.sin(turn)]);
    }
    path(pen, points);
    ringed(pen, colours.plan, colours.plan, 2);
  },
  upgrade(pen, size) {
    path(pen, [[size * .5, size * .14], [size * .84, size * .48], [size * .64, size * .48], [size * .64, size * .84], [size * .36, size * .84], [size * .36, size * .48], [size * .16, size * .48]]);
    ringed(pen, colours.paper, colours.plan, 4);
  },
  // Somewhere a station could stand: a small open diamond.
  site(pen, size) {
    path(pen, [[size * .5, size * .24], [size * .76, size * .5], [size * .5, size * .76], [size * .24, size * .5]]);
    ringed(pen, colours.paper, colours.site, 3);
  },
  // Taken away in the trial: a cross.
  gone(pen, size) {
    disc(pen, size, .36);
    ringed(pen, colours.paper, colours.gone, 3);
    pen.lineWidth = size * .09;
    pen.strokeStyle = colours.gone;
    pen.lineCap = 'round';
    pen.beginPath();
    for (const [a, b, c, d] of [[.36, .36, .64, .64], [.64, .36, .36, .64]]) { pen.moveTo(size * a, size * b); pen.lineTo(size * c, size * d); }
    pen.stroke();
  },
  activity(pen, size) {
    path(pen, [[size * .22, size * .26], [size * .78, size * .26], [size * .78, size * .78], [size * .22, size * .78]]);
    ringed(pen, '#bf2629', '#bf2629', 2);
    pen.fillStyle = colours.paper;
    pen.fillRect(size * .29, size * .42, size * .42, size * .29);
    pen.fillStyle = '#bf2629';
    pen.fillRect(size * .44, size * .5, size * .12, size * .12);
  },
};

export function addMarks(map: GlMap, face: Face): void {
  const wide = face.elder ? 44 : 32, scale = 2;
  for (const [name, draw] of Object.entries(marks)) {
    const canvas = document.createElement('canvas');
    const size = (name === 'site' ? wide * .7 : wide) * scale;
    canvas.width = canvas.height = size;
    const pen = canvas.getContext('2d');
    if (!pen) continue;
    draw(pen, size, face);
    if (!map.hasImage(name)) map.addImage(name, pen.getImageData(0, 0, size, size), { pixelRatio: scale });
  }
}

// The mark of a station by its state; the words stand beside it wherever it is shown.
export function markOf(properties: Record<string, unknown>): string {
  const state = String(properties.state ?? '');
  if (properties.open_now === true) return 'open';
  if (state === 'open' || state === 'upgrading') return 'shut';
  if (state === 'resting' || state === 'suspended') return 'rest';
  return 'coming';
}
