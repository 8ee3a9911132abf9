## Amounts, goals and streaks, used in many places

amount = { $value } { $unit }
amount-of-target = { $value } of { $target } { $unit }
goal-at-least = at least { $target } { $unit }
goal-at-most = at most { $target } { $unit }
streak = { $days ->
    [0] A new start
    [1] 🌱 Day one of a new streak
   *[other] 🔥 { $days } days in a row
}

## Reminders

reminder-open = ⏰ { BOLD($name) }
reminder-done = ✅ { BOLD($name) }
reminder-skipped = ⏭ { BOLD($name) }
reminder-skipped-note = Skipped. Your streak is safe.
reminder-goal = Goal: { $goal }
reminder-title = ⏰ { $count ->
    [one] { $count } habit to do
   *[other] { $count } habits to do
}
reminder-all-answered = 🎉 All answered
reminder-line-open = ▫️ { BOLD($name) }
reminder-line-done = ✅ { BOLD($name) }
reminder-line-skipped = ⏭ { BOLD($name) }, skipped
reminder-more = …and { $count } more: /today
ask-amount = How much for { BOLD($name) }? Tap an amount or type a number.
ask-amount-in = How many { $unit } for { BOLD($name) }? Tap an amount or type a number.
button-done = ✅ Done
button-skip = ⏭ Skip
button-undo = ↩️ Undo
button-done-named = ✅ { $name }
button-skip-named = ⏭ Skip
button-undo-named = ↩️ Undo { $name }
