import { canonicalTimezone } from '#services/platform/local-time/local-time.ts';
import { type Dialog, draftOf, IDLE } from '../../conversation/dialog.ts';
import type { Screen, Show } from '../../conversation/screen.ts';
import { edit, type Step, send, stay, toast } from '../../conversation/step.ts';
import type { ReferenceData } from '../../conversation/update-context.ts';
import type { AddressedCommand, Person } from '../../person.ts';
import { normalised, type TypedText } from '../../reading/typed-text.ts';
import { emptyDraft } from '../new-habit/draft.ts';

/** Asks where the person is: by place name, location, or what their clock shows. */
export function askTimezone(why: 'welcome' | 'needed'): Step {
  const dialog: Dialog = { at: 'choosingTimezone', first: true };
  return { dialog, commands: [], shows: [send({ screen: 'askTimezone', why })] };
}

export function askTimezoneAgain(): Step {
  return {
    dialog: { at: 'choosingTimezone', first: false },
    commands: [],
    shows: [edit({ screen: 'askTimezone', why: 'change' })],
  };
}

/** Only a well-known place is taken at once; everything else is shown with its clock, to be confirmed with a tap. */
export function typePlace(dialog: Dialog, text: TypedText, person: Person, { places }: ReferenceData): Step {
  const found = places.find(text, askerIn(person));
  if (found.sure) return settle(dialog, found.zone, person, false);
  if (found.means === 'nothing') return stay(dialog, send({ screen: 'clocks' }, { key: 'place-unknown' }));
  const { zones, means } = found;
  const named = means === 'abbreviation' ? asAbbreviation(text) : undefined;
  return offer(dialog, { screen: 'zones', zones, means, ...(named && { named }) });
}

const ABBREVIATION_LENGTH = 8;
const asAbbreviation = (text: TypedText) =>
  normalised(text, 'NFKC', ABBREVIATION_LENGTH)?.trim().toUpperCase();

const askerIn = ({ account, nowMs }: Person) => ({ locale: account.locale, nowMs });

/** What was offered is kept, so that the place of a tapped button is called as it was there. */
function offer(dialog: Dialog, screen: Extract<Screen, { screen: 'zones' }>, place = send): Step {
  const { zones } = screen;
  return stay(dialog.at === 'choosingTimezone' ? { ...dialog, offered: zones } : dialog, place(screen));
}

/**
 * A location near a border may belong to the other side of it. Outside the choice of a timezone any location is only an
 * offer: it may have been meant for something else.
 */
export function locate(
  dialog: Dialog,
  { latitude, longitude }: { latitude: number; longitude: number },
  person: Person,
  { places }: ReferenceData,
): Step {
  const zones = places.at(latitude, longitude, askerIn(person));
  const [zone, ...others] = zones;
  if (!zone) return stay(dialog, send({ screen: 'clocks' }, { key: 'place-unknown' }));
  if (others.length > 0) return offer(dialog, { screen: 'zones', zones, means: 'border' });
  if (dialog.at !== 'choosingTimezone') return offer(dialog, { screen: 'zones', zones, means: 'place' });
  return settle(dialog, { timezone: zone.timezone }, person, false);
}

/** Asks what the person's clock shows. Also reached from an old keyboard, when no dialog waits for a timezone. */
export function showClocks(
  dialog: Dialog,
  person: Person,
  { page, place = send }: { page?: number; place?: (screen: Screen) => Show } = {},
): Step {
  const choosing = dialog.at === 'choosingTimezone' || !person.account.timezone;
  const waiting: Dialog = { at: 'choosingTimezone', first: person.account.timezone === null };
  return stay(
    choosing ? waiting : dialog,
    place(page === undefined ? { screen: 'clocks' } : { screen: 'clocks', page }),
  );
}

export function tapClock(dialog: Dialog, offset: number, person: Person, { places }: ReferenceData): Step {
  const zones = places.withOffset(offset, askerIn(person));
  if (zones.length === 0) return toast(dialog, 'toast-stale');
  return offer(dialog, { screen: 'zones', zones, means: 'clock' }, edit);
}

/** A tapped zone is set whatever dialog is going on; only the choice of a timezone ends with it. */
export function tapZone(dialog: Dialog, tappedZone: string, person: Person): Step {
  const timezone = canonicalTimezone(tappedZone);
  if (!timezone) return toast(dialog, 'toast-unknown');
  const offered = dialog.at === 'choosingTimezone' ? dialog.offered : undefined;
  const label = offered?.find((zone) => zone.timezone === timezone)?.label;
  const step = settle(dialog, { timezone, ...(label && { label }) }, person, true);
  const isFirst = person.account.timezone === null;
  return isFirst || dialog.at === 'choosingTimezone' ? step : { ...step, dialog };
}

/** A newcomer goes on to a first habit: the one that brought them here, or one that is offered. */
function settle(
  dialog: Dialog,
  { timezone, label }: { timezone: string; label?: string },
  person: Person,
  tapped: boolean,
): Step {
  const commands: AddressedCommand[] = [
    { to: 'account', command: { type: 'ChangeTimezone', data: { timezone } } },
  ];
  const place = label === undefined ? {} : { place: label };
  const show = tapped ? edit : send;
  if (person.account.timezone !== null)
    return { dialog: IDLE, commands, shows: [show({ screen: 'timezoneSet', ...place })] };
  const draft = draftOf(dialog);
  const making = draft ?? ({ step: 'name', draft: emptyDraft(person), offered: true } as const);
  return {
    dialog: { at: 'newHabit', ...making },
    commands,
    shows: [
      ...arrived(tapped, place),
      send(draft ? { screen: 'draft', ...draft } : { screen: 'firstHabit' }),
    ],
  };
}

/** The keyboard with the location button goes away with a new message only, which has no buttons of its own. */
function arrived(tapped: boolean, place: { place?: string }): Show[] {
  const steps = send({ screen: 'firstSteps', withZone: !tapped, ...place });
  return tapped ? [edit({ screen: 'timezoneSet', ...place }), steps] : [steps];
}
