// One EventSource for the page, shared by the red dots and the live parts. It is opened when somebody listens, and
// closed when the page is put away so that a phone does not hold a connection for a page nobody sees. The page says which
// event it was rendered after (body data-events): what happened before it listened, or while the line was down, comes then.
type Listener = (data: unknown) => void;
const listeners = new Map<string, Set<Listener>>();
const topics = new Set<string>();
let source: EventSource | undefined;
let reopen = 0;
let since = document.body.dataset.events ?? '';

function parsed(text: string): unknown {
  try { return JSON.parse(text); } catch { return text; }
}

function attach(name: string): void {
  source?.addEventListener(name, (event) => {
    const message = event as MessageEvent<string>;
    since = message.lastEventId || since;
    for (const listener of listeners.get(name) ?? []) listener(parsed(message.data));
  });
}

function open(): void {
  source?.close();
  const query = [...topics].map((topic) => `topic=${encodeURIComponent(topic)}`);
  if (since) query.push(`since=${encodeURIComponent(since)}`);
  source = new EventSource(query.length ? `/events?${query.join('&')}` : '/events');
  for (const name of listeners.keys()) attach(name);
}

export function listen(name: string, listener: Listener, topic?: string): () => void {
  const known = listeners.has(name);
  if (!known) listeners.set(name, new Set());
  listeners.get(name)!.add(listener);
  const newTopic = topic !== undefined && !topics.has(topic);
  if (topic !== undefined) topics.add(topic);
  if (!source || newTopic) {
    window.clearTimeout(reopen);
    reopen = window.setTimeout(open, 50);  // several listeners of one page share one opening
  } else if (!known) {
    attach(name);
  }
  return () => { listeners.get(name)?.delete(listener); };
}

window.addEventListener('pagehide', () => { source?.close(); source = undefined; });
window.addEventListener('pageshow', (event) => { if (event.persisted && listeners.size) open(); });
