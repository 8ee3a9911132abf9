## Количества, цели и серии

amount = { UNIT($unit) ->
    [none] { $value }
    [short] { $value } { $unit }
   *[word] { $unit }: { $value }
}
amount-of-target = { UNIT($unit) ->
    [none] { $value } из { $target }
    [short] { $value } из { $target } { $unit }
   *[word] { $unit }: { $value } из { $target }
}
goal-at-least = { UNIT($unit) ->
    [none] минимум { $target }
   *[word] минимум { $target } { $unit }
}
goal-at-most = { UNIT($unit) ->
    [none] максимум { $target }
   *[word] максимум { $target } { $unit }
}
amount-over = { $amount }, больше предела ({ $target })
streak = { $days ->
    [0] Начинаем заново
    [1] 🌱 Первый день новой серии
    [one] 🔥 { $days } день подряд
    [few] 🔥 { $days } дня подряд
    [many] 🔥 { $days } дней подряд
   *[other] 🔥 { $days } дня подряд
}

## Напоминания

reminder-open = ⏰ { BOLD($name) }
reminder-done = ✅ { BOLD($name) }
reminder-partly = 🔸 { BOLD($name) }
reminder-skipped = ⏭ { BOLD($name) }
reminder-skipped-note = Пропущено. Серия сохранена.
reminder-goal = Цель: { $goal }
reminder-title = ⏰ { $count ->
    [one] Осталась { $count } привычка
    [few] Остались { $count } привычки
    [many] Осталось { $count } привычек
   *[other] Осталось { $count } привычки
}
reminder-all-answered = 🎉 Всё отмечено
reminder-snoozed = 💤 { BOLD($name) }
reminder-line-snoozed = 💤 { BOLD($name) }
snoozed-until = Отложено до { TIME($at) }
snoozed-until-tomorrow = Отложено до завтра, { TIME($at) }
until = до { TIME($at) }
until-tomorrow = до завтра, { TIME($at) }
reminder-line-open = ▫️ { BOLD($name) }
reminder-line-done = ✅ { BOLD($name) }
reminder-line-partly = 🔸 { BOLD($name) }
reminder-line-skipped = ⏭ { BOLD($name) }, пропущено
reminder-more = …и ещё { $count }: /today
ask-amount = { BOLD($name) }: сколько? Нажмите кнопку или отправьте число.
ask-amount-in = { BOLD($name) }: сколько ({ $unit })? Нажмите кнопку или отправьте число.
ask-wait = 💤 { BOLD($name) }: когда напомнить снова? Выберите время или напишите: «через 40 минут», «в { TIME("18:30") }».
wait-minutes = { $minutes } мин
wait-hours = { $hours } ч
wait-until = { TIME($at) }
wait-unreadable = 🤔 Не понял, когда. Напишите, например, «через 40 минут», «2 часа» или «в { TIME("18:30") }».
wait-over = 🕰 { TIME($at) } уже позади. Если нужно завтра, напишите «завтра в { TIME($at) }».
wait-vacation = 🏝 Вы в отпуске, и я вас не беспокою: /settings
snoozed = 💤 Напомню снова в { TIME($at) }.
snoozed-tomorrow = 💤 Напомню снова завтра в { TIME($at) }.
button-done = ✅ Готово
button-skip = ⏭ Пропустить
button-undo = ↩️ Отменить
button-change-amount = ✏️ Изменить
button-later = 💤 Позже
ask-continue = 👋 От вас уже месяц ничего не слышно. Напоминать дальше?

    Если не ответите, больше не буду беспокоить. Ничего не пропадёт: /today
button-continue-reminders = 🔔 Да, напоминайте
button-stop-reminders = 🔕 Больше не нужно

## Ответы на напоминания

reminder-no = ✖️ { BOLD($name) }
reminder-no-note = Не сегодня. Ничего страшного!
reminder-note = 📝 { $note }
line-note = 📝 { $note }
reminder-line-no = ✖️ { BOLD($name) }, не сегодня
times-done-week = { $done } из { $wanted } на этой неделе
times-done-month = { $done } из { $wanted } в этом месяце
times-done-days = { $done } из { $wanted } за { $days ->
    [one] { $days } день
    [few] { $days } дня
    [many] { $days } дней
   *[other] { $days } дня
}
ask-instead = { BOLD($name) }: этот день уже отмечен. Изменить?
ask-instead-of = { BOLD($name) }: за этот день уже отмечено { $amount }. Изменить?
ask-which-skip = ⏭ Что пропускаем?
ask-which-later = 💤 Что отложить?
ask-wait-all = 💤 Когда напомнить обо всём снова? Нажмите кнопку, напишите время или выберите одну привычку.
button-no = ✖️ Не сегодня
button-other = ✏️ Другое число
button-note = 📝 Заметка
button-skip-anyway = ⏭ Пропустить
button-no-anyway = ✖️ Не сегодня
button-done-all = ✅ Всё готово
button-later-all = 💤 Всё позже
button-choose-skip = ⏭ Пропустить…
button-choose-later = 💤 Позже…
button-habit-open = ⬜ { $name }
button-habit-partly = 🔸 { $name }
button-habit-snoozed = 💤 { $name }
button-habit-done = ✅ { $name }
button-habit-no = ✖️ { $name }
button-habit-skipped = ⏭ { $name }
toast-no = ✖️ Не сегодня
toast-all-done = 🎉 Всё готово!
day-title = 📅 { BOLD($date) }
day-title-yesterday = 📅 { BOLD($date) } · вчера
day-free =
    📅 { BOLD($date) }

    На этот день ничего не было запланировано.
today-until = 🌙 Для вас это ещё тот же день – до { TIME($at) }.
button-yesterday = ‹ Вчера
button-day-before = ‹ Днём раньше
button-day-after = Днём позже ›
button-done-group = ✅ { $group }
ask-which-habit = 🤔 К какой привычке это относится?
day-unreadable = 🤔 За какой это день? Отправьте ещё раз с датой, например «27 ноября» или «2 дня назад».
answer-unreadable = 🤔 Не понял ответ. Напишите, например, «готово», «5» или «пропуск», а чтобы отложить – «через 40 минут» или «в { TIME("18:30") }».
calendar-title = 📆 { BOLD($month) }
calendar-title-of = 📆 { BOLD($month) } · { $name }
calendar-how = ✓ сделано · ~ частично · ✗ нет · » пропуск. Неделя начинается с понедельника. Нажмите на день, чтобы посмотреть или изменить.
calendar-day-done = { $date }✓
calendar-day-partly = { $date }~
calendar-day-no = { $date }✗
calendar-day-skipped = { $date }»
day-not-asked = На этот день привычка не запланирована
button-earlier-month = ‹ Раньше
button-later-month = Позже ›
button-other-day = 📆 Другой день
button-days = 📆 Дни
ask-note = 📝 { BOLD($name) }: что записать?
ask-note-again = 📝 { BOLD($name) }: отправьте новую заметку, а «–» удалит прежнюю.
note-long = ✂️ Слишком длинно: в заметке помещается до { $most } символов.
note-busy = 📝 Сначала закончите начатое или отмените: /cancel. Потом нажмите 📝 ещё раз.

## Знакомство

welcome =
    👋 Привет! Я помогаю не бросать привычки: вы выбираете, что и когда, я напоминаю, а отметить можно одним нажатием.

    Сначала скажите, где вы: напоминания приходят по вашему местному времени. Отправьте геопозицию кнопкой ниже или просто напишите город, например «Москва».
timezone-needed =
    🌍 Сначала один вопрос: где вы? Иначе я не узнаю, когда начинается ваш день.

    Отправьте геопозицию кнопкой ниже или напишите город, например «Москва».
ask-timezone-again = 🌍 Где вы сейчас? Напишите город, отправьте геопозицию (📎 → Геопозиция) или выберите, сколько времени на ваших часах.
placeholder-city = Ваш город
ask-clock = 🕐 Который у вас сейчас час? Выберите или напишите, например «{ TIME("15:05") }».
ask-zone = 🌍 Выберите свой город:
ask-zone-clock = 🌍 В каком из этих мест столько же времени, сколько у вас?
ask-zone-border = 🌍 Рядом проходит граница часовых поясов. Сколько времени на ваших часах?
ask-zone-abbreviation = 🌍 «{ $name }» может означать разное время. Выберите город, где столько же времени, сколько у вас:
confirm-place = 🌍 { $place }: сейчас там { TIME($time) }. Верно?
place-unknown = 🤔 Не знаю такого места. Попробуйте ближайший крупный город, например «Москва», или выберите, сколько времени сейчас на ваших часах:
timezone-now = 🌍 { $place }: сейчас там { TIME($time) } ({ $offset })
timezone-of = 🌍 Часовой пояс: { $place }, сейчас { TIME($time) } ({ $offset })
timezone-date = 📅 Теперь у вас { BOLD($date) }. Напоминания придут по местным часам, серии сохранятся.
timezone-unset = 🌍 Часовой пояс не выбран
first-steps = 🎉 Всё готово! Начните с малого: одна привычка на две минуты лучше пяти на час.
welcome-back = 👋 Рад вас видеть! Чем займёмся?
help =
    { BOLD("Что я умею") }

    /today – привычки на сегодня, отмечаются одним нажатием
    /new – новая привычка
    /habits – изменить привычку, поставить на паузу или убрать
    /import – перенести привычки из Loop и других трекеров
    /export – взять свои данные с собой
    /stats – ваши успехи в цифрах и картинках
    /settings – язык, часовой пояс, начало дня, тихие часы, отпуск
    /cancel – прервать начатое
    /forget_me – удалить всё, что я о вас знаю

    Когда придёт напоминание, нажмите под ним ✅ Готово или ⏭ Пропустить. Пропуск не прерывает серию. Нажали случайно? Кнопка ↩️ Отменить всё вернёт.

    Сейчас не до того? Нажмите 💤 Позже или просто ответьте на напоминание: «через 40 минут», «в { TIME("18:30") }».

    Уезжаете? Запланируйте отпуск в /settings: ни напоминаний, ни прерванных серий.

## Ответы на неожиданное

not-understood = 🙂 Не совсем понял. В /today можно отметить привычки, в /new – завести новую, в /help – узнать остальное.
unknown-command = 🤔 Такой команды я не знаю. Всё, что я умею, – в /help.
only-text = 🙂 Я понимаю только текст и нажатия на кнопки. Попробуйте /today, /new или /help.
only-text-now = 🙂 Здесь я понимаю только текст. Напишите ответ, нажмите кнопку выше или /cancel.
use-buttons = 👇 Выберите, пожалуйста, кнопкой.
cancelled = 👌 Отменено. Ничего не изменилось.
nothing-to-cancel = 👌 Отменять нечего. Что я умею, расскажет /help.
draft-dropped = 🗑 Незаконченная привычка «{ $name }» отменена.
draft-kept = 📝 «{ $name }» подождёт: закончим чуть позже.
question-dropped = 👌 Прошлый вопрос снят.
unfinished-habit = ✨ Вы уже начали привычку «{ $name }». Продолжить её или начать заново?
still-timezone = 🌍 Жду ответа: где вы? Напишите город или отправьте геопозицию.
still-name = ✨ Жду ответа: как назовём привычку?
still-habit = ✨ Привычка «{ $name }» ещё не готова.
still-rename = ✏️ Жду ответа: как теперь назвать «{ $name }»?
still-change = ✏️ Изменение привычки «{ $name }» не закончено.
still-emoji = 😀 Жду ответа: какой эмодзи выбрать для «{ $name }»?
still-group = 🏷 Жду ответа: как назвать группу для «{ $name }»?
still-pause = ⏸ Жду ответа: «{ $name }» – на сколько пауза?
still-time = ⏰ Жду ответа: «{ $name }» – когда напоминать?
still-amount = 🔢 Жду ответа: «{ $name }» – сколько?
still-wait = 💤 Жду ответа: «{ $name }» – когда напомнить снова?
still-note = 📝 Жду ответа: «{ $name }» – какую заметку оставить?
still-quiet = 🌙 Жду ответа: какие часы сделать тихими?
still-vacation = 🏝 Жду ответа: с какого по какое число отпуск?
dialog-restarted = 🔧 Меня тем временем обновили, и я потерял нить. Простите! Начните, пожалуйста, заново.
private-only = 👋 Я работаю только в личных чатах: напишите мне напрямую.
throttled = 🐢 Слишком быстро для меня! Ничего не потеряно: продолжите, пожалуйста, через { $seconds ->
    [one] { $seconds } секунду
    [few] { $seconds } секунды
    [many] { $seconds } секунд
   *[other] { $seconds } секунды
}.
not-saved = 💾 Сейчас не могу это сохранить, поэтому ничего не изменилось. Попробуйте, пожалуйста, позже.
try-later = 🛠️ Сейчас не могу прочитать ваши привычки: меня обновляют. Ничего не потеряно. Попробуйте, пожалуйста, позже.

refusal-NotRegistered = 👋 Мы ещё не знакомы. Сначала отправьте /start.
refusal-HabitNotFound = 🤷 Не нахожу этой привычки в вашем списке.
refusal-HabitArchived = 🗄 Эта привычка в архиве. Сначала верните её: /habits
refusal-AlreadyAnswered = 👌 За этот день вы уже ответили.
refusal-HabitPaused = ⏸ Эта привычка на паузе. Сначала снимите её с паузы: /habits
refusal-InThePast = 🕰 Это время уже прошло.
refusal-SnoozeTooLong = 💤 Отложить можно не больше чем на сутки.
refusal-VacationTooLong = 🏝 Отпуск может длиться не больше года.
refusal-OtherKind = Привычку «да или нет» нельзя превратить в количественную и наоборот. Заведите новую.
refusal-PauseTooLong = ⏸ Пауза с датой окончания – не больше года.
refusal-ReminderNotFound = 🤷 Этого напоминания уже нет.
refusal-WrongEmoji = ✏️ Отправьте один эмодзи.
refusal-WrongNote = ✂️ В заметке может быть до 500 символов.
refusal-WrongDates = 📆 Эти даты не подходят: последний день не может быть раньше первого.
refusal-WrongDayStart = 🌙 День не может начинаться в это время.
refusal-WrongHours = 🔕 Тихие часы не могут начинаться и заканчиваться в одно время.
refusal-InTheFuture = ⏳ Этот день ещё не наступил.
refusal-TooLongAgo = 🕰 Это было слишком давно.
refusal-TooManyReminders = 🔔 У привычки может быть до 12 напоминаний в день.
refusal-WrongName = ✏️ Такое название не подходит. Отправьте, пожалуйста, другое.
refusal-WrongValue = 🔢 Такое число к этой привычке не подходит.

## Короткие ответы над кнопкой

toast-done = ✅ Отлично!
toast-skipped = ⏭ Пропущено
toast-undone = ↩️ Отменено
toast-already = 👌 Так уже и есть
toast-stale = Эта кнопка от прошлого шага
toast-unknown = Не знаю такой кнопки
toast-no-days = Выберите хотя бы один день
toast-paused = ⏸ На паузе: напоминаний не будет
toast-resumed = ▶️ С возвращением!
toast-day-start = 🌅 День начинается в { TIME($at) }
toast-quiet = 🌙 Тихо с { TIME($from) } до { TIME($to) }
toast-no-quiet = 🔔 Тихих часов больше нет
toast-vacation = 🏝 Хорошего отдыха!
toast-no-vacation = 👋 С возвращением!
toast-vacation-cancelled = ✖️ Отпуск отменён
toast-paused-all = ⏸ Всё на паузе
toast-reminders-on = 🔔 Напоминания включены
toast-reminders-off = 🔕 Больше не напоминаю
toast-archived = 🗄 Убрано в архив
toast-restored = 🎉 Привычка снова в списке
toast-language = 🇷🇺 Говорим по-русски

## Новая привычка

ask-name = ✨ Какую привычку хотите завести? Напишите одной строкой, например «Бег 3 раза в неделю в 7:30», или выберите готовую:
ask-name-alone = ✏️ Понял. А как назовём привычку?
ask-other-name = ✏️ { BOLD($name) }: как её назвать?
button-more-templates = 📚 Ещё идеи
templates-title = 📚 { BOLD("Готовые привычки") }. Выберите любую: всё в ней можно поменять.
template-read = Читать
template-walk = Гулять
template-water = Пить воду
template-meditate = Медитировать
template-run = Бегать
template-work-out = Тренироваться
template-sleep = Ложиться вовремя
template-language = Учить язык
template-coffee = Меньше кофе
template-vitamins = Принимать витамины
template-journal = Вести дневник
template-sweets = День без сладкого
template-unit-pages = страниц
template-unit-steps = шагов
template-unit-glasses = стаканов
template-unit-minutes = минут
template-unit-cups = чашек
name-empty = 🤔 Название пустое. Напишите хотя бы пару букв.
name-long = ✂️ Слишком длинно: { $length ->
    [one] { $length } символ
    [few] { $length } символа
    [many] { $length } символов
   *[other] { $length } символа
}, а можно не больше { $most }. Отправьте название короче.
ask-counted = { BOLD($name) }. Как будем считать?
button-yes-no = ✅ Сделано или нет
button-numeric = 🔢 Числом, например 20 страниц
ask-target = 🎯 Какая цель на день? Отправьте число с единицей, например «20 страниц» или «2,5 км».
target-unreadable = 🤔 Нужно число и, если хотите, единица (до { $most } символов): «20 страниц», «8 стаканов», «10000».
ask-direction = { BOLD($name) }. { UNIT($unit) ->
    [none] { $target } – это минимум или максимум?
   *[word] { $target } { $unit } – это минимум или максимум?
}
button-atLeast = 📈 { $goal }
button-atMost = 📉 { $goal }
button-other-direction = ⇄ Лучше «{ $goal }»
ask-part = { BOLD($name) }: это для какой части дня?
ask-often =
    { BOLD($name) }. Как часто?

    Нажмите или напишите: «3 раза в неделю», «раз в 3 дня», «5 раз за 10 дней».
often-unreadable = 🤔 Не понял, как часто. Напишите, например, «3 раза в неделю», «2 раза в месяц» или «раз в 3 дня».
button-daily = Каждый день
button-weekdays = По выбранным дням недели
button-times-a-week = Несколько раз в неделю
button-times-a-month = Несколько раз в месяц
button-every-few-days = Раз в несколько дней
button-every-days = { $days ->
    [2] Через день
    [one] Раз в { $days } день
    [few] Раз в { $days } дня
    [many] Раз в { $days } дней
   *[other] Раз в { $days } дня
}
button-any-seven-days = Лучше за любые 7 дней
ask-times-a-calendar-week = { BOLD($name) }. Сколько раз в календарную неделю, с понедельника по воскресенье?
ask-weekdays = { BOLD($name) }. По каким дням?
ask-times-a-week = { BOLD($name) }. Сколько раз за любые 7 дней?
ask-times-a-month = { BOLD($name) }. Сколько раз в календарный месяц? Нажмите или отправьте число.
ask-every-days = { BOLD($name) }. Раз в сколько дней? Нажмите или отправьте число.
ask-times =
    ⏰ { BOLD($name) }: когда напоминать?

    Выберите время или напишите своё, например 9:30, «9 вечера» или «8 и 20».
ask-times-several =
    ⏰ { BOLD($name) }: напоминаний пока нет.

    Выберите время или напишите своё, например 9:30, «9 вечера» или «8 и 20».
ask-more-times =
    ⏰ { BOLD($name) }: буду напоминать в { $times }{ $within }.

    Добавьте ещё время или нажмите «Дальше».
time-unreadable = 🤔 Не разобрал время. Напишите, например, 9:30, 21:00 или «9 вечера».
too-many-times = 🔔 У привычки может быть до { $most } напоминаний в день.
confirm-title = { BOLD($name) }. Всё верно?
button-draft-goal = 🎯 Цель
button-draft-often = 📆 Как часто
button-draft-part = 🌅 Часть дня
button-draft-name = ✏️ Название
same-name = ⚠️ Привычка «{ $name }» у вас уже есть.
button-make-anyway = ✅ Всё равно создать
created-title = 🎉 { BOLD($name) }: привычка создана!
created-first-today = Напомню сегодня { $when }.
created-first-tomorrow = Напомню завтра { $when }.
created-first-on = Первое напоминание: { $date } { $when }.
created-stopped = 🔕 Напоминания выключены. Включить их можно в /settings.
created-vacation = 🏝 Напомню после отпуска, начиная с { $date }.
created-silent = Напоминать не буду. Отмечайте в /today.
button-undo-new = ↩️ Отменить
habit-undone = ↩️ Отменено: привычка удалена. Новая – /new.
button-change = ✏️ Изменить
too-many-habits = 🗃 Больше { $most } привычек завести нельзя.

## Слова о привычке

time = { TIME($at) }
at-time = в { TIME($at) }
around-time = около { TIME($at) }
every-day = каждый день
on-workdays = по будням
at-weekends = по выходным
times-a-calendar-week = { $times ->
    [one] { $times } раз в календарную неделю (пн–вс)
    [few] { $times } раза в календарную неделю (пн–вс)
    [many] { $times } раз в календарную неделю (пн–вс)
   *[other] { $times } раза в календарную неделю (пн–вс)
}
times-a-calendar-month = { $times ->
    [one] { $times } раз в календарный месяц
    [few] { $times } раза в календарный месяц
    [many] { $times } раз в календарный месяц
   *[other] { $times } раза в календарный месяц
}
times-in-days = { $times ->
    [one] { $times } раз
    [few] { $times } раза
    [many] { $times } раз
   *[other] { $times } раза
} за { $days ->
    [one] любой { $days } день
    [few] любые { $days } дня
    [many] любые { $days } дней
   *[other] любые { $days } дня
}
every-days = { $days ->
    [1] каждый день
    [2] через день
    [one] раз в { $days } день
    [few] раз в { $days } дня
    [many] раз в { $days } дней
   *[other] раз в { $days } дня
}
part-morning = 🌅 Утро
part-afternoon = ☀️ День
part-evening = 🌙 Вечер
group-named = 🏷 { $name }
group-none = В любое время
fact-goal = 🎯 { $goal }
fact-frequency = 📆 { $frequency }
fact-reminders = ⏰ { $times }
fact-no-reminders = 🔕 без напоминаний
record-none = 🌱 Пока ни одного дня. Первый – самый важный.
record-best = { $best ->
    [one] 🏆 Лучшая серия: { $best } день
    [few] 🏆 Лучшая серия: { $best } дня
    [many] 🏆 Лучшая серия: { $best } дней
   *[other] 🏆 Лучшая серия: { $best } дня
}
record-strength = 💪 Сила привычки: { PERCENT($strength) }

## Сегодня

today-title = 📅 { BOLD($date) }
today-summary = Сделано { $done } из { $total }
today-paused = ⏸ На паузе: { $names }
today-vacation = 🏝 Вы в отпуске по { $date } включительно. Сделанное всё равно засчитывается.
reminders-are-off = 🔕 Напоминания выключены: /settings
today-all-answered = 🎉 На сегодня всё!
today-free =
    📅 { BOLD($date) }

    🌿 На сегодня ничего нет. Отдыхайте!
today-no-habits =
    📅 { BOLD($date) }

    🌱 Привычек пока нет. Заведём первую?
amount-unreadable = 🤔 { BOLD($name) }: нужно число, например 20 или 2,5.

## Все привычки

habits-title = 📋 { BOLD("Ваши привычки") }
habits-empty = 🌱 Здесь пока нет привычек.
archive-title = 🗄 { BOLD("Архив") }
archive-empty = 🗄 Архив пуст.
habit-button = { $name }
habit-button-paused = ⏸ { $name }
habit-button-streak = { $name } · 🔥 { $days }
habit-title = { BOLD($name) }
habit-paused = ⏸ На паузе: напоминания не приходят.
habit-paused-until = ⏸ На паузе по { $date } включительно. Потом всё продолжится само.
paused-until = { $name } (по { $date })
habit-archived = 🗄 В архиве
ask-pause =
    ⏸ { BOLD($name) }: на сколько поставить на паузу?

    Никаких напоминаний, и дни без отметки не прерывают серию.

    Нажмите кнопку или напишите: «10 дней», «до 14.12».
pause-unreadable = 🤔 Не понял. Напишите, на сколько, например «10 дней» или «до 14.12».
ask-new-name = ✏️ { BOLD($name) }: отправьте новое название.
renamed = 👌 Переименовано.
reminders-title = ⏰ { BOLD($name) }: напоминания. Нажмите на любое, чтобы изменить.
reminders-none = 🔕 { BOLD($name) }: напоминаний нет.
reminder-title-one =
    ⏰ { BOLD($name) } { $when }

    Нажимайте на дни, чтобы включать и выключать их.
reminder-night = 🌙 Ваш день начинается в { TIME($start) }, поэтому { TIME($at) } относится ещё к прошедшему дню: «{ $day }» – это ночь на «{ $next }».
reminder-gone = 🤷 Напоминания в { TIME($at) } больше нет.
reminder-added = 👌 Буду напоминать в { TIME($at) }.
ask-flexible =
    ± { BOLD($name) }: обязательно минута в минуту?

    Ровно в час напоминания нужны сразу всем. Если оставить мне запас, я выберу минуту потише рядом с вашим временем, каждый день одну и ту же.
button-exact = ± Точное время
button-within = ± { $minutes } мин
within = { " " }(± { $minutes } мин)
choice-exact = Точное время
ask-reminder-time = ⏰ { BOLD($name) }: когда напоминать? Выберите время или напишите своё, например 9:30 или 21.

## Статистика

stats-title = 📊 { BOLD($period) }
stats-habit-title = { BOLD($name) } · { $period }
stats-named = { $emoji } { $name }
stats-empty =
    📊 { BOLD("Статистика") }

    🌱 Пока смотреть не на что. Заведём первую привычку?
stats-share = { PERCENT($share) }
stats-short-days = 🔥 { $count }
stats-short-weeks = 🔥 { $count ->
    [one] { $count } неделя
    [few] { $count } недели
    [many] { $count } недель
   *[other] { $count } недели
}
stats-short-months = 🔥 { $count ->
    [one] { $count } месяц
    [few] { $count } месяца
    [many] { $count } месяцев
   *[other] { $count } месяца
}
stats-tally = { $kept } из { $asked }
stats-tally-weeks = { $kept } из { $asked ->
    [one] { $asked } недели
    [few] { $asked } недель
    [many] { $asked } недель
   *[other] { $asked } недели
}
stats-tally-months = { $kept } из { $asked ->
    [one] { $asked } месяца
    [few] { $asked } месяцев
    [many] { $asked } месяцев
   *[other] { $asked } месяца
}
stats-tally-done = { $count ->
    [one] { $count } день
    [few] { $count } дня
    [many] { $count } дней
   *[other] { $count } дня
}
stats-days = 📆 Выполнено: { $tally }
stats-done-days = ✅ Всего { $count ->
    [one] { $count } день
    [few] { $count } дня
    [many] { $count } дней
   *[other] { $count } дня
}
stats-skipped = ⏭ Пропущено: { $count ->
    [one] { $count } день
    [few] { $count } дня
    [many] { $count } дней
   *[other] { $count } дня
}
stats-silent = 🔇 { $count ->
    [one] { $count } день без записи. Выполненным он не считается, хотя для силы привычки это ноль.
    [few] { $count } дня без записи. Выполненными они не считаются, хотя для силы привычки это ноль.
    [many] { $count } дней без записи. Выполненными они не считаются, хотя для силы привычки это ноль.
   *[other] { $count } дня без записи. Выполненными они не считаются, хотя для силы привычки это ноль.
}
stats-total = 🧮 { $amount }, в среднем { NUMBER($average) } за день с записью
stats-total-all = 🧮 За всё время – { $amount }
stats-month-ago = 30 дней назад: { PERCENT($strength) }
stats-today = Сегодня: { $change } ({ $why })
stats-yesterday = Вчера: { $change } ({ $why })
stats-no-change = без изменений
stats-why-kept = выполнено
stats-why-partly = выполнено частично
stats-why-over = больше предела
stats-why-missed = не выполнено
stats-why-silent = нет записи
stats-why-skipped = пропуск
stats-why-auto = можно не делать
stats-why-open = пока нет записи
stats-why-rest = выходной
stats-why-excused = перерыв
stats-why-before = ещё не начато
stats-why-future = ещё впереди
stats-why-amount = { $amount }
stats-window = Считаются последние { $days ->
    [one] { $days } день: выполнено { $done } из { $asked }.
    [few] { $days } дня: выполнено { $done } из { $asked }.
    [many] { $days } дней: выполнено { $done } из { $asked }.
   *[other] { $days } дня: выполнено { $done } из { $asked }.
}
stats-if-done = Если сделать сегодня, будет { PERCENT($strength) }.
stats-if-reached = Если выполнить цель на сегодня ({ $amount }), будет { PERCENT($strength) }.
stats-streak-weeks = { $count ->
    [0] Серия ещё впереди
    [one] 🔥 { $count } неделя подряд
    [few] 🔥 { $count } недели подряд
    [many] 🔥 { $count } недель подряд
   *[other] 🔥 { $count } недели подряд
}
stats-streak-months = { $count ->
    [0] Серия ещё впереди
    [one] 🔥 { $count } месяц подряд
    [few] 🔥 { $count } месяца подряд
    [many] 🔥 { $count } месяцев подряд
   *[other] 🔥 { $count } месяца подряд
}
stats-best-weeks = { $count ->
    [one] 🏆 Лучшая серия: { $count } неделя
    [few] 🏆 Лучшая серия: { $count } недели
    [many] 🏆 Лучшая серия: { $count } недель
   *[other] 🏆 Лучшая серия: { $count } недели
}
stats-best-months = { $count ->
    [one] 🏆 Лучшая серия: { $count } месяц
    [few] 🏆 Лучшая серия: { $count } месяца
    [many] 🏆 Лучшая серия: { $count } месяцев
   *[other] 🏆 Лучшая серия: { $count } месяца
}
stats-streak-days = Без перерыва: { $days ->
    [one] { $days } день
    [few] { $days } дня
    [many] { $days } дней
   *[other] { $days } дня
}
stats-best-weekday = 🏅 Лучший день: { $weekday } ({ PERCENT($share) })
digest-about =
    📬 { BOLD("Итоги недели") }

    Раз в неделю я буду присылать итоги: сколько раз выполнена каждая привычка и сколько всего набралось.
digest-none = Сейчас они не приходят. Когда присылать?
digest-now = Приходят: { $when }.
digest-when = { $weekday }, { TIME($at) }
digest-title = 📬 { BOLD("Итоги недели") }, { $week }
digest-line = { $name } · { $days }
digest-days = { $count ->
    [one] { $count } день
    [few] { $count } дня
    [many] { $count } дней
   *[other] { $count } дня
}
digest-more = …и ещё { $count }
digest-empty = 🌱 За эту неделю записей нет. Можно начать с малого: /today
digest-off = Изменить время или отключить: /digest
button-digest = 📬 Итоги недели
button-no-digest = 🔕 Не присылать
toast-digest = 📬 Буду присылать итоги недели
toast-no-digest = 🔕 Итогов больше не будет
picture-strength = Сила привычки
picture-amounts = Количество
picture-kept = выполнено
picture-partly = частично
picture-over = больше предела
picture-auto = можно не делать
picture-skipped = пропуск
picture-silent = нет записи
button-statistics = 📊 Статистика
button-week = Неделя
button-month = Месяц
button-year = Год
button-chosen = ✅ { $text }
button-plain = { $text }
button-light = ☀️
button-dark = 🌙
button-all-stats = ‹ Все привычки

## Изменения привычки

ask-what-to-change = Что поменять?
button-edit = ✏️ Изменить
button-emoji = 😀 Эмодзи
button-group = 🗂 Группа
button-delete = 🗑 Удалить
button-delete-for-good = 🗑 Да, удалить навсегда
button-archive-instead = 🗄 Лучше в архив
button-no-emoji = Без эмодзи
button-new-group = ➕ Новая группа
button-move-reminder = 🕘 Другое время
button-remind-when-met = И когда цель выполнена
button-order = ↕️ Порядок
order-title = ↕️ { BOLD("Порядок привычек") }. Двигайте каждую вверх или вниз.
order-in-groups = Внутри её группы или части дня.
habit-changed = 👌 Сохранено.
ask-emoji = { BOLD($name) }: выберите эмодзи или отправьте любой другой.
ask-group = { BOLD($name) }: в какой части дня или группе?
ask-group-name = 🏷 { BOLD($name) }: как назовём группу? Например, «Здоровье».
ask-moved-time = ⏰ { BOLD($name) }, напоминание в { TIME($at) }: на какое время перенести? Выберите или напишите своё, например 9:30 или 21.
reminder-moved = 👌 Теперь в { TIME($at) } вместо { TIME($from) }.
ask-delete = 🗑 { BOLD($name) }: удалить навсегда?
delete-what-goes = { $days ->
    [0] Отмеченных дней в ней пока нет. Напоминать о ней я перестану.
    [one] Вместе с ней пропадут { $days } отмеченный день, заметки и напоминания. Вернуть их будет нельзя.
    [few] Вместе с ней пропадут { $days } отмеченных дня, заметки и напоминания. Вернуть их будет нельзя.
    [many] Вместе с ней пропадут { $days } отмеченных дней, заметки и напоминания. Вернуть их будет нельзя.
   *[other] Вместе с ней пропадут { $days } отмеченного дня, заметки и напоминания. Вернуть их будет нельзя.
}
delete-or-archive = В архиве сохранится всё, а напоминаний не будет.
habit-deleted = 🗑 Привычка «{ $name }» удалена.

## Поделиться привычкой

button-share = 🔗 Поделиться
button-send-link = 📤 Отправить
share-title = 🔗 По этой ссылке любой может завести такую же привычку: { BOLD($name) }. Ваши отметки останутся у вас.
share-invitation = { $name }: заведите и вы такую привычку
habit-shared = 🎁 Вот привычка для вас.
toast-no-link-yet = ⏳ Ссылка ещё не готова. Попробуйте через минуту.

## Удаление данных

button-forget = 🗑 Удалить мои данные
button-forget-sure = Удалить всё…
button-forget-now = Да, удалить всё
button-forget-not = ‹ Оставить всё как есть
forget-offered =
    🗑 { BOLD("Удалить всё, что я о вас знаю?") }

    Привычки со всеми днями и заметками, настройки и все ваши сообщения, которые у меня хранятся. Отменить это нельзя: вернуть данные не сможет никто, и я тоже.
forget-premium = ⭐ Премиум тоже закончится. За остаток оплаченного месяца звёзды не вернутся, но и новых списаний не будет.
forget-along = Хотите сохранить историю? Сначала заберите её с собой.
forget-sure =
    ❗ { BOLD("Последний вопрос: удалить всё навсегда?") }

    Пути назад не будет.
forget-not = 👌 Ничего не удалено.
being-forgotten = 🗑 Удаляю ваши данные. Напишу, когда закончу, – обычно хватает нескольких минут.
forgotten = 🕊 Всё, что я о вас хранил, удалено. Захотите начать заново – нажмите /start: познакомимся с чистого листа.

## Настройки

settings-title = ⚙️ { BOLD("Настройки") }
settings-language = 🗣 { $language }
settings-day-start = 🌅 День начинается в { TIME($at) }
settings-quiet = 🌙 Тихо с { TIME($from) } до { TIME($to) }
settings-no-quiet = 🌙 Тихих часов нет
settings-vacation = 🏝 Отпуск: { $from } – { $to }
settings-no-vacation = 🏝 Отпуск не запланирован
settings-paused = ⏸ { BOLD("Всё на паузе") }
settings-digest = 📬 Итоги недели: { $when }
settings-exact = ± Новые напоминания: точно в срок
settings-window = ± Новые напоминания: с запасом ± { $minutes } мин
clock-h12 = 🕐 12-часовой формат
clock-h24 = 🕐 24-часовой формат
ask-default-window =
    ± { BOLD("Новые напоминания") }

    Ровно в час напоминания нужны сразу всем. Если оставить мне запас, я выберу минуту потише рядом с вашим временем, каждый день одну и ту же.

    Это для напоминаний, которые вы добавите с этого момента. Остальные не изменятся.
settings-reminders-off = 🔕 { BOLD("Напоминания выключены") }
ask-day-start =
    🌅 Когда начинается ваш день?

    Если вы ложитесь за полночь, выберите час попозже: до него всё, что вы отметите, относится ко вчерашнему дню.
ask-quiet =
    🌙 { BOLD("Тихие часы") }

    В эти часы я ничего не присылаю. Напоминание, которое на них попало, подождёт до их конца.

    Нажмите кнопку или напишите свои, например «22-7» или «22:30–07:15».
quiet-unreadable = 🤔 Не понял, какие часы. Напишите начало и конец, например «22-7» или «22:30–07:15».
ask-vacation =
    🏝 { BOLD("Отпуск или пауза для всего") }

    Никаких напоминаний, и дни без отметки не прерывают серию. Потом всё продолжится само.

    Начинается сегодня? Нажмите, на сколько. Другие даты? Напишите первый и последний день, например «1.12–14.12» или «1–14 декабря».
vacation-open = ⏸ Всё на паузе, пока вы не вернётесь: напоминаний нет, серии не прерываются. Отмеченное всё равно засчитывается.
vacation-now = 🏝 Вы в отпуске по { BOLD($to) } включительно.
vacation-planned = 🏝 Ваш отпуск: { BOLD($from) } – { BOLD($to) }.
vacation-unreadable = 🤔 Не понял, какие даты. Напишите первый и последний день, например «1.12–14.12» или «1–14 декабря».
reminders-on = 🔔 Хорошо, напоминаю дальше!
reminders-off = 🔕 Хорошо, больше не напоминаю. Привычки и серии никуда не денутся: /today

## Кнопки

button-location = 📍 Отправить геопозицию
button-clocks = 🕐 Выбрать по часам
button-other-clock = 🕐 Другое место или время
button-right-place = ✅ Да, сейчас { TIME($time) }
button-cancel = ✖️ Отмена
button-back = ‹ Назад
button-continue = ▶️ Продолжить
button-start-over = 🆕 Начать заново
button-ready = Дальше ›
button-create = ✅ Создать
button-no-reminders = Без напоминаний ›
button-today = 📅 Сегодня
button-habits = 📋 Привычки
button-settings = ⚙️ Настройки
button-new-habit = ➕ Новая привычка
button-another-habit = ➕ Ещё одна
button-archive = 🗄 Архив ({ $count })
button-back-to-habits = ‹ Привычки
button-back-to-archive = ‹ Архив
button-reminders = ⏰ Напоминания
button-pause = ⏸ Пауза
button-resume = ▶️ Продолжить
button-put-away = 🗄 В архив
button-restore = ↩️ Вернуть
button-add-reminder = ➕ Добавить время
button-remove-reminder = 🗑 Убрать
button-change-timezone = 🌍 Часовой пояс
button-day-start = 🌅 Начало дня
button-quiet = 🌙 Тихие часы
button-vacation = 🏝 Отпуск, пауза для всего
button-default-window = ± Новые напоминания
button-until-back = ⏸ Пока не вернусь
button-until-resumed = ⏸ Пока не продолжу
button-resume-all = ▶️ Продолжить всё
button-no-quiet = 🔔 Без тихих часов
button-until-sunday = До воскресенья ({ $date })
button-weeks = { $weeks ->
    [one] { $weeks } неделя
    [few] { $weeks } недели
    [many] { $weeks } недель
   *[other] { $weeks } недели
}
button-end-vacation = ✖️ Закончить отпуск
button-cancel-vacation = ✖️ Отменить отпуск
button-reminders-off = 🔕 Выключить напоминания
button-reminders-on = 🔔 Включить напоминания
button-back-to-settings = ‹ Настройки

## До начала, и меню команд

bot-description =
    Привычки, которые остаются с вами.

    ⏰ Напоминания в удобное время, по вашему часовому поясу
    ✅ «Готово», «Пропустить» или «Позже» одним нажатием, прямо под напоминанием
    🔥 Серии, сила привычки и картина всего года
    🏝 Пропуски и отпуск, которые ничего не прерывают
    📥 Перенос истории из Loop Habit Tracker

    Нажмите «Старт»: первая привычка займёт меньше минуты.
bot-short-description = Привычки с напоминаниями в удобное время: отметка одним нажатием, серии и отпуск без потерь.

command-today = Привычки на сегодня
command-new = Новая привычка
command-habits = Все привычки
command-stats = Сила привычек, серии, картинки
command-settings = Язык, время, тихие часы, отпуск
command-help = Что я умею
command-cancel = Прервать начатое

## Для администраторов

admin-figures =
    🛠 { BOLD("Администрирование") }

    👥 Аккаунты: { $accounts }, из них доступны { $reachable }
    📋 Привычки: { $habits }
    📬 В очереди: активные { $engaged }, обычные { $regular }, спящие { $dormant }, рассылка { $broadcast }
    📈 Напоминания за сегодня (UTC): доставлено { $delivered }, не понадобилось { $suppressed }, отказано { $failed }, поздно { $expired }, неизвестно { $uncertain }
    🧯 Неразобранные сообщения: { $deadLetters }
admin-away = 🤷 Сейчас цифры прочитать не получается. Ничего не отправлено.
admin-not-stored = 🤷 Сервер этого не принял, ничего не отправлено. Причина записана в журнале бота.
admin-ask-text = ✍️ Отправьте текст для всех, с любым оформлением. Сначала его увидите только вы.
admin-only-text = ✍️ Всем можно отправить только текст. Отправьте текст или /cancel.
admin-too-many-entities = ✂️ Ссылок и другого оформления слишком много: { $count }, а можно не больше { $most }. Отправьте текст попроще или /cancel.
admin-too-large = ✂️ Вместе со ссылками и оформлением текст занимает { $kilobytes } КБ, а можно не больше { $most } КБ. Сократите ссылки и отправьте текст ещё раз или /cancel.
admin-refused = 🤷 Telegram не принимает этот текст. Отправьте другой или /cancel.
admin-confirm = ☝️ Вот как это выглядит. Получателей: { $recipients }. Отправьте другой текст, чтобы заменить этот.
admin-not-sent = 🤷 Этот текст не отправлен: есть более новый.
admin-broadcast-running = 📣 { BOLD("Отправляется всем") }, после всех напоминаний
admin-broadcast-done = ✅ { BOLD("Отправлено всем") }
admin-broadcast-cancelled = ✖️ { BOLD("Отменено") }
admin-broadcast-figures =
    Доставлено: { $delivered }
    Отказано: { $failed }
    Не отправлено: { $suppressed }
    Неизвестно: { $uncertain }
    Осталось: { $left }
admin-button-refresh = 🔄 Обновить
admin-button-write = 📣 Написать всем
admin-button-last = 📣 Последняя рассылка
admin-button-test = 🧪 Сначала только мне
admin-test-sent = Придёт вам тем же путём, что и всем: после всех напоминаний
admin-button-send = ✅ Отправить ({ $recipients })
admin-button-stop = ✋ Остановить
admin-button-activity = 📈 Активность
admin-button-delivery = 🚚 Доставка
admin-button-days = За { $days } дней
admin-activity-title = Активность
admin-activity = 📈 Последние { $days } дней по UTC. Сегодняшний день ещё идёт.
admin-activity-new = Новые люди: { $total } (сегодня { $today })
admin-activity-active = Активные люди по дням (сегодня { $today })
admin-activity-checkIns = Отметки: { $total } (сегодня { $today })
admin-delivery = 🚚 { BOLD("Доставка") }
admin-queue = 📬 В очереди
admin-queue-tier = • { $tier }: { $waiting }
admin-queue-oldest = • { $tier }: { $waiting }, дольше всего ждёт { $age }
admin-tier-engaged = активные
admin-tier-regular = обычные
admin-tier-dormant = спящие
admin-tier-broadcast = рассылка
admin-lateness = ⏱ Опоздание доставленных напоминаний
admin-lateness-lately = • последние час-два: половина – до { $p50 }, 99 % – до { $p99 } (всего { $count })
admin-none-lately = • последние час-два: доставок не было
admin-lateness-day = • за сутки: половина – до { $p50 }, 99 % – до { $p99 } (всего { $count })
admin-none-day = • за сутки: доставок не было
admin-budget = 🎚 Бюджет: за последнюю секунду использовано { $used } из { $whole }
admin-pause = ⏸ После ответа 429 все ждут ещё { $left }: { $because }
admin-held = ✋ Чатов на паузе после 429: { $count }
admin-share = 📉 После 429 скорость снижена до { $percent } % и постепенно растёт
admin-no-limits = ✅ Ответы 429 сейчас ничему не мешают
admin-dead = 🧯 Неразобранные сообщения: { $count }
admin-seconds = { $count } с
admin-minutes = { $count } мин
admin-hours = { $count } ч
admin-button-find = 🔎 Найти человека
admin-ask-id = 🔎 Отправьте числовой id человека.
admin-no-id = 🤔 Это не числовой id. Отправьте только цифры, например 123456789, или /cancel.
admin-person = 👤 { BOLD($id) }
admin-person-unknown = Человек с таким id ни разу не нажал «Старт».
admin-person-newer = 🤷 Более новая версия записала об этом человеке то, что я пока не умею читать.
admin-person-account = Язык { $locale }, часовой пояс { $timezone }, день начинается в { $dayStartsAt }
admin-person-quiet = 🌙 Тихие часы с { $from } до { $to }
admin-person-blocked = 🚫 Бот заблокирован
admin-person-stopped = 🔕 Не хочет напоминаний
admin-person-premium = ⭐ Премиум до { $date }
admin-person-premium-ended = ⭐ Премиум закончился { $date }
admin-person-habits = 📋 Привычек: { $count }
admin-person-more = …и ещё { $count }
admin-person-events = 🧾 Последние события (UTC)
admin-person-deliveries = 📬 Последние доставки (UTC)
admin-person-unreadable = ⚠️ Не читается: { $count }
admin-late = +{ $seconds } с
admin-button-refund = ↩️ Вернуть { $stars } ⭐ (до { $date })
admin-ask-refund = ↩️ Вернуть человеку { $id } { $stars ->
    [one] { $stars } звезду
    [few] { $stars } звезды
    [many] { $stars } звёзд
   *[other] { $stars } звезды
}? Оплаченное сразу закончится и продлеваться не будет.
admin-button-refund-sure = Да, вернуть
admin-button-figures = ‹ Цифры

## Premium

premium-offer =
    ⭐ { BOLD("Премиум") }

    Больше { $freeHabits ->
        [one] { $freeHabits } привычки
        [few] { $freeHabits } привычек
        [many] { $freeHabits } привычек
       *[other] { $freeHabits } привычки
    } и больше { $freeReminders ->
        [one] { $freeReminders } напоминания
        [few] { $freeReminders } напоминаний
        [many] { $freeReminders } напоминаний
       *[other] { $freeReminders } напоминания
    } для каждой. Всё, что у вас уже есть, в любом случае остаётся.

    { $stars ->
        [one] { $stars } звезда
        [few] { $stars } звезды
        [many] { $stars } звёзд
       *[other] { $stars } звезды
    } Telegram за 30 дней. Подписка продлевается, пока вы её не отмените, а отменить можно здесь в любой момент.
premium-renewed = ⭐ У вас премиум, он оплачен до { BOLD($date) }. Дальше Telegram продлит его автоматически, если вы не отмените подписку.
premium-until = ⭐ У вас премиум до { BOLD($date) }. Продлеваться он не будет.
premium-ended = Ваш премиум закончился { $date }. Все привычки на месте.
premium-none = У вас нет премиума.
premium-thanks = 🎉 Спасибо! Платёж получен.
premium-twice = 🎉 Спасибо! Подписка у вас уже была: её продление отменено, дальше действует только новая. Не хотели платить дважды? /paysupport
premium-twice-running = 🎉 Спасибо! Подписка у вас уже была, и сейчас продлеваются обе. Отмените одну из них в Telegram (Настройки → Мои звёзды). Не хотели платить дважды? /paysupport
premium-refunded = ↩️ { $stars ->
    [one] Вам вернули { $stars } звезду.
    [few] Вам вернули { $stars } звезды.
    [many] Вам вернули { $stars } звёзд.
   *[other] Вам вернули { $stars } звезды.
}
renewal-allowed = 👉 Теперь включите продление в Telegram: Настройки → Мои звёзды.
ask-renewal-off = Отменить продление? Премиум останется до { BOLD($date) }, звёзды больше списываться не будут.
limit-habits =
    ⭐ Бесплатно можно вести { $most ->
        [one] { $most } привычку
        [few] { $most } привычки
        [many] { $most } привычек
       *[other] { $most } привычки
    } одновременно. Чтобы добавить ещё, оформите премиум или уберите ненужную в архив.
limit-reminders =
    ⭐ Бесплатно у привычки может быть { $most ->
        [one] { $most } напоминание
        [few] { $most } напоминания
        [many] { $most } напоминаний
       *[other] { $most } напоминания
    }. Чтобы добавить ещё, оформите премиум.
pay-support = 💬 Вопрос по оплате? Напишите сюда: { $support }. Мы ответим и, если нужно, вернём звёзды.
pay-support-none = 💬 Премиум сейчас не продаётся.
pay-support-charge = Ваш последний платёж, укажите его в сообщении: { $charge }
stars-away = 🤷 Платежи Telegram сейчас не отвечают. Попробуйте чуть позже.
toast-stars-away = Платежи Telegram сейчас не отвечают. Попробуйте позже.
toast-renewal-off = Звёзды больше списываться не будут
button-premium = ⭐ Премиум
button-pay = ⭐ Оплатить: { $stars }
button-renewal-off = Отменить продление
button-renewal-off-sure = Да, отменить
button-premium-keep = ‹ Оставить премиум
button-renewal-on = Снова разрешить продление
invoice-title = Премиум
invoice-description = Больше привычек и напоминаний на 30 дней. Продлевается, пока вы не отмените.
command-premium = Больше привычек и напоминаний
payment-off = Премиум сейчас не продаётся. Звёзды не списаны.
payment-other-person = Это предложение сделано другому человеку. Отправьте мне /premium, и я пришлю ваше.
payment-other-price = Цена с тех пор изменилась. Отправьте /premium, чтобы увидеть новую.

## Страница календаря

button-calendar = 🗓 Календарь
page-title = Привычки
page-loading = Загружаю привычки…
page-empty = Привычек пока нет
page-empty-how = Создайте первую в чате: /new.
page-unregistered = Сначала нажмите «Старт» в чате и выберите часовой пояс. Тогда здесь появятся ваши привычки.
page-outside = Эта страница открывается из чата кнопкой «Календарь».
page-expired = Страница открыта слишком давно. Закройте её и откройте снова из чата.
page-away = Сейчас не получается загрузить привычки. Пробую ещё раз…
page-throttled = Слишком много всего сразу. Продолжу чуть позже…
page-not-saved = Не получилось сохранить. Попробуйте позже.
page-failed = Что-то пошло не так. Попробуйте ещё раз.
page-saving = Сохраняю…
page-today = Сегодня
page-earlier = Предыдущий месяц
page-later = Следующий месяц
page-year = За 12 месяцев
page-year-short = Год
page-reorder = Изменить порядок
page-month = Месяц
page-close = Закрыть
page-strength = Сила { $percent }
page-strength-up = +{ $points } сегодня
page-strength-down = −{ $points } сегодня
page-move = Переместить: { $habit }
page-move-how = Перетащите привычку за ручку справа. С клавиатуры: пробел, стрелки и снова пробел; Escape отменяет.
page-moving = { $habit }, место { $place } из { $places }
page-moved = { $habit }: теперь место { $place } из { $places }
page-not-moved = { $habit }: порядок не изменился
page-day = { $habit }, { $date }, { $state }
page-amount-of = { $amount } из { $target }
page-amount-most = { $amount }, максимум { $target }
page-amount-short = { $amount } { $what }
page-amount-word = { $what }: { $amount }
page-silent = день без записи не считается выполненным
page-done = Сделано
page-not-done = Не сделано
page-skip = Пропустить
page-clear = Очистить
page-save = Сохранить
page-how-much = Сколько?
page-less = Меньше на { $amount }
page-more = Больше на { $amount }
page-paused = На паузе
page-paused-until = На паузе по { $date }
page-other = Остальные
page-state-kept = сделано
page-state-within = в пределах нормы
page-state-automatic = можно не делать
page-state-partly = сделано частично
page-state-missed = не сделано
page-state-over = больше предела
page-state-skipped = пропуск
page-state-away = выходной
page-state-off = не запланировано
page-state-none = нет ответа
page-state-future = ещё впереди
## Перенос из другого трекера

import-how =
    📦 { BOLD("Перенесите свои привычки") }

    Отправьте мне файл, который выгружает ваш трекер:
    • Loop Habit Tracker: резервная копия (.db) или экспорт CSV (.zip)
    • HabitBull: .csv, HabitKit: .json
    • Tickmate и Rewire: резервная копия (.db)
    • Habitstream: .json, который даёт /export

    Сначала вы увидите, что в нём, и только потом всё сохранится.
import-title = 📦 { BOLD($source) }
import-habits = { $habits ->
    [one] { $habits } привычка
    [few] { $habits } привычки
    [many] { $habits } привычек
   *[other] { $habits } привычки
}
import-days = { $days ->
    [one] { $days } день
    [few] { $days } дня
    [many] { $days } дней
   *[other] { $days } дня
}
import-range = с { $from } по { $to }
import-date = за { $date }
import-habit = ▫️ { BOLD($name) }: { $days ->
    [0] пока без отметок
    [one] { $days } день
    [few] { $days } дня
    [many] { $days } дней
   *[other] { $days } дня
}
import-habit-archived = 🗄 { BOLD($name) }: { $days ->
    [0] пока без отметок
    [one] { $days } день
    [few] { $days } дня
    [many] { $days } дней
   *[other] { $days } дня
}
import-habit-known = ↪️ { BOLD($name) }, уже есть у вас: { $days ->
    [0] ничего нового
    [one] { $days } новый день
    [few] { $days } новых дня
    [many] { $days } новых дней
   *[other] { $days } новых дня
}
import-habit-renamed = ↪️ { BOLD($name) }, у вас это { BOLD($now) }: { $days ->
    [0] ничего нового
    [one] { $days } новый день
    [few] { $days } новых дня
    [many] { $days } новых дней
   *[other] { $days } новых дня
}
import-notes = 📝 { $count ->
    [one] И ещё { $count } заметка к дню
    [few] И ещё { $count } заметки к дням
    [many] И ещё { $count } заметок к дням
   *[other] И ещё { $count } заметки к дням
}
import-more = …и ещё { $count }
import-nothing-new = ✅ Всё это у вас уже есть, переносить нечего.
import-left-out = Не переносится:
import-dates-day-first = 🗓 Даты прочитаны как день/месяц/год.
import-dates-month-first = 🗓 Даты прочитаны как месяц/день/год.
import-encoding = 🔤 Текст прочитан как { $encoding }. Проверьте названия выше.
import-wal = 📎 Изменения из файла .db-wal, лежавшего рядом, тоже прочитаны.
import-which-dates = 🗓 Даты в этом файле можно прочитать двояко. Как правильно?
import-done = ✅ { BOLD($source) } теперь здесь: { $habits }, { $days }.
import-cancelled = Ничего не перенесено.
left-computed = дни, которые другое приложение заполнило само: { $count }
left-unreadableDate = строки с непонятной датой: { $count }
left-unreadableValue = строки с непонятным значением: { $count }
left-sameDayTwice = повторные отметки за тот же день: { $count }
left-future = дни, которые ещё не наступили: { $count }
left-tooOld = дни старше 27 лет: { $count }
left-kept = дни, за которые здесь уже другая отметка, она остаётся: { $count }
left-otherGoal = количества у привычек, которые здесь «да или нет»: { $count }
left-unknownHabit = отметки привычек, которых нет в файле: { $count }
left-otherKind = отметки такого вида, которого здесь нет: { $count }
left-noReminders = напоминания: в таких файлах их нет. Их можно задать в /habits
left-unreadableReminder = напоминания с непонятным временем или днями: { $count }
left-tooManyReminders = напоминания сверх двенадцати на привычку: { $count }
left-noTarget = цели, которых нет в файле (засчитается любое количество): { $count }
left-nameMissing = пустые названия (вместо них будет номер): { $count }
left-nameShortened = концы названий длиннее 64 символов: { $count }
left-textShortened = концы слишком длинных текстов: { $count }
left-otherFrequency = частоты, которых здесь нет (привычка станет ежедневной): { $count }
left-pauses = прежние паузы: { $count }
left-goalHistory = прежние цели (новая действует для всех дней): { $count }
refused-empty = 📄 Этот файл пуст.
refused-unknown = 🤷 Такого файла я не знаю. Что я умею читать: /import
refused-tooLarge = 🐘 Файл для меня слишком большой: можно до 20 МБ, а в распакованном виде – до 128 МБ.
refused-tooManyRows = 🐘 В файле больше 600 000 строк. Столько дней ни у кого не бывает, поэтому ничего не перенесено.
refused-tooManyHabits = 🐘 С этим файлом у вас было бы больше 500 привычек. Ничего не перенесено.
refused-brokenArchive = 💔 Архив повреждён или дошёл не целиком. Выгрузите его ещё раз.
refused-lockedArchive = 🔒 Архив закрыт паролем. Выгрузите его без пароля.
refused-unsafeArchive = ⛔ Пути в этом архиве ведут за его пределы. Трекеры таких архивов не делают, поэтому я его не открыл.
refused-emptyArchive = 📄 В архиве нет файла, который я мог бы прочитать.
refused-severalExports = 🤷 В архиве несколько выгрузок. Отправьте их по одной.
refused-brokenDatabase = 💔 База повреждена или дошла не целиком. Выгрузите её ещё раз.
refused-emptyDatabase = 📄 База пуста: в ней нет таблиц.
refused-unknownDatabase = 🤷 Это база приложения, которого я не знаю. Что я умею читать: /import
refused-newerDatabase = 🆕 Эта копия сделана в более новом Loop, чем я знаю. Отправьте вместо неё экспорт CSV (.zip).
refused-walAlone = 📎 Это только журнал базы (-wal). Отправьте сам файл .db или оба в одном архиве.
refused-partOfLoop = 🧩 Это лишь часть выгрузки Loop. Отправьте весь .zip.
refused-spreadsheet = 📊 В таблице нет ни целей, ни напоминаний. Отправьте «Всё (.json)» из /export.
refused-brokenText = 💔 Не могу разобрать текст в этом файле. Выгрузите его ещё раз и не меняйте.
refused-datesContradict = 🗓 В одних датах этого файла сначала день, в других месяц. Выгрузите его ещё раз и не меняйте.
refused-noHabits = 📄 В этом файле нет привычек.
refused-tookTooLong = ⏳ Файл читался слишком долго, и я прервал чтение. Ничего не перенесено.
refused-gone = 🤷 Telegram больше не отдаёт мне этот файл. Отправьте его ещё раз.
button-import = ✅ Перенести
toast-importing = Переношу…
toast-reading = Читаю…
toast-file-gone = 🤷 Больше не вижу этого файла. Отправьте его ещё раз.
command-import = Перенести привычки из другого трекера

## Взять всё с собой

export-title =
    📤 { BOLD("Возьмите свои данные с собой") }

    { BOLD("Loop") }: открывается в Loop Habit Tracker. В резервной копии есть напоминания, архив можно прочитать и так.
    { BOLD("Таблица") }: строка на каждую привычку и день.
    { BOLD("Всё") }: ещё и настройки, паузы и отпуска. Этот файл я могу прочитать обратно.
export-caption = 📤 { $habits }, { $days }
export-none = 🌱 Пока нечего взять с собой. Заведите первую привычку: /new
button-export = 📤 Выгрузить мои данные
button-export-loopDb = Loop, копия (.db)
button-export-loopZip = Loop, архив (.zip)
button-export-csv = Таблица (.csv)
button-export-json = Всё (.json)
toast-exporting = Пишу файл…
command-export = Взять свои данные с собой
