// Loaded into a server under test with `node --import`: measures how long its event loop is blocked. The loop
// delay alone would also include time used by other processes. So it uses the smaller of the delay and the
// CPU time of this thread between two turns, where the system reports it.
import { existsSync, readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 1;
/** The CPU time of this thread in nanoseconds, on Linux only. */
const SCHEDSTAT = '/proc/thread-self/schedstat';

const hasSchedstat = existsSync(SCHEDSTAT);
function cpuMs() {
  if (hasSchedstat) return Number(readFileSync(SCHEDSTAT, 'latin1').split(' ')[0]) / 1e6;
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e3;
}

const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();
let last = cpuMs();
let longest = 0;
setInterval(() => {
  const now = cpuMs();
  longest = Math.max(longest, now - last);
  last = now;
}, RESOLUTION_MS).unref();

process.on('message', (what) => {
  if (what !== 'begin' && what !== 'end') return;
  if (what === 'begin') {
    delay.reset();
    longest = 0;
  }
  // After a turn of both timers, because only then do they include the work before.
  setTimeout(() => process.send({ blockedMs: Math.min(delay.max / 1e6, longest) }), 3 * RESOLUTION_MS);
});
process.channel.unref();
