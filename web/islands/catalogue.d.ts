// The texts of the islands (keys layout.island.*), put together by web/build.mjs.
declare module 'catalogue' {
  const texts: { zh: Record<string, string>; en: Record<string, string> };
  export default texts;
}
