// What draws: nothing (the drawn map stays), a graphics card, or the processor (an old office computer, a remote desktop):
// then fewer dots and no fades.
let drawing: 'nothing' | 'card' | 'processor' | undefined;
export function drawnBy(): 'nothing' | 'card' | 'processor' {
  if (drawing) return drawing;
  let gl: WebGL2RenderingContext | null = null;
  try { gl = document.createElement('canvas').getContext('webgl2'); } catch { /* none */ }
  const info = gl?.getExtension('WEBGL_debug_renderer_info');
  drawing = !gl ? 'nothing' : /swiftshader|llvmpipe|software|basic render/i.test(String(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER))) ? 'processor' : 'card';
  gl?.getExtension('WEBGL_lose_context')?.loseContext();
  return drawing;
}
