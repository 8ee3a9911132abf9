import { hueOf } from './card.js';
import { element } from './elements.js';
import { dayOfHabit } from './store.js';
import { backButton } from './telegram.js';
import { amountText, dates, fieldText, numberText, stateText, t, typedNumber, withUnit } from './words.js';

/**
 * What a day can hold, over the page. Resolves with the action that was chosen, or undefined. The browser keeps the focus
 * inside and gives it back.
 */
export function askDay(habit, on) {
  return new Promise((resolve) => {
    const day = dayOfHabit(habit, on);
    let chosen;
    const choose = (action) => {
      chosen = action;
      dialog.close();
    };
    const dialog = element(
      'dialog',
      { class: 'sheet', 'aria-labelledby': 'sheet-title' },
      element('h2', { id: 'sheet-title', dir: 'auto' }, `${habit.emoji ?? ''} ${habit.name}`.trim()),
      element('p', { class: 'sheet-date' }, `${dates().full(on)} · ${stateText(habit, day)}`),
      habit.kind === 'yesNo' ? undefined : amountForm(habit, day, choose),
      element('div', { class: 'choices' }, choices(habit, day, choose)),
      element('button', { type: 'button', class: 'plain', onclick: () => dialog.close() }, t('close')),
    );
    dialog.style.setProperty('--hue', hueOf(habit));
    dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
    dialog.addEventListener('close', () => {
      backButton(undefined);
      dialog.remove();
      resolve(chosen);
    });
    document.body.append(dialog);
    dialog.showModal();
    backButton(() => dialog.close());
  });
}

function choices({ kind }, { mark, amount }, choose) {
  const choice = (key, sign, action, isSo) =>
    element(
      'button',
      {
        type: 'button',
        class: `choice ${action.do}`,
        'aria-pressed': String(isSo),
        onclick: () => choose(action),
      },
      element('span', { 'aria-hidden': 'true' }, sign),
      t(key),
    );
  const isEntered = mark === 's' || amount !== undefined || (kind === 'yesNo' && 'dx'.includes(mark));
  return [
    kind === 'yesNo' && choice('done', '✓', { do: 'enter', value: 1 }, mark === 'd'),
    kind === 'yesNo' && choice('not-done', '✕', { do: 'enter', value: 0 }, mark === 'x'),
    choice('skip', '»', { do: 'skip' }, mark === 's'),
    isEntered && choice('clear', '⌫', { do: 'clear' }, false),
  ];
}

/** Steps by which people count: 1, or a tenth of a large target. */
function stepOf({ target = 0 }) {
  if (target < 20) return 1;
  return 10 ** Math.floor(Math.log10(target / 2));
}

function amountForm(habit, { amount }, choose) {
  const step = stepOf(habit);
  const input = element('input', {
    id: 'amount',
    type: 'text',
    inputmode: 'decimal',
    autocomplete: 'off',
    value: amount === undefined ? '' : fieldText(amount),
    'aria-label': `${t('how-much')} ${habit.unit ?? ''}`.trim(),
  });
  const show = () => {
    const value = typedNumber(input.value);
    note.textContent = value === undefined ? t('how-much') : amountText(habit, value);
    save.disabled = value === undefined;
  };
  const add = (difference) => {
    const value = Math.max(0, (typedNumber(input.value) ?? 0) + difference);
    input.value = fieldText(Math.round(value * 1_000) / 1_000);
    show();
  };
  const stepper = (sign, difference, key) =>
    element(
      'button',
      {
        type: 'button',
        class: 'stepper',
        'aria-label': t(key, { amount: numberText(step) }),
        onclick: () => add(difference),
      },
      `${sign}${numberText(step)}`,
    );
  const note = element('output', { for: 'amount' });
  const save = element('button', { type: 'submit', class: 'main' }, t('save'));
  input.addEventListener('input', show);
  show();
  return element(
    'form',
    {
      class: 'amount',
      novalidate: true,
      onsubmit: (event) => {
        event.preventDefault();
        const value = typedNumber(input.value);
        if (value !== undefined) choose({ do: 'enter', value });
      },
    },
    element('div', { class: 'amount-row' }, stepper('−', -step, 'less'), input, stepper('+', step, 'more')),
    note,
    element(
      'div',
      { class: 'quick' },
      quickAmounts(habit, (value) => choose({ do: 'enter', value })),
    ),
    save,
  );
}

/** Amounts around the target, one tap each. */
function quickAmounts(habit, choose) {
  const { kind, target = 0 } = habit;
  // What is counted in wholes has no half.
  const half = Number.isInteger(target) ? Math.ceil(target / 2) : Math.round(target * 500) / 1_000;
  const amounts =
    target === 0 ? [0, 1, 2] : kind === 'atMost' ? [0, half, target] : [half, target, target * 2];
  return [...new Set(amounts)].map((value) =>
    element(
      'button',
      {
        type: 'button',
        class: 'chip',
        'aria-label': withUnit(habit, numberText(value)),
        onclick: () => choose(value),
      },
      numberText(value),
    ),
  );
}
