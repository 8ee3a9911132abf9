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
reminder-partly = 🔸 { BOLD($name) }
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
reminder-line-partly = 🔸 { BOLD($name) }
reminder-line-skipped = ⏭ { BOLD($name) }, пропуск
reminder-more = …и ещё { $count }: /today
ask-amount = { BOLD($name) }: сколько? Нажмите кнопку или отправьте число.
ask-amount-in = { BOLD($name) }: сколько ({ $unit })? Нажмите кнопку или отправьте число.
button-done = ✅ Готово
button-skip = ⏭ Пропустить
button-undo = ↩️ Отменить
button-change-amount = ✏️ Изменить
button-done-named = ✅ { $name }
button-skip-named = ⏭ Пропустить
button-undo-named = ↩️ Отменить: { $name }
ask-continue = 👋 Уже месяц тишина. Напоминать дальше?

    Если не ответите, я не буду беспокоить. Ничего не пропадёт: /today
button-continue-reminders = 🔔 Да, напоминайте
button-stop-reminders = 🔕 Больше не нужно

## Знакомство

welcome =
    👋 Привет! Я помогаю держаться привычек: вы выбираете, что и когда, я напоминаю, а отметить можно одним нажатием.

    Сначала скажите, где вы: напоминания приходят по вашему местному времени. Поделитесь местоположением кнопкой ниже или просто напишите город, например «Москва».
timezone-needed =
    🌍 Сначала одно: где вы? Без этого я не знаю, когда начинается ваш день.

    Поделитесь местоположением кнопкой ниже или напишите город, например «Москва».
ask-timezone-again = 🌍 Где вы сейчас? Напишите город, отправьте геопозицию (📎 → Геопозиция) или выберите, сколько времени на ваших часах.
placeholder-city = Ваш город
ask-clock = 🕐 Сколько у вас сейчас времени?
ask-zone = 🌍 Что из этого ваше?
place-unknown = 🤔 Не знаю такого места. Попробуйте ближайший большой город, например «Москва», или часовой пояс вроде Europe/Moscow. Ещё можно выбрать, сколько времени сейчас на ваших часах:
timezone-now = 🌍 { $place }, сейчас там { $time } ({ $offset })
timezone-unset = 🌍 Часовой пояс не выбран
first-steps =
    🎉 Готово! Теперь первая привычка: /new

    Начните с малого: одна привычка на две минуты лучше пяти на час.
welcome-back = 👋 Рад вас видеть! Чем займёмся?
help =
    { BOLD("Что я умею") }

    /today – привычки на сегодня, отмечаются одним нажатием
    /new – новая привычка
    /habits – изменить привычку, поставить на паузу или убрать
    /settings – язык и часовой пояс
    /cancel – прервать начатое

    Когда придёт напоминание, нажмите под ним ✅ Готово или ⏭ Пропустить. Пропуск не прерывает серию. Нажали случайно? Кнопка ↩️ Отменить всё вернёт.

## Ответы на неожиданное

not-understood = 🙂 Не совсем понял. /today отмечает привычки, /new начинает новую, /help расскажет остальное.
unknown-command = 🤔 Такой команды я не знаю. Всё, что я умею, в /help.
only-text = 🙂 Я понимаю только текст и нажатия на кнопки. Попробуйте /today, /new или /help.
only-text-now = 🙂 Здесь я понимаю только текст. Напишите словами, нажмите кнопку выше или /cancel.
use-buttons = 👇 Выберите, пожалуйста, кнопкой.
cancelled = 👌 Отменено. Ничего не изменилось.
nothing-to-cancel = 👌 Отменять нечего. Что я умею, расскажет /help.
draft-dropped = 🗑 Привычка «{ $name }» осталась незаконченной. Начать её снова: /new
dialog-restarted = 🔧 Меня тем временем обновили, и я потерял нить. Простите! Начните, пожалуйста, заново.
private-only = 👋 Я работаю только в личных чатах: напишите мне напрямую.
throttled = 🐢 Слишком много сразу! Дайте мне минуту отдышаться, и продолжим.

refusal-NotRegistered = 👋 Мы ещё не знакомы. Сначала отправьте /start.
refusal-HabitNotFound = 🤷 Не нахожу такой привычки среди ваших.
refusal-HabitArchived = 🗄 Эта привычка в архиве. Сначала верните её: /habits
refusal-AlreadyAnswered = 👌 Этот день уже отмечен.
refusal-HabitPaused = ⏸ Эта привычка на паузе. Сначала продолжите её: /habits
refusal-InThePast = 🕰 Это уже позади.
refusal-SnoozeTooLong = 💤 Отложить можно не больше чем на сутки.
refusal-VacationTooLong = 🏝 Отпуск может длиться не больше года.
refusal-WrongDates = 📆 Эти даты не подходят: последний день не может быть раньше первого.
refusal-WrongDayStart = 🌙 День не может начинаться в это время.
refusal-WrongHours = 🔕 У тихих часов начало и конец должны различаться.
refusal-InTheFuture = ⏳ Этот день ещё не наступил.
refusal-TooLongAgo = 🕰 Это было слишком давно.
refusal-TooManyReminders = 🔔 Больше напоминаний у привычки быть не может.
refusal-WrongName = ✏️ Такое название не подходит. Отправьте, пожалуйста, другое.
refusal-WrongValue = 🔢 Такое число к этой привычке не подходит.

## Короткие ответы над кнопкой

toast-done = ✅ Отлично!
toast-skipped = ⏭ Пропущено
toast-undone = ↩️ Отменено
toast-already = 👌 Так уже и было
toast-stale = Эта кнопка от прошлого шага
toast-unknown = Не знаю такой кнопки
toast-no-days = Выберите хотя бы один день
toast-paused = ⏸ На паузе: напоминаний не будет
toast-resumed = ▶️ С возвращением!
toast-archived = 🗄 Убрано в архив
toast-restored = 🎉 Вернулась
toast-language = 🇷🇺 Говорим по-русски

## Новая привычка

idea-read = 📖 Читать
idea-walk = 🚶 Гулять
idea-water = 💧 Пить воду
idea-meditate = 🧘 Медитировать
ask-name = ✨ Какую привычку хотите завести? Напишите название или возьмите готовое:
name-empty = 🤔 В этом названии ничего не видно. Напишите хотя бы пару букв.
name-long = ✂️ Слишком длинно: { $length ->
    [one] { $length } символ
    [few] { $length } символа
   *[many] { $length } символов
}, а можно не больше { $most }. Отправьте название короче.
ask-counted = { BOLD($name) }. Как будем считать?
button-yes-no = ✅ Сделано или нет
button-numeric = 🔢 Числом, например 20 страниц
ask-target = 🎯 Какая цель на день? Отправьте число с единицей, например «20 страниц» или «2,5 км».
target-unreadable = 🤔 Нужно число и, если хотите, короткая единица (до { $most } символов): «20 страниц», «8 стаканов», «10000».
ask-direction = { BOLD($name) }. Какой день считать удачным?
button-atLeast = 📈 { $goal }
button-atMost = 📉 { $goal }
ask-often = { BOLD($name) }. Как часто?
button-daily = Каждый день
button-weekdays = По выбранным дням недели
button-times-a-week = Несколько раз в неделю
ask-weekdays = { BOLD($name) }. По каким дням?
ask-times-a-week = { BOLD($name) }. Сколько раз в неделю?
ask-times =
    ⏰ { BOLD($name) }: когда напоминать?

    Нажмите время или напишите своё, например 9:30 или 21. Можно несколько.
ask-more-times =
    ⏰ { BOLD($name) }: буду напоминать в { $times }.

    Ещё время? Если нет, нажмите «Дальше».
time-unreadable = 🤔 Не понял, что это за время. Напишите, например, 9:30, 21:00 или «9 вечера».
too-many-times = 🔔 Больше { $most } напоминаний в день нельзя.
confirm-title = { BOLD($name) }. Всё верно?
created-title = 🎉 { BOLD($name) }: привычка создана!
created-first-today = Напомню сегодня в { $at }.
created-first-tomorrow = Напомню завтра в { $at }.
created-first-on = Первый раз напомню в { $at }: { $date }.
created-silent = Напоминать не буду. Отмечайте в /today.
too-many-habits = 🗃 Больше { $most } привычек я хранить не умею.

## Слова о привычке

every-day = каждый день
on-workdays = по будням
at-weekends = по выходным
times-a-week = { $times ->
    [one] { $times } раз в неделю
    [few] { $times } раза в неделю
   *[many] { $times } раз в неделю
}
times-in-days = { $times ->
    [one] { $times } раз за { $days } дн.
    [few] { $times } раза за { $days } дн.
   *[many] { $times } раз за { $days } дн.
}
fact-goal = 🎯 { $goal }
fact-frequency = 📆 { $frequency }
fact-reminders = ⏰ { $times }
fact-no-reminders = 🔕 без напоминаний
record-none = 🌱 Пока ни одного дня. Первый и есть самый важный.
record-best = { $best ->
    [one] 🏆 Лучшая серия: { $best } день
    [few] 🏆 Лучшая серия: { $best } дня
   *[many] 🏆 Лучшая серия: { $best } дней
}
record-strength = 💪 Сила привычки: { NUMBER($strength, style: "percent", maximumFractionDigits: 0) }

## Сегодня

today-title = 📅 { BOLD($date) }
today-summary = Сделано { $done } из { $total }
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
habit-archived = 🗄 В архиве
ask-new-name = ✏️ { BOLD($name) }: как назвать по-новому?
renamed = 👌 Переименовано.
reminders-title = ⏰ { BOLD($name) }: напоминания. Нажмите на любое, чтобы изменить.
reminders-none = 🔕 { BOLD($name) }: напоминаний нет.
reminder-title-one =
    ⏰ { BOLD($name) } в { $at }

    Нажимайте на дни, чтобы включать и выключать их.
reminder-gone = 🤷 Напоминания в { $at } больше нет.
reminder-added = 👌 Буду напоминать в { $at }.
ask-reminder-time = ⏰ { BOLD($name) }: когда напоминать? Нажмите время или напишите своё, например 9:30 или 21.

## Настройки

settings-title = ⚙️ { BOLD("Настройки") }
settings-language = 🗣 { $language }

## Кнопки

button-location = 📍 Отправить местоположение
button-clocks = 🕐 Выбрать по часам
button-cancel = ✖️ Отмена
button-back = ‹ Назад
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
button-rename = ✏️ Переименовать
button-pause = ⏸ Пауза
button-resume = ▶️ Продолжить
button-put-away = 🗄 В архив
button-restore = ↩️ Вернуть
button-add-reminder = ➕ Добавить время
button-remove-reminder = 🗑 Убрать
button-change-timezone = 🌍 Сменить часовой пояс

## Меню команд

command-today = Привычки на сегодня
command-new = Новая привычка
command-habits = Все привычки
command-settings = Язык и часовой пояс
command-help = Что я умею
command-cancel = Прервать начатое
