// What every page loads. Heavy islands (camera, offline queue, rotating code) come only where their element stands.
import './forms';
import './dots';
import './clock';
import './read';
import './live';
import './ticks';
import './pin';

if (document.querySelector('tx-scan')) void import('./scan');
if (document.querySelector('tx-code')) void import('./code');
// Check-ins that were made without a network leave from whichever page is open when the network is back.
else if (localStorage.getItem('tx-waiting')) void import('./queue').then((queue) => queue.sendWhenOnline());
