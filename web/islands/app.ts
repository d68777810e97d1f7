// What every page loads. Heavy islands (camera, offline queue, rotating code) come only where their element stands.
import './forms';
import './dots';
import './clock';
import './read';
import './live';
import './ticks';
import './pin';

// A page prints itself where script runs; without it the browser's own menu does.
for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => window.print());
}

// The signal went while the page was loading: what the page shows without script stays, and it starts afresh with the
// network.
const missed = (): void => window.addEventListener('online', () => location.reload(), { once: true });

if (document.querySelector('tx-scan')) import('./scan').catch(missed);
// Check-ins that were made without a network leave from whichever page is open when the network is back.
else if (localStorage.getItem('tx-waiting')) import('./queue').then((queue) => queue.sendWhenOnline()).catch(() => undefined);
const map = document.querySelector<HTMLElement>('tx-map');
if (map) import('./map_start').then((island) => island.start(map)).catch(() => undefined);   // the drawn map stays
if (document.querySelector('tx-code')) import('./code').catch(missed);
if (document.querySelector('tx-verify')) import('./verify').catch(missed);
