import { sectionsOf } from '#contracts/habit-order.ts';
import type { HabitId } from '#contracts/ids.ts';
import type { Dialog } from '../../conversation/dialog.ts';
import {
  button,
  pageButtons,
  pageOf,
  paragraphs,
  type RenderContext,
  type View,
} from '../../conversation/render-context.ts';
import { edit, type Step, toast } from '../../conversation/step.ts';
import { titleOf } from '../../conversation/words.ts';
import type { Habit, Person } from '../../person.ts';

const PAGE = 8;

/** Habits in use with their place among those of their group. */
function placed({ habits }: Person) {
  return sectionsOf(habits.filter(({ state }) => !state.archived)).flatMap(({ habits: section }) =>
    section.map((habit, place) => ({ habit, place, last: section.length - 1 })),
  );
}

/** Each habit with a button to the place before it and one to the place after it, within its group. */
export function arrangementScreen({ t, person }: RenderContext, asked: number): View {
  const { items, ...of } = pageOf(placed(person), asked, PAGE);
  const { page } = of;
  const rows = items.map(({ habit: { habitId, state }, place, last }) => {
    const to = (label: string, at: number) => button(label, { tap: 'placeAt', habitId, place: at, page });
    return [
      button(titleOf(state), { tap: 'habit', habitId }),
      to('⬆️', Math.max(0, place - 1)),
      to('⬇️', Math.min(last, place + 1)),
    ];
  });
  const hasGroups = items.some(({ habit }) => habit.state.group !== null);
  return {
    text: paragraphs(t('order-title'), hasGroups && t('order-in-groups')),
    buttons: [
      ...rows,
      ...pageButtons({ items, ...of }, (other) => ({ tap: 'arrange', page: other })),
      [button(t('button-back-to-habits'), { tap: 'habits', page: 0 })],
    ],
  };
}

/** Puts a habit at a place among those of its group; the others keep their order. */
export function placeHabit(
  dialog: Dialog,
  { habitId, place, page }: { habitId: HabitId; place: number; page: number },
  person: Person,
): Step {
  const moving = person.habits.find((habit) => habit.habitId === habitId);
  if (!moving) return toast(dialog, 'refusal-HabitNotFound');
  const habitIds = arranged(person.habits, moving, place);
  return {
    dialog,
    commands: [{ to: 'account', command: { type: 'ReorderHabits', data: { habitIds } } }],
    shows: [edit({ screen: 'arrangement', page })],
  };
}

function arranged(habits: readonly Habit[], moving: Habit, place: number): HabitId[] {
  const isBeside = ({ state }: Habit) =>
    !state.archived && JSON.stringify(state.group) === JSON.stringify(moving.state.group);
  const others = habits.filter((habit) => isBeside(habit) && habit !== moving);
  const wanted = [...others.slice(0, place), moving, ...others.slice(place)];
  const rest = wanted[Symbol.iterator]();
  return habits.map((habit) => (isBeside(habit) ? (rest.next().value ?? habit) : habit).habitId);
}
