import { type AskedIn, type Dialog, type HabitDay, IDLE } from '../../conversation/dialog.ts';
import { notice, type Step, send, stay } from '../../conversation/step.ts';
import { habitOf, type Person } from '../../person.ts';
import { NOTE_LENGTH, readNote } from '../../reading/note.ts';
import type { TypedText } from '../../reading/typed-text.ts';
import { isFree, listOf } from './lists.ts';

/** Asks for a note, unless another dialog waits for words: it would take them for its own. */
export function askNote(dialog: Dialog, day: HabitDay, askedIn: AskedIn, person: Person): Step {
  const habit = habitOf(person, day.habitId);
  if (!habit || !isFree(dialog)) return stay(dialog, send(notice('note-busy')));
  const key = habit.notes[day.on] === undefined ? 'ask-note' : 'ask-note-again';
  const phrase = { key, args: { name: habit.name } };
  return stay({ at: 'noting', day, askedIn }, send({ screen: 'notice', phrase, cancel: true }));
}

export function typeNote(dialog: Extract<Dialog, { at: 'noting' }>, text: TypedText, person: Person): Step {
  const { day, askedIn } = dialog;
  if (!habitOf(person, day.habitId)) return stay(IDLE, send(notice('refusal-HabitNotFound')));
  const note = readNote(text);
  if (note === undefined) {
    const phrase = { key: 'note-long', args: { most: NOTE_LENGTH } };
    return stay(dialog, send({ screen: 'notice', phrase, cancel: true }));
  }
  const { messageId } = askedIn;
  const data = { on: day.on, note, today: person.today };
  return {
    dialog: IDLE,
    commands: [{ to: 'habit', habitId: day.habitId, command: { type: 'NoteEntry', data } }],
    shows: [
      ...(messageId === undefined ? [] : [{ place: { messageId }, screen: listOf(askedIn) }]),
      send({ screen: 'answered', day }),
    ],
  };
}
