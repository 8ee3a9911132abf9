import type { Meaning } from './phrase.ts';

type Meant = { means: Meaning };

/** Of two different goals, or frequencies, or days to remind on, none is surely meant. */
export function withoutContradictions<P extends Meant>(given: readonly P[]): P[] {
  const found = remindedOn(onTheirDays(given));
  const isSaidTwice = (of: (means: Meaning) => unknown) =>
    new Set(found.flatMap(({ means }) => (of(means) === undefined ? [] : [JSON.stringify(of(means))]))).size >
    1;
  const goals = isSaidTwice(({ goal }) => goal);
  const often = isSaidTwice(({ frequency }) => frequency) || isSaidTwice(({ remindOn }) => remindOn);
  return found.filter(
    ({ means }) => !(goals && means.goal) && !(often && (means.frequency ?? means.remindOn)),
  );
}

/** `once a week on Saturday` is said twice and means one thing: the days. */
function onTheirDays<P extends Meant>(found: readonly P[]): readonly P[] {
  const days = found.flatMap(({ means: { frequency } }) =>
    frequency?.kind === 'weekdays' ? frequency.weekdays.length : [],
  );
  return found.map((phrase) => {
    const { frequency } = phrase.means;
    const isSame = frequency?.kind === 'timesPerWeek' && days.includes(frequency.times);
    return isSame ? { ...phrase, means: {} } : phrase;
  });
}

/** `every two weeks on Saturday`: how often, and on which day it reminds until it is done. */
function remindedOn<P extends Meant>(found: readonly P[]): readonly P[] {
  const isRare = ({ means: { frequency } }: Meant) =>
    frequency?.kind === 'timesPerMonth' || (frequency?.kind === 'timesInDays' && frequency.days > 7);
  if (!found.some(isRare)) return found;
  return found.map((phrase) => {
    const { frequency, ...others } = phrase.means;
    if (frequency?.kind !== 'weekdays') return phrase;
    return { ...phrase, means: { ...others, remindOn: frequency.weekdays } };
  });
}
