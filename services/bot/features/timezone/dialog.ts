import { canonicalTimezone } from '#services/platform/local-time/local-time.ts';
import { type Dialog, IDLE } from '../../conversation/dialog.ts';
import type { Show } from '../../conversation/screen.ts';
import { dropped, edit, type Step, send, stay, toast } from '../../conversation/step.ts';
import type { ReferenceData } from '../../conversation/update-context.ts';
import type { AddressedCommand, Person } from '../../person.ts';
import type { TypedText } from '../../reading/typed-text.ts';
import type { Zone } from './places.ts';

/** Asks where the person is: by place name, location, or what their clock shows. */
export function askTimezone(why: 'welcome' | 'needed'): Step {
  const dialog: Dialog = { at: 'choosingTimezone', first: true };
  return { dialog, commands: [], shows: [send({ screen: 'askTimezone', why })] };
}

export function askTimezoneAgain(dialog: Dialog): Step {
  return {
    dialog: { at: 'choosingTimezone', first: false },
    commands: [],
    shows: [edit({ screen: 'askTimezone', why: 'change' }, dropped(dialog))],
  };
}

export function typePlace(dialog: Dialog, text: TypedText, person: Person, { places }: ReferenceData): Step {
  const zones = places.search(text);
  if (zones.length > 1) return stay(dialog, send({ screen: 'zones', zones }));
  const [only] = zones;
  if (!only) return stay(dialog, send({ screen: 'clocks' }, { key: 'place-unknown' }));
  return settle(only.timezone, person, false);
}

/** Outside the choice of a timezone a location is only an offer: it may have been meant for something else. */
export function locate(
  dialog: Dialog,
  { latitude, longitude }: { latitude: number; longitude: number },
  person: Person,
  { places }: ReferenceData,
): Step {
  const timezone = places.at(latitude, longitude);
  if (!timezone) return stay(dialog, send({ screen: 'clocks' }, { key: 'place-unknown' }));
  if (dialog.at === 'choosingTimezone') return settle(timezone, person, false);
  const zones: Zone[] = [{ label: timezone, timezone }];
  return stay(dialog, send({ screen: 'zones', zones }));
}

/** Asks what the person's clock shows. Also reached from an old keyboard, when no dialog waits for a timezone. */
export function showClocks(
  dialog: Dialog,
  person: Person,
  place: (screen: Show['screen']) => Show = send,
): Step {
  const choosing = dialog.at === 'choosingTimezone' || !person.account.timezone;
  const waiting: Dialog = { at: 'choosingTimezone', first: person.account.timezone === null };
  return stay(choosing ? waiting : dialog, place({ screen: 'clocks' }));
}

export function tapClock(dialog: Dialog, offset: number, person: Person, { places }: ReferenceData): Step {
  const zones = places.withOffset(offset, person.nowMs);
  if (zones.length === 0) return toast(dialog, 'toast-stale');
  return stay(dialog, edit({ screen: 'zones', zones }));
}

/** A tapped zone is set whatever dialog is going on; only the choice of a timezone ends with it. */
export function tapZone(dialog: Dialog, tappedZone: string, person: Person): Step {
  const timezone = canonicalTimezone(tappedZone);
  if (!timezone) return toast(dialog, 'toast-unknown');
  const step = settle(timezone, person, true);
  return dialog.at === 'choosingTimezone' ? step : { ...step, dialog };
}

/** The keyboard with the location button goes away with a new message only, so the first time there is one. */
function settle(timezone: string, person: Person, tapped: boolean): Step {
  const first = person.account.timezone === null;
  const addressed: AddressedCommand = {
    to: 'account',
    command: { type: 'ChangeTimezone', data: { timezone } },
  };
  const shows: Show[] = [];
  if (tapped || !first) shows.push((tapped ? edit : send)({ screen: 'timezoneSet' }));
  if (first) shows.push(send({ screen: 'firstSteps', withZone: !tapped }));
  return { dialog: IDLE, commands: [addressed], shows };
}
