import type { Input } from '../incoming.ts';
import type { AskedJob } from '../moving/jobs.ts';
import type { AddressedCommand } from '../person.ts';
import { type Dialog, IDLE } from './dialog.ts';
import type { Phrase, Screen, Show } from './screen.ts';

/**
 * What follows from one input: the commands to carry out, the dialog after them, and what to show then. `toast` is the
 * short text over a tapped button.
 */
export type Step = {
  dialog: Dialog;
  commands: readonly AddressedCommand[];
  shows: readonly Show[];
  toast?: Phrase;
  /** Files to be read or written, apart from this update: their results are shown when they are there. */
  jobs?: readonly AskedJob[];
  /** The person is to be forgotten: the last thing that is done for them. */
  forget?: true;
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

/** Shows, and carries out nothing. */
export const stay = (dialog: Dialog, ...shows: Show[]): Step => ({ dialog, commands: [], shows });

/** Ends the dialog, if there is one, and shows. */
export const end = (...shows: Show[]): Step => ({ dialog: IDLE, commands: [], shows });

/** Answers a tap and leaves everything as it is. */
export const toast = (dialog: Dialog, key: string, args?: Phrase['args']): Step => ({
  dialog,
  commands: [],
  shows: [],
  toast: args ? { key, args } : { key },
});

/** Says something in answer to any input, over a tapped button or as a message; nothing else happens. */
export function said(
  { kind }: Pick<Input, 'kind'>,
  key: string,
  args?: Phrase['args'],
): Pick<Step, 'shows' | 'toast'> {
  if (kind !== 'tap') return { shows: [send(notice(key, args))] };
  return { shows: [], toast: args ? { key, args } : { key } };
}

/** The dialog stays where it is: the same can be said or tapped again. */
export const askedToWait = (input: Pick<Input, 'kind'>, waitMs: number): Pick<Step, 'shows' | 'toast'> =>
  said(input, 'throttled', { seconds: Math.max(1, Math.ceil(waitMs / 1_000)) });
