const NUMBER = new Intl.NumberFormat('en');

export const number = (n) => NUMBER.format(n);

/** `0.3 s`, `48 s`, `12 min`, `3 h`: of milliseconds. */
export function duration(ms) {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

/** `1 message`, `2 messages`. */
export const counted = (n, one) => `${number(n)} ${one}${n === 1 ? '' : 's'}`;

export const timeOfDay = (ms) => new Date(ms).toISOString().slice(11, 19);

const RANK = ['stuck', 'late', 'note'];

/** The worst level of the findings at a place, or none. */
export const levelAt = (findings, ...places) =>
  RANK.find((level) => findings.some((each) => each.level === level && places.includes(each.place)));
