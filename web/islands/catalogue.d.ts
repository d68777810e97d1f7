// The texts of the islands (keys layout.island.*), put together by web/build.mjs.
declare module 'catalogue' {
  const texts: { zh: Record<string, string>; en: Record<string, string> };
  export default texts;
}
// Where web/build.mjs put MapLibre's worker.
declare const MAP_WORKER: string;
declare module 'maplibre-gl/dist/maplibre-gl-csp.js' {
  export * from 'maplibre-gl';
}
declare module 'catalogue/offline' {
  const texts: { zh: Record<string, string>; en: Record<string, string> };
  export default texts;
}
