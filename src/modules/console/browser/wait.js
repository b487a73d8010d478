// This module shows how long to wait, in the same words as `LocaleFormats.wait` on the server.

const relative = new Intl.RelativeTimeFormat(document.documentElement.lang);

/** @param {number} seconds */
export const formatWait = (seconds) =>
  seconds > 120 ? relative.format(Math.ceil(seconds / 60), 'minute') : relative.format(seconds, 'second');
