## Количества, цели и серии

amount = { $value } { $unit }
amount-of-target = { $value } из { $target } { $unit }
goal-at-least = не меньше { $target } { $unit }
goal-at-most = не больше { $target } { $unit }
streak = { $days ->
    [0] Начинаем заново
    [1] 🌱 Первый день новой серии
    [one] 🔥 { $days } день подряд
    [few] 🔥 { $days } дня подряд
   *[many] 🔥 { $days } дней подряд
}

## Напоминания

reminder-open = ⏰ { BOLD($name) }
reminder-done = ✅ { BOLD($name) }
reminder-skipped = ⏭ { BOLD($name) }
reminder-skipped-note = Пропущено. Серия сохранена.
reminder-goal = Цель: { $goal }
reminder-title = ⏰ { $count ->
    [one] Ждёт { $count } привычка
    [few] Ждут { $count } привычки
   *[many] Ждут { $count } привычек
}
reminder-all-answered = 🎉 Всё отмечено
reminder-line-open = ▫️ { BOLD($name) }
reminder-line-done = ✅ { BOLD($name) }
reminder-line-skipped = ⏭ { BOLD($name) }, пропуск
reminder-more = …и ещё { $count }: /today
ask-amount = { BOLD($name) }: сколько? Нажмите кнопку или отправьте число.
ask-amount-in = { BOLD($name) }: сколько ({ $unit })? Нажмите кнопку или отправьте число.
button-done = ✅ Готово
button-skip = ⏭ Пропустить
button-undo = ↩️ Отменить
button-done-named = ✅ { $name }
button-skip-named = ⏭ Пропустить
button-undo-named = ↩️ Отменить: { $name }
