// This script draws the usage table of the page as a chart. The table stays on the page.

import Plot from './uplot.js';

const HEIGHT = 220;
const language = document.documentElement.lang;
const dark = matchMedia('(prefers-color-scheme: dark)');

/** @param {Element} usage */
function readTable(usage) {
  const names = [...usage.querySelectorAll('thead th')].slice(1).map((cell) => cell.textContent ?? '');
  const rows = [...usage.querySelectorAll('tbody tr')].map((row) => {
    const time = /** @type {HTMLTimeElement} */ (row.querySelector('time'));
    const values = [...row.querySelectorAll('data')].map((data) => Number(data.value));
    return [new Date(time.dateTime).getTime() / 1_000, ...values];
  });
  const columns = ['at', ...names].map((_name, index) => rows.map((row) => row[index] ?? 0));
  return { names, columns };
}

/** @param {string} name */
const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/**
 * @param {HTMLElement} target
 * @param {ReturnType<typeof readTable>} table
 */
function draw(target, { names, columns }) {
  const styles = [
    {
      stroke: color('--accepted'),
      fill: color('--accepted-fill'),
      width: 1,
      paths: Plot.paths.bars?.({ size: [0.7, 48] }),
    },
    { stroke: color('--limited'), width: 2, dash: [6, 4] },
    { stroke: color('--denied'), width: 2, dash: [2, 3] },
  ];
  const first = columns[0]?.[0] ?? 0;
  const step = (columns[0]?.[1] ?? first) - first;
  const isByDay = step >= 86_400;
  // Days are in UTC, as in the table. Hours are in the local time zone.
  const ticks = new Intl.DateTimeFormat(
    language,
    isByDay ? { month: 'short', day: 'numeric', timeZone: 'UTC' } : { hour: 'numeric', minute: '2-digit' },
  );
  const axis = { stroke: color('--chart-text'), grid: { stroke: color('--chart-grid'), width: 1 } };
  const times = new Intl.DateTimeFormat(
    language,
    isByDay ? { dateStyle: 'medium', timeZone: 'UTC' } : { dateStyle: 'medium', timeStyle: 'short' },
  );
  /** @type {import('uplot').Options} */
  const options = {
    width: target.clientWidth,
    height: HEIGHT,
    ...(isByDay && { tzDate: (/** @type {number} */ at) => Plot.tzDate(new Date(at * 1_000), 'Etc/UTC') }),
    cursor: { drag: { x: false, y: false } },
    scales: {
      // Leaves room for half a bar on either side.
      x: { range: (_plot, low, high) => [low - step / 2, high + step / 2] },
      y: { range: (_plot, _low, high) => [0, Math.max(4, high * 1.1)] },
    },
    axes: [
      { ...axis, values: (_plot, splits) => splits.map((at) => ticks.format(at * 1_000)) },
      { ...axis, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9] },
    ],
    series: [
      {
        label: target.dataset['time'] ?? '',
        value: (_plot, at) => (at === null ? '–' : times.format(at * 1_000)),
      },
      ...names.map((label, index) => ({ label, points: { show: false }, ...styles[index] })),
    ],
  };
  target.replaceChildren();
  return new Plot(options, /** @type {import('uplot').AlignedData} */ (columns), target);
}

for (const usage of document.querySelectorAll('[data-usage]')) {
  const target = usage.querySelector('.chart');
  if (!(target instanceof HTMLElement)) continue;
  target.hidden = false;
  const table = readTable(usage);
  let plot = draw(target, table);
  new ResizeObserver(() => plot.setSize({ width: target.clientWidth, height: HEIGHT })).observe(target);
  dark.addEventListener('change', () => {
    plot.destroy();
    plot = draw(target, table);
  });
}
