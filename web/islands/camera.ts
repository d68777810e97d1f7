// Finds a QR code in the camera's picture: the browser's own detector, or jsQR when it has none.
interface Detector { detect(source: CanvasImageSource): Promise<{ rawValue: string }[]> }
type DetectorClass = { new (options: { formats: string[] }): Detector; getSupportedFormats(): Promise<string[]> };
type Finder = (video: HTMLVideoElement) => Promise<string | undefined>;

async function ownFinder(): Promise<Finder | undefined> {
  const Own = (window as unknown as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
  if (!Own || !(await Own.getSupportedFormats().catch(() => [] as string[])).includes('qr_code')) return undefined;
  const detector = new Own({ formats: ['qr_code'] });
  return async (video) => (await detector.detect(video))[0]?.rawValue;
}

async function bundledFinder(): Promise<Finder> {
  const { default: jsQR } = await import('jsqr');
  const canvas = document.createElement('canvas');
  return async (video) => {
    const side = Math.min(video.videoWidth, video.videoHeight);
    if (!side) return undefined;
    const size = Math.min(side, 480);
    canvas.width = size;
    canvas.height = size;
    const pen = canvas.getContext('2d', { willReadFrequently: true });
    if (!pen) return undefined;
    pen.drawImage(video, (video.videoWidth - side) / 2, (video.videoHeight - side) / 2, side, side, 0, 0, size, size);
    return jsQR(pen.getImageData(0, 0, size, size).data, size, size, { inversionAttempts: 'dontInvert' })?.data || undefined;
  };
}

// Loaded ahead of use, so that scanning also works when the network is gone by then.
export const finder: Promise<Finder> = ownFinder().then((own) => own ?? bundledFinder());

// Opens the camera on `video` and calls `found` once with the first code; the returned function closes it.
export async function watch(video: HTMLVideoElement, found: (code: string) => void): Promise<() => void> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false });
  let open = true;
  const close = (): void => {
    open = false;
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  video.srcObject = stream;
  await video.play();
  const find = await finder;
  const look = async (): Promise<void> => {
    if (!open) return;
    const code = await find(video).catch(() => undefined);
    if (code && open) { close(); found(code); return; }
    window.setTimeout(() => void look(), 180);
  };
  void look();
  return close;
}
