// This script shows the numbers of a bar in a tooltip, for the mouse, touch and keyboard. The server draws the chart.
// Without this script, browsers show the titles of the bars.

/** The space between a bar and the tooltip above it, in pixels. */
const DISTANCE = 4;

/**
 * @typedef {object} Bar
 * @property {Element} element
 * @property {string[]} lines the time and the number of requests by outcome.
 */

/**
 * @param {ParentNode} parent
 * @param {string} selector
 */
const find = (parent, selector) => /** @type {HTMLElement} */ (parent.querySelector(selector));

/**
 * Takes the titles from the bars. Otherwise, the browser would show them beside the tooltip.
 * @param {Element} plot
 * @returns {Bar[]}
 */
const takeBars = (plot) =>
  [...plot.querySelectorAll('[data-bar]')].map((element) => {
    const title = find(element, 'title');
    title.remove();
    return { element, lines: (title.textContent ?? '').split('\n') };
  });

/**
 * Places the tooltip beside the bar, on the side where there is more room, or above the bar on a narrow screen.
 * @param {HTMLElement} tooltip
 * @param {HTMLElement} chart
 * @param {Element} bar
 */
function placeTooltip(tooltip, chart, bar) {
  const frame = chart.getBoundingClientRect();
  const [slot, ...segments] = [...bar.children].map((part) => part.getBoundingClientRect());
  if (!slot) return;
  const { offsetWidth: width, offsetHeight: height } = tooltip;
  const barTop = (segments.at(-1) ?? slot).top;
  const isLeft = slot.left + slot.right < frame.left + frame.right;
  const left = (isLeft ? slot.right : slot.left - width) - frame.left;
  const hasRoom = left >= 0 && left + width <= frame.width;
  const top = hasRoom ? Math.min(barTop, slot.bottom - height) : barTop - height - DISTANCE;
  tooltip.style.left = `${Math.max(0, Math.min(left, frame.width - width))}px`;
  tooltip.style.top = `${top - frame.top}px`;
}

/** @param {HTMLElement} chart */
function prepareChart(chart) {
  const plot = find(chart, '[data-plot]');
  const tooltip = find(chart, '[data-values]');
  const announcement = find(chart, '[data-announcement]');
  const texts = [...tooltip.querySelectorAll('[data-text]')];
  const bars = takeBars(plot);
  /** @type {Bar | undefined} */
  let shown;

  // Screen readers pass the arrow keys to an element with this role.
  chart.setAttribute('role', 'application');
  chart.setAttribute('aria-label', plot.getAttribute('aria-label') ?? '');
  chart.setAttribute('aria-describedby', 'chart-keyboard');
  plot.setAttribute('aria-hidden', 'true');
  chart.tabIndex = 0;

  function hide() {
    shown?.element.classList.remove('shown');
    shown = undefined;
    tooltip.hidden = true;
    announcement.replaceChildren();
  }

  /** @param {Bar | undefined} bar */
  function show(bar) {
    if (!bar || bar === shown) return;
    hide();
    shown = bar;
    bar.element.classList.add('shown');
    texts.forEach((text, index) => (text.textContent = bar.lines[index] ?? ''));
    tooltip.hidden = false;
    placeTooltip(tooltip, chart, bar.element);
  }

  /** @param {Bar | undefined} bar */
  function showAndAnnounce(bar) {
    show(bar);
    const lines = (shown?.lines ?? []).map((line) => {
      const paragraph = document.createElement('p');
      paragraph.textContent = line;
      return paragraph;
    });
    announcement.replaceChildren(...lines);
  }

  /** @param {KeyboardEvent} event */
  function useKey(event) {
    const index = shown ? bars.indexOf(shown) : bars.length;
    const last = bars.length - 1;
    /** @type {Record<string, number>} */
    const targets = {
      ArrowLeft: Math.max(index - 1, 0),
      ArrowRight: Math.min(index + 1, last),
      Home: 0,
      End: last,
    };
    const target = targets[event.key];
    if (event.key === 'Escape') hide();
    if (target === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    showAndAnnounce(bars[target]);
  }

  /** @param {PointerEvent} event */
  function usePointer(event) {
    const { left, width } = plot.getBoundingClientRect();
    show(bars[Math.floor(((event.clientX - left) / width) * bars.length)]);
  }

  plot.addEventListener('pointerdown', usePointer);
  plot.addEventListener('pointermove', usePointer);
  chart.addEventListener('pointerleave', (event) => {
    // After a touch, the tooltip stays until the next one.
    if (event.pointerType === 'mouse') hide();
  });
  document.addEventListener('pointerdown', (event) => {
    if (!chart.contains(/** @type {Node} */ (event.target))) hide();
  });
  chart.addEventListener('focus', () => {
    if (chart.matches(':focus-visible')) showAndAnnounce(shown ?? bars.at(-1));
  });
  chart.addEventListener('blur', hide);
  chart.addEventListener('keydown', useKey);
  // The tooltip would be at the wrong place.
  new ResizeObserver(hide).observe(chart);
}

for (const chart of document.querySelectorAll('[data-chart]')) {
  if (chart instanceof HTMLElement) prepareChart(chart);
}
