import type { AddressedCommand } from '../person.ts';
import { type Dialog, IDLE } from './dialog.ts';
import type { Phrase, Screen, Show } from './screen.ts';

/**
 * What follows from one input: commands first, then the dialog as it stands after them, then what is shown. `toast` is
 * the short answer over a tapped button.
 */
export type Step = {
  dialog: Dialog;
  commands: readonly AddressedCommand[];
  shows: readonly Show[];
  toast?: Phrase;
};

export const edit = (screen: Screen, above?: Phrase): Show => show('here', screen, above);
export const send = (screen: Screen, above?: Phrase): Show => show('anew', screen, above);

function show(place: Show['place'], screen: Screen, above: Phrase | undefined): Show {
  return above ? { place, screen, above } : { place, screen };
}

export const notice = (key: string, args?: Phrase['args']): Screen => ({
  screen: 'notice',
  phrase: args ? { key, args } : { key },
  cancel: false,
});

/** Shows and changes nothing. */
export const stay = (dialog: Dialog, ...shows: Show[]): Step => ({ dialog, commands: [], shows });

/** Ends what was being done, if anything, and shows. */
export const end = (...shows: Show[]): Step => ({ dialog: IDLE, commands: [], shows });

/** Answers a tap and leaves everything as it is. */
export const toast = (dialog: Dialog, key: string, args?: Phrase['args']): Step => ({
  dialog,
  commands: [],
  shows: [],
  toast: args ? { key, args } : { key },
});

/** Said over the next screen when a half-made habit is given up for something else. */
export function dropped(dialog: Dialog): Phrase | undefined {
  if (dialog.at !== 'newHabit' || !dialog.draft.name) return undefined;
  return { key: 'draft-dropped', args: { name: dialog.draft.name } };
}
