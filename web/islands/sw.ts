// Service worker of the check-in page only (scope /scan): the page and its assets from the network while there is one,
// from the last good copy when there is none. It stores no answer of the API and sends nothing itself.
const worker = self as unknown as ServiceWorkerGlobalScope;
const cacheName = 'tongxin-scan';

worker.addEventListener('install', () => { void worker.skipWaiting(); });
worker.addEventListener('activate', (event) => { event.waitUntil(worker.clients.claim()); });

function ours(url: URL): boolean {
  return url.origin === worker.location.origin && (url.pathname === '/scan' || url.pathname.startsWith('/assets/'));
}

async function keep(request: Request | string): Promise<void> {
  const answer = await fetch(request, { credentials: 'same-origin' });
  if (answer.ok && !answer.redirected) await (await caches.open(cacheName)).put(request, answer);
}

worker.addEventListener('message', (event) => {
  const urls = ((event.data as { keep?: string[] }).keep ?? []).filter((url) => ours(new URL(url)));
  event.waitUntil(Promise.all(urls.map((url) => keep(url).catch(() => undefined))));
});

async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(cacheName);
  try {
    const fresh = await fetch(request);
    if (fresh.ok && !fresh.redirected && fresh.type === 'basic') await cache.put(request, fresh.clone());
    return fresh;
  } catch (error) {
    const page = request.mode === 'navigate';
    const kept = await cache.match(request, { ignoreSearch: page, ignoreVary: true });
    if (kept) return kept;
    throw error;
  }
}

worker.addEventListener('fetch', (event) => {
  if (event.request.method === 'GET' && ours(new URL(event.request.url))) event.respondWith(answer(event.request));
});
