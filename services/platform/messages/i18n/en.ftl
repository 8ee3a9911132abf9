## Amounts, goals and streaks, used in many places

amount = { UNIT($unit) ->
    [none] { $value }
   *[word] { $value } { $unit }
}
amount-of-target = { UNIT($unit) ->
    [none] { $value } of { $target }
   *[word] { $value } of { $target } { $unit }
}
goal-at-least = { UNIT($unit) ->
    [none] at least { $target }
   *[word] at least { $target } { $unit }
}
goal-at-most = { UNIT($unit) ->
    [none] at most { $target }
   *[word] at most { $target } { $unit }
}
amount-over = { $amount }, over the limit of { $target }
streak = { $days ->
    [0] A new start
    [one] 🌱 Day one of a new streak
   *[other] 🔥 { $days } days in a row
}

## Reminders

reminder-open = ⏰ { BOLD($name) }
reminder-done = ✅ { BOLD($name) }
reminder-partly = 🔸 { BOLD($name) }
reminder-skipped = ⏭ { BOLD($name) }
reminder-skipped-note = Skipped. Your streak is safe.
reminder-goal = Goal: { $goal }
reminder-title = ⏰ { $count ->
    [one] { $count } habit to do
   *[other] { $count } habits to do
}
reminder-all-answered = 🎉 All answered
reminder-snoozed = 💤 { BOLD($name) }
reminder-line-snoozed = 💤 { BOLD($name) }
snoozed-until = Snoozed until { TIME($at) }
snoozed-until-tomorrow = Snoozed until tomorrow, { TIME($at) }
until = until { TIME($at) }
until-tomorrow = until tomorrow, { TIME($at) }
reminder-line-open = ▫️ { BOLD($name) }
reminder-line-done = ✅ { BOLD($name) }
reminder-line-partly = 🔸 { BOLD($name) }
reminder-line-skipped = ⏭ { BOLD($name) }, skipped
reminder-more = …and { $count } more: /today
ask-amount = How much for { BOLD($name) }? Tap an amount or type a number.
ask-amount-in = How many { $unit } for { BOLD($name) }? Tap an amount or type a number.
ask-wait = 💤 When should I remind you about { BOLD($name) } again? Tap a time or type one: “in 40 min”, “at { TIME("18:30") }”.
wait-minutes = { $minutes } min
wait-hours = { $hours } h
wait-until = { TIME($at) }
wait-unreadable = 🤔 I couldn’t tell when. Try “in 40 min”, “2 h” or “at { TIME("18:30") }”.
wait-over = 🕰 It’s already past { TIME($at) }. For tomorrow, write “tomorrow at { TIME($at) }”.
wait-vacation = 🏝 You’re on vacation, so I’m leaving you in peace: /settings
snoozed = 💤 I’ll remind you again at { TIME($at) }.
snoozed-tomorrow = 💤 I’ll remind you again tomorrow at { TIME($at) }.
button-done = ✅ Done
button-skip = ⏭ Skip
button-undo = ↩️ Undo
button-change-amount = ✏️ Change
button-later = 💤 Later
ask-continue = 👋 It’s been quiet for a month. Should I keep reminding you?

    If you don’t answer, I’ll leave you in peace. Nothing gets lost: /today
button-continue-reminders = 🔔 Keep reminding me
button-stop-reminders = 🔕 No more reminders

## Answering

reminder-no = ✖️ { BOLD($name) }
reminder-no-note = Not today. That’s fine!
reminder-note = 📝 { $note }
line-note = 📝 { $note }
reminder-line-no = ✖️ { BOLD($name) }, not today
times-done-week = { $done } of { $wanted } this week
times-done-month = { $done } of { $wanted } this month
times-done-days = { $done } of { $wanted } in { $days ->
    [one] { $days } day
   *[other] { $days } days
}
ask-instead = { BOLD($name) } is already marked done for this day. Change it?
ask-instead-of = { BOLD($name) } already has { $amount } for this day. Change it?
ask-which-skip = ⏭ Which one should I skip?
ask-which-later = 💤 Which one should wait?
ask-wait-all = 💤 When should I remind you about all of these again? Tap a time, type one, or pick a single habit.
button-no = ✖️ Not today
button-other = ✏️ Other amount
button-note = 📝 Note
button-skip-anyway = ⏭ Skip it
button-no-anyway = ✖️ Not today
button-done-all = ✅ Done all
button-later-all = 💤 Later all
button-choose-skip = ⏭ Skip…
button-choose-later = 💤 Later…
button-habit-open = ⬜ { $name }
button-habit-partly = 🔸 { $name }
button-habit-snoozed = 💤 { $name }
button-habit-done = ✅ { $name }
button-habit-no = ✖️ { $name }
button-habit-skipped = ⏭ { $name }
toast-no = ✖️ Not today
toast-all-done = 🎉 All done!
day-title = 📅 { BOLD($date) }
day-title-yesterday = 📅 { BOLD($date) } · yesterday
day-free =
    📅 { BOLD($date) }

    Nothing was planned for that day.
today-until = 🌙 It’s still this day for you until { TIME($at) }.
button-yesterday = ‹ Yesterday
button-day-before = ‹ Day before
button-day-after = Next day ›
button-done-group = ✅ { $group }
ask-which-habit = 🤔 Which habit is that for?
day-unreadable = 🤔 Which day do you mean? Send it again with a date, like “27 Nov” or “2 days ago”.
answer-unreadable = 🤔 I couldn’t tell what you mean. Answer like “done”, “5” or “skip”, or put it off: “in 40 min”, “at { TIME("18:30") }”.
calendar-title = 📆 { BOLD($month) }
calendar-title-of = 📆 { BOLD($month) } · { $name }
calendar-how = ✓ done · ~ partly · ✗ not done · » skipped. Weeks begin on Monday. Tap a day to see or change it.
calendar-day-done = { $date }✓
calendar-day-partly = { $date }~
calendar-day-no = { $date }✗
calendar-day-skipped = { $date }»
day-not-asked = This habit isn’t planned for that day
button-earlier-month = ‹ Earlier
button-later-month = Later ›
button-other-day = 📆 Other day
button-days = 📆 Days
ask-note = 📝 What would you like to note for { BOLD($name) }?
ask-note-again = 📝 Send a new note for { BOLD($name) }, or “–” to remove the old one.
note-long = ✂️ That’s too long: a note can have up to { $most } characters.
note-busy = 📝 Finish what you’ve started first, or /cancel. Then tap 📝 again.

## Getting to know each other

welcome =
    👋 Hi! I’ll help you keep your habits: you choose what and when, I remind you, and one tap marks it done.

    First, where are you? Your reminders follow your local time. Share your location with the button below, or just send me your city, like “Berlin”.
timezone-needed =
    🌍 One thing first: where are you? Otherwise I can’t know when your day begins.

    Share your location with the button below, or send me your city, like “Berlin”.
ask-timezone-again = 🌍 Where are you now? Send me your city, share a location (📎 → Location), or pick what your clock shows.
placeholder-city = Your city
ask-clock = 🕐 What time is it for you right now? Tap it, or send it, like “{ TIME("15:05") }”.
ask-zone = 🌍 Which one is yours?
ask-zone-clock = 🌍 Which place has the same time as you?
ask-zone-border = 🌍 You’re close to a border between time zones. What does your clock show?
ask-zone-abbreviation = 🌍 “{ $name }” can mean different times: it’s used in several places, and clocks change in summer. Which place has the same time as you?
confirm-place = 🌍 { $place }: it’s { TIME($time) } there now. Is that right?
place-unknown = 🤔 I don’t know that place. Try the nearest big city, like “Berlin”, or pick the time that your clock shows now:
timezone-now = 🌍 { $place }: it’s { TIME($time) } there now ({ $offset })
timezone-of = 🌍 Timezone: { $place }, it’s { TIME($time) } now ({ $offset })
timezone-date = 📅 Your day is now { BOLD($date) }. Your reminders follow the clock there, and your streaks stay.
timezone-unset = 🌍 No timezone yet
first-steps = 🎉 All set! Start small: one habit that takes two minutes beats five that take an hour.
welcome-back = 👋 Good to see you! What would you like to do?
help =
    { BOLD("What I can do") }

    /today – your habits for today; mark them with a tap
    /new – start a new habit
    /habits – change, pause or archive your habits
    /import – bring your habits over from Loop and other trackers
    /export – take your data with you
    /stats – see how you’re doing, in figures and pictures
    /settings – language, timezone, when your day starts, quiet hours, vacation
    /cancel – stop what we’re doing
    /forget_me – delete everything I know about you

    When a reminder comes, tap ✅ Done or ⏭ Skip right under it. A skipped day keeps your streak. Tapped by mistake? ↩️ Undo takes it back.

    Not now? Tap 💤 Later, or just reply to the reminder: “in 40 min”, “at { TIME("18:30") }”.

    Going away? Plan a vacation in /settings: no reminders, and no broken streaks.

## Answers to the unexpected

not-understood = 🙂 I didn’t get that. Try /today to mark your habits, /new to start one, or /help.
unknown-command = 🤔 I don’t know that command. /help shows everything I can do.
only-text = 🙂 I can only read text and button taps. Try /today, /new or /help.
only-text-now = 🙂 I can only read text here. Type your answer, tap a button above, or /cancel.
use-buttons = 👇 Please use the buttons.
cancelled = 👌 Cancelled. Nothing has changed.
nothing-to-cancel = 👌 There’s nothing to cancel. /help shows what I can do.
draft-dropped = 🗑 I’ve dropped the unfinished “{ $name }”.
draft-kept = 📝 “{ $name }” can wait: we’ll finish it after this.
question-dropped = 👌 Never mind my last question.
unfinished-habit = ✨ You’ve already begun “{ $name }”. Continue with it, or start over?
still-timezone = 🌍 Still waiting: where are you? Send me your city or your location.
still-name = ✨ Still waiting: what’s your new habit called?
still-habit = ✨ “{ $name }” isn’t finished yet.
still-rename = ✏️ Still waiting: what should “{ $name }” be called?
still-change = ✏️ We haven’t finished changing “{ $name }”.
still-emoji = 😀 Still waiting: which emoji should “{ $name }” have?
still-group = 🏷 Still waiting: what should the group of “{ $name }” be called?
still-pause = ⏸ Still waiting: how long should “{ $name }” rest?
still-time = ⏰ Still waiting: when should I remind you about “{ $name }”?
still-amount = 🔢 Still waiting: how much for “{ $name }”?
still-wait = 💤 Still waiting: when should I remind you about “{ $name }” again?
still-note = 📝 Still waiting: what should I note about “{ $name }”?
still-quiet = 🌙 Still waiting: which hours should be quiet?
still-vacation = 🏝 Still waiting: when will you be away?
dialog-restarted = 🔧 I was updated in the meantime and lost our place, sorry! Please start that again.
private-only = 👋 I only work in private chats. Message me directly!
throttled = 🐢 That was a lot at once! Nothing is lost: please go on in { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
}.
not-saved = 💾 I can’t save that right now, so nothing has changed. Please try again later.
try-later = 🛠️ I can’t read your habits right now, because I’m being updated. Nothing is lost. Please try again later.

refusal-NotRegistered = 👋 We haven’t met yet. Send /start first.
refusal-HabitNotFound = 🤷 I can’t find this habit in your list.
refusal-HabitArchived = 🗄 This habit is in the archive. Restore it first: /habits
refusal-AlreadyAnswered = 👌 You’ve already answered for this day.
refusal-HabitPaused = ⏸ This habit is paused. Resume it first: /habits
refusal-InThePast = 🕰 That’s already over.
refusal-SnoozeTooLong = 💤 A day is the longest I can wait.
refusal-VacationTooLong = 🏝 A vacation can last a year at most.
refusal-OtherKind = A yes-or-no habit can’t become a counted one, or the other way round. Make a new habit instead.
refusal-PauseTooLong = ⏸ A pause with an end can last a year at most.
refusal-ReminderNotFound = 🤷 That reminder isn’t there any more.
refusal-WrongEmoji = ✏️ Please send a single emoji.
refusal-WrongNote = ✂️ A note can have up to 500 characters.
refusal-WrongDates = 📆 These dates don’t work: the last day can’t come before the first.
refusal-WrongDayStart = 🌙 A day can’t start at that time.
refusal-WrongHours = 🔕 Quiet hours can’t begin and end at the same time.
refusal-InTheFuture = ⏳ That day hasn’t come yet.
refusal-TooLongAgo = 🕰 That’s too long ago.
refusal-TooManyReminders = 🔔 A habit can have up to 12 reminders a day.
refusal-WrongName = ✏️ I can’t use that name. Please send another one.
refusal-WrongValue = 🔢 That amount doesn’t fit this habit.

## Short answers over a button

toast-done = ✅ Well done!
toast-skipped = ⏭ Skipped
toast-undone = ↩️ Undone
toast-already = 👌 Already done
toast-stale = This button is from an earlier step
toast-unknown = I don’t know this button
toast-no-days = Choose at least one day
toast-paused = ⏸ Paused: no reminders
toast-resumed = ▶️ Welcome back!
toast-day-start = 🌅 Your day starts at { TIME($at) }
toast-quiet = 🌙 Quiet from { TIME($from) } to { TIME($to) }
toast-no-quiet = 🔔 No more quiet hours
toast-vacation = 🏝 Have a good time!
toast-no-vacation = 👋 Welcome back!
toast-vacation-cancelled = ✖️ Vacation cancelled
toast-paused-all = ⏸ All paused until you’re back
toast-reminders-on = 🔔 Reminders are on
toast-reminders-off = 🔕 No more reminders
toast-archived = 🗄 Moved to the archive
toast-restored = 🎉 It’s back
toast-language = 🇬🇧 English it is

## Making a habit

ask-name = ✨ What habit would you like to build? Write it in one line, like “Run 3x a week at 7:30”, or pick one:
ask-name-alone = ✏️ Got it. And what’s the habit called?
ask-other-name = ✏️ { BOLD($name) }: what should it be called?
button-more-templates = 📚 More ideas
templates-title = 📚 { BOLD("Ready-made habits") }. Pick one; you can change everything in it.
template-read = Read
template-walk = Walk
template-water = Drink water
template-meditate = Meditate
template-run = Run
template-work-out = Work out
template-sleep = Go to bed on time
template-language = Learn a language
template-coffee = Less coffee
template-vitamins = Take vitamins
template-journal = Keep a journal
template-sweets = A day without sweets
template-unit-pages = pages
template-unit-steps = steps
template-unit-glasses = glasses
template-unit-minutes = minutes
template-unit-cups = cups
name-empty = 🤔 I can’t see anything in this name. Please send a few letters.
name-long = ✂️ That name has { $length } characters, and { $most } is the limit. Please send a shorter one.
ask-counted = { BOLD($name) }. How do you count it?
button-yes-no = ✅ Done or not
button-numeric = 🔢 A number, like 20 pages
ask-target = 🎯 What’s your goal for one day? Send a number with its unit, like “20 pages” or “2.5 km”.
target-unreadable = 🤔 I need a number and, if you like, a short unit (up to { $most } characters): “20 pages”, “8 glasses”, “10000”.
ask-direction = { BOLD($name) }. { UNIT($unit) ->
    [none] Is { $target } a minimum or a limit?
   *[word] Is { $target } { $unit } a minimum or a limit?
}
button-atLeast = 📈 { $goal }
button-atMost = 📉 { $goal }
button-other-direction = ⇄ Make it “{ $goal }”
ask-part = { BOLD($name) }: which part of the day is it for?
ask-often =
    { BOLD($name) }. How often?

    Tap, or write it: “3 times a week”, “every 3 days”, “5 times in 10 days”.
often-unreadable = 🤔 I couldn’t tell how often. Try “3 times a week”, “twice a month” or “every 3 days”.
button-daily = Every day
button-weekdays = On chosen weekdays
button-times-a-week = A few times a week
button-times-a-month = A few times a month
button-every-few-days = Every few days
button-every-days = { $days ->
    [one] Every day
    [2] Every other day
   *[other] Every { $days } days
}
button-any-seven-days = In any 7 days instead
ask-times-a-calendar-week = { BOLD($name) }. How many times a calendar week, Monday to Sunday?
ask-weekdays = { BOLD($name) }. On which days?
ask-times-a-week = { BOLD($name) }. How many times in any 7 days?
ask-times-a-month = { BOLD($name) }. How many times a calendar month? Tap or send a number.
ask-every-days = { BOLD($name) }. Once in how many days? Tap or send a number.
ask-times =
    ⏰ When should I remind you about { BOLD($name) }?

    Tap a time or send your own, like 9:30, 9pm or “8 and 20”.
ask-times-several =
    ⏰ { BOLD($name) } has no reminders yet.

    Tap the times you want, or send your own, like 9:30, 9pm or “8 and 20”.
ask-more-times =
    ⏰ I’ll remind you about { BOLD($name) } at { $times }{ $within }.

    Add another time, or tap Ready.
time-unreadable = 🤔 I couldn’t read that as a time. Send it like 9:30, 21:00 or 9pm.
too-many-times = 🔔 A habit can have up to { $most } reminders a day.
confirm-title = { BOLD($name) }. Does this look right?
button-draft-goal = 🎯 Goal
button-draft-often = 📆 How often
button-draft-part = 🌅 Part of the day
button-draft-name = ✏️ Name
same-name = ⚠️ You already have a habit called “{ $name }”.
button-make-anyway = ✅ Make it anyway
created-title = 🎉 { BOLD($name) } is set up!
created-first-today = I’ll remind you today { $when }.
created-first-tomorrow = I’ll remind you tomorrow { $when }.
created-first-on = Your first reminder: { $date } { $when }.
created-stopped = 🔕 Your reminders are off. Turn them on in /settings.
created-vacation = 🏝 I’ll remind you after your vacation, from { $date }.
created-silent = I’ll stay quiet. Mark it in /today.
button-undo-new = ↩️ Undo
habit-undone = ↩️ Undone: the habit is gone. /new makes another one.
button-change = ✏️ Change
too-many-habits = 🗃 You already have { $most } habits, and that’s the most I can keep.

## Words for a habit

time = { TIME($at) }
at-time = at { TIME($at) }
around-time = around { TIME($at) }
every-day = every day
on-workdays = on weekdays
at-weekends = on weekends
times-a-calendar-week = { $times ->
    [one] once a calendar week (Mon to Sun)
    [2] twice a calendar week (Mon to Sun)
   *[other] { $times } times a calendar week (Mon to Sun)
}
times-a-calendar-month = { $times ->
    [one] once a calendar month
    [2] twice a calendar month
   *[other] { $times } times a calendar month
}
times-in-days = { $times ->
    [one] once in any { $days } days
    [2] twice in any { $days } days
   *[other] { $times } times in any { $days } days
}
every-days = { $days ->
    [one] every day
    [2] every other day
   *[other] every { $days } days
}
part-morning = 🌅 Morning
part-afternoon = ☀️ Afternoon
part-evening = 🌙 Evening
group-named = 🏷 { $name }
group-none = Any time
fact-goal = 🎯 { $goal }
fact-frequency = 📆 { $frequency }
fact-reminders = ⏰ { $times }
fact-no-reminders = 🔕 no reminders
record-none = 🌱 No days yet. The first one is what counts.
record-best = { $best ->
    [one] 🏆 Longest: { $best } day
   *[other] 🏆 Longest: { $best } days
}
record-strength = 💪 Strength: { PERCENT($strength) }

## Today

today-title = 📅 { BOLD($date) }
today-summary = { $done } of { $total } done
today-paused = ⏸ Paused: { $names }
today-vacation = 🏝 On vacation through { $date }. Whatever you do still counts.
reminders-are-off = 🔕 Your reminders are off: /settings
today-all-answered = 🎉 That’s all for today!
today-free =
    📅 { BOLD($date) }

    🌿 Nothing planned for today. Enjoy it!
today-no-habits =
    📅 { BOLD($date) }

    🌱 You have no habits yet. Want to make your first one?
amount-unreadable = 🤔 I need a number for { BOLD($name) }, like 20 or 2.5.

## All habits

habits-title = 📋 { BOLD("Your habits") }
habits-empty = 🌱 You have no habits here yet.
archive-title = 🗄 { BOLD("Archive") }
archive-empty = 🗄 The archive is empty.
habit-button = { $name }
habit-button-paused = ⏸ { $name }
habit-button-streak = { $name } · 🔥 { $days }
habit-title = { BOLD($name) }
habit-paused = ⏸ Paused: I won’t remind you about it.
habit-paused-until = ⏸ Paused through { $date }. Then it resumes by itself.
paused-until = { $name } (through { $date })
habit-archived = 🗄 In the archive
ask-pause =
    ⏸ How long should { BOLD($name) } rest?

    No reminders, and days without a mark don’t break its streak.

    Tap, or send how long: “10 days”, “until 14.12”.
pause-unreadable = 🤔 I couldn’t read that. Send how long, like “10 days” or “until 14.12”.
ask-new-name = ✏️ What should { BOLD($name) } be called?
renamed = 👌 Renamed.
reminders-title = ⏰ Reminders for { BOLD($name) }. Tap one to change it.
reminders-none = 🔕 { BOLD($name) } has no reminders.
reminder-title-one =
    ⏰ { BOLD($name) } { $when }

    Tap the days to switch them on and off.
reminder-night = 🌙 Your day starts at { TIME($start) }, so { TIME($at) } still belongs to the day before: “{ $day }” is the night from { $day } to { $next }.
reminder-gone = 🤷 There’s no reminder at { TIME($at) } any more.
reminder-added = 👌 I’ll remind you at { TIME($at) }.
ask-flexible =
    ± Does { BOLD($name) } have to be exactly on time?

    On the hour everybody gets reminded at once. Give me some leeway, and I’ll pick a quieter minute near your time, the same one every day.
button-exact = ± Exact time
button-within = ± { $minutes } min
within = { " " }(± { $minutes } min)
choice-exact = Exact time
ask-reminder-time = ⏰ When should I remind you about { BOLD($name) }? Tap a time or send your own, like 9:30 or 9pm.

## Statistics

stats-title = 📊 { BOLD($period) }
stats-habit-title = { BOLD($name) } · { $period }
stats-named = { $emoji } { $name }
stats-empty =
    📊 { BOLD("Statistics") }

    🌱 There’s nothing to look at yet. Shall we make your first habit?
stats-share = { PERCENT($share) }
stats-short-days = 🔥 { $count }
stats-short-weeks = 🔥 { $count ->
    [one] { $count } week
   *[other] { $count } weeks
}
stats-short-months = 🔥 { $count ->
    [one] { $count } month
   *[other] { $count } months
}
stats-tally = { $kept } of { $asked }
stats-tally-weeks = { $kept } of { $asked ->
    [one] { $asked } week
   *[other] { $asked } weeks
}
stats-tally-months = { $kept } of { $asked ->
    [one] { $asked } month
   *[other] { $asked } months
}
stats-tally-done = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
stats-days = 📆 Done: { $tally }
stats-done-days = ✅ { $count ->
    [one] { $count } day in all
   *[other] { $count } days in all
}
stats-skipped = ⏭ Skipped: { $count ->
    [one] { $count } day
   *[other] { $count } days
}
stats-silent = 🔇 { $count ->
    [one] { $count } day without a record. It doesn’t count as done, though your strength counts it as zero.
   *[other] { $count } days without a record. They don’t count as done, though your strength counts them as zero.
}
stats-total = 🧮 { $amount }, on average { NUMBER($average) } per day recorded
stats-total-all = 🧮 All time: { $amount }
stats-month-ago = 30 days ago: { PERCENT($strength) }
stats-today = Today: { $change } ({ $why })
stats-yesterday = Yesterday: { $change } ({ $why })
stats-no-change = no change
stats-why-kept = done
stats-why-partly = partly done
stats-why-over = over the limit
stats-why-missed = not done
stats-why-silent = nothing recorded
stats-why-skipped = skipped
stats-why-auto = not needed
stats-why-open = nothing recorded yet
stats-why-rest = a day off
stats-why-excused = on a break
stats-why-before = not begun yet
stats-why-future = still to come
stats-why-amount = { $amount }
stats-window = It looks at the last { $days ->
    [one] { $days } day: { $done } of { $asked } done.
   *[other] { $days } days: { $done } of { $asked } done.
}
stats-if-done = Do it today, and it’ll be { PERCENT($strength) }.
stats-if-reached = Reach today’s goal ({ $amount }), and it’ll be { PERCENT($strength) }.
stats-streak-weeks = { $count ->
    [0] A new start, week by week
    [one] 🔥 { $count } week in a row
   *[other] 🔥 { $count } weeks in a row
}
stats-streak-months = { $count ->
    [0] A new start, month by month
    [one] 🔥 { $count } month in a row
   *[other] 🔥 { $count } months in a row
}
stats-best-weeks = { $count ->
    [one] 🏆 Longest: { $count } week
   *[other] 🏆 Longest: { $count } weeks
}
stats-best-months = { $count ->
    [one] 🏆 Longest: { $count } month
   *[other] 🏆 Longest: { $count } months
}
stats-streak-days = Without a gap: { $days ->
    [one] { $days } day
   *[other] { $days } days
}
stats-best-weekday = 🏅 Best day: { $weekday } ({ PERCENT($share) })
digest-about =
    📬 { BOLD("Weekly digest") }

    Once a week I’ll send you how it went: how often you did each habit, and how much.
digest-none = It’s off. When would you like to get it?
digest-now = It’s on: { $when }.
digest-when = { $weekday }, { TIME($at) }
digest-title = 📬 { BOLD("Your week") }, { $week }
digest-line = { $name } · { $days }
digest-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
digest-more = …and { $count } more
digest-empty = 🌱 Nothing was recorded this week. A small start counts too: /today
digest-off = Change the time or turn it off: /digest
button-digest = 📬 Weekly digest
button-no-digest = 🔕 No digest
toast-digest = 📬 Your weekly digest is on
toast-no-digest = 🔕 No more digests
picture-strength = Strength
picture-amounts = Amounts
picture-kept = done
picture-partly = partly
picture-over = over the limit
picture-auto = not needed
picture-skipped = skipped
picture-silent = no record
button-statistics = 📊 Statistics
button-week = Week
button-month = Month
button-year = Year
button-chosen = ✅ { $text }
button-plain = { $text }
button-light = ☀️
button-dark = 🌙
button-all-stats = ‹ All habits

## Changing a habit

ask-what-to-change = What would you like to change?
button-edit = ✏️ Edit
button-emoji = 😀 Emoji
button-group = 🗂 Group
button-delete = 🗑 Delete
button-delete-for-good = 🗑 Yes, delete it for good
button-archive-instead = 🗄 Archive it instead
button-no-emoji = No emoji
button-new-group = ➕ New group
button-move-reminder = 🕘 Change time
button-remind-when-met = Even when the goal is met
button-order = ↕️ Order
order-title = ↕️ { BOLD("Order of your habits") }. Move each one up or down.
order-in-groups = Within its group or part of the day.
habit-changed = 👌 Saved.
ask-emoji = { BOLD($name) }: pick an emoji or send any other one.
ask-group = { BOLD($name) }: which part of the day or group is it in?
ask-group-name = 🏷 { BOLD($name) }: what’s the group called? For example, “Health”.
ask-moved-time = ⏰ { BOLD($name) } at { TIME($at) }: what time should it be? Tap one or send your own, like 9:30 or 9pm.
reminder-moved = 👌 It’s at { TIME($at) } now instead of { TIME($from) }.
ask-delete = 🗑 Delete { BOLD($name) } for good?
delete-what-goes = { $days ->
    [0] It has no days yet. Its reminders stop.
    [one] Its { $days } day, notes and reminders go with it, and can’t be brought back.
   *[other] Its { $days } days, notes and reminders go with it, and can’t be brought back.
}
delete-or-archive = The archive keeps everything and sends no reminders.
habit-deleted = 🗑 “{ $name }” is deleted.

## Sharing a habit

button-share = 🔗 Share
button-send-link = 📤 Send to someone
share-title = 🔗 With this link anyone can make a habit like { BOLD($name) }. Your own days aren’t shared.
share-invitation = { $name }: make it your habit too
habit-shared = 🎁 Here’s a habit for you.
toast-no-link-yet = ⏳ The link isn’t ready yet. Try again in a minute.

## Being forgotten

button-forget = 🗑 Delete my data
button-forget-sure = Delete everything…
button-forget-now = Yes, delete it all
button-forget-not = ‹ Keep everything
forget-offered =
    🗑 { BOLD("Delete everything I know about you?") }

    Your habits with all their days and notes, your settings, and every message I keep of yours. It can’t be undone: nobody will be able to bring it back, and neither will I.
forget-premium = ⭐ Premium ends as well. The rest of the paid month isn’t refunded, and no more Stars will be charged.
forget-along = Want to keep your history? Take it with you first.
forget-sure =
    ❗ { BOLD("Last question: delete everything for good?") }

    There’s no way back after this.
forget-not = 👌 Nothing was deleted.
being-forgotten = 🗑 I’m deleting your data. I’ll tell you when it’s done, usually within a few minutes.
forgotten = 🕊 Everything I had about you is deleted. If you ever want to start again, press /start: I’ll greet you like anyone new.

## Settings

settings-title = ⚙️ { BOLD("Settings") }
settings-language = 🗣 { $language }
settings-day-start = 🌅 Your day starts at { TIME($at) }
settings-quiet = 🌙 Quiet from { TIME($from) } to { TIME($to) }
settings-no-quiet = 🌙 No quiet hours
settings-vacation = 🏝 Vacation: { $from } – { $to }
settings-no-vacation = 🏝 No vacation planned
settings-paused = ⏸ { BOLD("Paused until you’re back") }
settings-digest = 📬 Weekly digest: { $when }
settings-exact = ± New reminders: exactly on time
settings-window = ± New reminders: within { $minutes } min of their time
clock-h12 = 🕐 12-hour clock
clock-h24 = 🕐 24-hour clock
ask-default-window =
    ± { BOLD("New reminders") }

    On the hour everybody gets reminded at once. Give me some leeway, and I’ll pick a quieter minute near your time, the same one every day.

    This is for reminders you’ll add from now on. The others don’t change.
settings-reminders-off = 🔕 { BOLD("Reminders are off") }
ask-day-start =
    🌅 When does your day start?

    If you stay up past midnight, choose a later hour: until then, what you mark still counts for the day before.
ask-quiet =
    🌙 { BOLD("Quiet hours") }

    I won’t send you anything during these hours. A reminder that falls within them waits until they end.

    Tap, or send your own, like “22-7” or “22:30–07:15”.
quiet-unreadable = 🤔 I couldn’t read those hours. Send when they begin and end, like “22-7” or “22:30–07:15”.
ask-vacation =
    🏝 { BOLD("Vacation, or a pause of everything") }

    No reminders, and days without a mark don’t break your streaks. Then everything resumes by itself.

    Starting today? Tap how long. Other dates? Send the first and the last day, like “1.12–14.12” or “Dec 1 – Dec 14”.
vacation-open = ⏸ I’ve paused everything until you’re back: no reminders, and no broken streaks. What you mark still counts.
vacation-now = 🏝 You’re on vacation through { BOLD($to) }.
vacation-planned = 🏝 Your vacation: { BOLD($from) } – { BOLD($to) }.
vacation-unreadable = 🤔 I couldn’t read those dates. Send the first and the last day, like “1.12–14.12” or “Dec 1 – Dec 14”.
reminders-on = 🔔 Good! I’ll keep reminding you.
reminders-off = 🔕 All right, no more reminders. Your habits and streaks stay: /today

## Buttons

button-location = 📍 Share my location
button-clocks = 🕐 Choose by my clock
button-other-clock = 🕐 Another place or time
button-right-place = ✅ Yes, it’s { TIME($time) }
button-cancel = ✖️ Cancel
button-back = ‹ Back
button-continue = ▶️ Continue
button-start-over = 🆕 Start over
button-ready = Ready ›
button-create = ✅ Create
button-no-reminders = No reminders ›
button-today = 📅 Today
button-habits = 📋 Habits
button-settings = ⚙️ Settings
button-new-habit = ➕ New habit
button-another-habit = ➕ Another one
button-archive = 🗄 Archive ({ $count })
button-back-to-habits = ‹ Habits
button-back-to-archive = ‹ Archive
button-reminders = ⏰ Reminders
button-pause = ⏸ Pause
button-resume = ▶️ Resume
button-put-away = 🗄 Archive
button-restore = ↩️ Restore
button-add-reminder = ➕ Add a time
button-remove-reminder = 🗑 Remove
button-change-timezone = 🌍 Timezone
button-day-start = 🌅 Day start
button-quiet = 🌙 Quiet hours
button-vacation = 🏝 Vacation, pause everything
button-default-window = ± New reminders
button-until-back = ⏸ Until I’m back
button-until-resumed = ⏸ Until I resume it
button-resume-all = ▶️ Resume everything
button-no-quiet = 🔔 No quiet hours
button-until-sunday = Until Sunday ({ $date })
button-weeks = { $weeks ->
    [one] 1 week
   *[other] { $weeks } weeks
}
button-end-vacation = ✖️ End the vacation
button-cancel-vacation = ✖️ Cancel the vacation
button-reminders-off = 🔕 Turn off all reminders
button-reminders-on = 🔔 Turn reminders on
button-back-to-settings = ‹ Settings

## Before Start, and the menu of commands

bot-description =
    Build habits that stick.

    ⏰ Reminders at your times, in your timezone
    ✅ Done, Skip or Later with one tap, right under the reminder
    🔥 Streaks, strength and a picture of your year
    🏝 Skips and vacations that don’t break a streak
    📥 Your history comes along from Loop Habit Tracker

    Tap Start: your first habit takes less than a minute.
bot-short-description = Habits with reminders at your times, one-tap answers, and streaks that survive a vacation.

command-today = Habits for today
command-new = Start a new habit
command-habits = All your habits
command-stats = Strength, streaks and pictures
command-settings = Language, time, quiet hours, vacation
command-help = What I can do
command-cancel = Stop what we’re doing

## Admins

admin-figures =
    🛠 { BOLD("Admin") }

    👥 Accounts: { $accounts }, reachable { $reachable }
    📋 Habits: { $habits }
    📬 In the queue: engaged { $engaged }, regular { $regular }, dormant { $dormant }, broadcast { $broadcast }
    📈 Reminders today (UTC): delivered { $delivered }, suppressed { $suppressed }, refused { $failed }, too late { $expired }, unknown { $uncertain }
    🧯 Dead letters: { $deadLetters }
admin-away = 🤷 I can’t read the figures right now. Nothing was sent.
admin-not-stored = 🤷 The server didn’t take this, so nothing was sent. The bot’s log says why.
admin-ask-text = ✍️ Send me the text for everybody, formatted as you like. You’ll see it before anybody else does.
admin-only-text = ✍️ Only text can go to everybody. Send a text, or /cancel.
admin-too-many-entities = ✂️ This text has { $count } links and other formatted parts, and the limit is { $most }. Send one with fewer, or /cancel.
admin-too-large = ✂️ With its links and formatting this text takes { $kilobytes } KB, and the limit is { $most } KB. Use fewer or shorter links and send it again, or /cancel.
admin-refused = 🤷 Telegram doesn’t accept this text. Send another one, or /cancel.
admin-confirm = ☝️ This is how it’ll look. Recipients: { $recipients }. To replace it, send another text.
admin-not-sent = 🤷 This text wasn’t sent: there’s a newer one.
admin-broadcast-running = 📣 { BOLD("On its way to everybody") }, after all reminders
admin-broadcast-done = ✅ { BOLD("Sent to everybody") }
admin-broadcast-cancelled = ✖️ { BOLD("Cancelled") }
admin-broadcast-figures =
    Delivered: { $delivered }
    Refused: { $failed }
    Not sent: { $suppressed }
    Unknown: { $uncertain }
    Left: { $left }
admin-button-refresh = 🔄 Refresh
admin-button-write = 📣 Write to everybody
admin-button-last = 📣 The last broadcast
admin-button-test = 🧪 Send it to me first
admin-test-sent = It’ll reach you just as it’ll reach everybody: after all reminders
admin-button-send = ✅ Send to { $recipients }
admin-button-stop = ✋ Stop
admin-button-activity = 📈 Activity
admin-button-delivery = 🚚 Delivery
admin-button-days = { $days } days
admin-activity-title = Activity
admin-activity = 📈 The last { $days } days, UTC. Today isn’t over yet.
admin-activity-new = New people: { $total } (today { $today })
admin-activity-active = Active people, each day (today { $today })
admin-activity-checkIns = Check-ins: { $total } (today { $today })
admin-delivery = 🚚 { BOLD("Delivery") }
admin-queue = 📬 In the queue
admin-queue-tier = • { $tier }: { $waiting }
admin-queue-oldest = • { $tier }: { $waiting }, the oldest for { $age }
admin-tier-engaged = engaged
admin-tier-regular = regular
admin-tier-dormant = dormant
admin-tier-broadcast = broadcast
admin-lateness = ⏱ Lateness of delivered reminders
admin-lateness-lately = • the last hour or two: half within { $p50 }, 99% within { $p99 } (of { $count })
admin-none-lately = • the last hour or two: nothing delivered
admin-lateness-day = • 24 hours: half within { $p50 }, 99% within { $p99 } (of { $count })
admin-none-day = • 24 hours: nothing delivered
admin-budget = 🎚 Budget: { $used } of { $whole } messages used in the last second
admin-pause = ⏸ Everybody waits { $left } more after a 429: { $because }
admin-held = ✋ Chats held after a 429: { $count }
admin-share = 📉 After a 429 the rate is down to { $percent }%, and it’s climbing back
admin-no-limits = ✅ No 429 is holding anything up
admin-dead = 🧯 Dead letters: { $count }
admin-seconds = { $count } s
admin-minutes = { $count } min
admin-hours = { $count } h
admin-button-find = 🔎 Find a person
admin-ask-id = 🔎 Send me the person’s numeric id.
admin-no-id = 🤔 That isn’t a numeric id. Send only digits, like 123456789, or /cancel.
admin-person = 👤 { BOLD($id) }
admin-person-unknown = Nobody with this id has pressed Start.
admin-person-newer = 🤷 A newer version wrote something about this person that I can’t read yet.
admin-person-account = Language { $locale }, timezone { $timezone }, the day starts at { $dayStartsAt }
admin-person-quiet = 🌙 Quiet from { $from } to { $to }
admin-person-blocked = 🚫 Blocked the bot
admin-person-stopped = 🔕 Wants no reminders
admin-person-premium = ⭐ Premium until { $date }
admin-person-premium-ended = ⭐ Premium ended on { $date }
admin-person-habits = 📋 Habits: { $count }
admin-person-more = …and { $count } more
admin-person-events = 🧾 Latest events (UTC)
admin-person-deliveries = 📬 Latest deliveries (UTC)
admin-person-unreadable = ⚠️ Can’t be read: { $count }
admin-late = +{ $seconds } s
admin-button-refund = ↩️ Refund { $stars } ⭐ (until { $date })
admin-ask-refund = ↩️ Refund { $stars ->
    [one] 1 Star
   *[other] { $stars } Stars
} to { $id }? What they paid for ends at once, and it won’t be renewed.
admin-button-refund-sure = Yes, refund them
admin-button-figures = ‹ Figures

## Premium

premium-offer =
    ⭐ { BOLD("Premium") }

    More than { $freeHabits ->
        [one] 1 habit
       *[other] { $freeHabits } habits
    }, and more than { $freeReminders ->
        [one] 1 reminder
       *[other] { $freeReminders } reminders
    } for each of them. What you have now stays yours either way.

    { $stars ->
        [one] 1 Telegram Star
       *[other] { $stars } Telegram Stars
    } for 30 days. Telegram renews it until you cancel, and you can do that here at any time.
premium-renewed = ⭐ You have premium, paid until { BOLD($date) }. Telegram will renew it automatically unless you cancel.
premium-until = ⭐ You have premium until { BOLD($date) }. It won’t be renewed.
premium-ended = Your premium ended on { $date }. All your habits are still here.
premium-none = You don’t have premium.
premium-thanks = 🎉 Thank you! Your payment has arrived.
premium-twice = 🎉 Thank you! You already had a subscription: its renewal is cancelled now, and only the new one goes on. Didn’t mean to pay twice? /paysupport
premium-twice-running = 🎉 Thank you! You already had a subscription, and both are renewed now. Please cancel one in Telegram (Settings → My Stars). Didn’t mean to pay twice? /paysupport
premium-refunded = ↩️ { $stars ->
    [one] 1 Star was
   *[other] { $stars } Stars were
} returned to you.
renewal-allowed = 👉 Now turn the renewal on in Telegram: Settings → My Stars.
ask-renewal-off = Cancel the renewal? You’ll keep premium until { BOLD($date) }, and no more Stars will be charged.
limit-habits =
    ⭐ { $most ->
        [one] One habit at a time is
       *[other] { $most } habits at a time are
    } free. To add more, get premium, or archive one you don’t need now.
limit-reminders =
    ⭐ { $most ->
        [one] One reminder for a habit is
       *[other] { $most } reminders for a habit are
    } free. To add more, get premium.
pay-support = 💬 Questions about a payment? Write to { $support }. We’ll answer there, and can refund your Stars.
pay-support-none = 💬 Premium isn’t sold at the moment.
pay-support-charge = Your last payment (please include it): { $charge }
stars-away = 🤷 Telegram’s payments aren’t responding right now. Please try again a little later.
toast-stars-away = Telegram’s payments aren’t responding right now. Please try again later.
toast-renewal-off = No more Stars will be charged
button-premium = ⭐ Premium
button-pay = ⭐ Pay { $stars }
button-renewal-off = Cancel the renewal
button-renewal-off-sure = Yes, cancel it
button-premium-keep = ‹ Keep premium
button-renewal-on = Allow the renewal again
invoice-title = Premium
invoice-description = More habits and more reminders for 30 days. Renewed until you cancel.
command-premium = More habits and reminders
payment-off = Premium isn’t sold at the moment. Nothing was paid.
payment-other-person = This offer was made to somebody else. Send me /premium to get your own.
payment-other-price = The price has changed since. Send me /premium to see the new one.

## The calendar page

button-calendar = 🗓 Calendar
page-title = Habits
page-loading = Loading your habits…
page-empty = No habits yet
page-empty-how = Make your first one in the chat with /new.
page-unregistered = Press Start in the chat and set your timezone first. Then your habits show up here.
page-outside = This page opens from the chat, with the Calendar button.
page-expired = This page has been open for too long. Close it and open it again from the chat.
page-away = Can’t reach your habits right now. Trying again…
page-throttled = That was a lot at once. I’ll go on in a moment…
page-not-saved = That couldn’t be saved. Please try again later.
page-failed = Something went wrong. Please try again.
page-saving = Saving…
page-today = Today
page-earlier = Earlier month
page-later = Later month
page-year = Last 12 months
page-year-short = Year
page-reorder = Change the order
page-month = Month
page-close = Close
page-strength = Strength { $percent }
page-strength-up = +{ $points } today
page-strength-down = −{ $points } today
page-move = Move { $habit }
page-move-how = Drag a habit by its handle. With a keyboard: Space, the arrow keys, then Space again; Escape takes it back.
page-moving = { $habit }, place { $place } of { $places }
page-moved = { $habit } is now at place { $place } of { $places }
page-not-moved = { $habit } stays where it was
page-day = { $habit }, { $date }, { $state }
page-amount-of = { $amount } of { $target }
page-amount-most = { $amount }, at most { $target }
page-amount-short = { $amount } { $what }
page-amount-word = { $amount } { $what }
page-silent = a day without a record doesn’t count as done
page-done = Done
page-not-done = Not done
page-skip = Skip
page-clear = Clear
page-save = Save
page-how-much = How much?
page-less = Less by { $amount }
page-more = More by { $amount }
page-paused = Paused
page-paused-until = Paused through { $date }
page-other = Other habits
page-state-kept = done
page-state-within = within the limit
page-state-automatic = nothing needed
page-state-partly = partly done
page-state-missed = not done
page-state-over = over the limit
page-state-skipped = skipped
page-state-away = day off
page-state-off = not planned
page-state-none = no answer
page-state-future = still to come
## Bringing habits from another tracker

import-how =
    📦 { BOLD("Bring your habits along") }

    Send me the file that your tracker exports, as a file:
    • Loop Habit Tracker: the backup (.db) or the CSV export (.zip)
    • HabitBull: the .csv, HabitKit: the .json
    • Tickmate and Rewire: the backup (.db)
    • Habitstream: the .json that /export gives you

    You’ll see what’s in it before anything is saved.
import-title = 📦 { BOLD($source) }
import-habits = { $habits ->
    [one] { $habits } habit
   *[other] { $habits } habits
}
import-days = { $days ->
    [one] { $days } day
   *[other] { $days } days
}
import-range = from { $from } to { $to }
import-date = on { $date }
import-habit = ▫️ { BOLD($name) }: { $days ->
    [0] no days yet
    [one] { $days } day
   *[other] { $days } days
}
import-habit-archived = 🗄 { BOLD($name) }: { $days ->
    [0] no days yet
    [one] { $days } day
   *[other] { $days } days
}
import-habit-known = ↪️ { BOLD($name) }, already yours: { $days ->
    [0] nothing new
    [one] { $days } new day
   *[other] { $days } new days
}
import-habit-renamed = ↪️ { BOLD($name) }, already yours as { BOLD($now) }: { $days ->
    [0] nothing new
    [one] { $days } new day
   *[other] { $days } new days
}
import-notes = 📝 { $count ->
    [one] And a note beside a day
   *[other] And { $count } notes beside days
}
import-more = …and { $count } more
import-nothing-new = ✅ You already have all of this. There’s nothing new to import.
import-left-out = Left out:
import-dates-day-first = 🗓 Dates are read as day/month/year.
import-dates-month-first = 🗓 Dates are read as month/day/year.
import-encoding = 🔤 The text is read as { $encoding }. Check the names above.
import-wal = 📎 I’ve also read the changes in the .db-wal file beside it.
import-which-dates = 🗓 The dates in this file can be read in two ways. Which one is right?
import-done = ✅ { BOLD($source) } is here: { $habits }, { $days }.
import-cancelled = Nothing was imported.
left-computed = days that the other app filled in by itself: { $count }
left-unreadableDate = lines whose date I can’t read: { $count }
left-unreadableValue = lines whose value I can’t read: { $count }
left-sameDayTwice = second entries of the same day: { $count }
left-future = days in the future: { $count }
left-tooOld = days more than 27 years ago: { $count }
left-kept = days that already have another answer here (kept): { $count }
left-otherGoal = amounts of habits that are yes or no here: { $count }
left-unknownHabit = entries of habits that aren’t in the file: { $count }
left-otherKind = entries of a kind that doesn’t exist here: { $count }
left-noReminders = reminders: this kind of file has none. Set them in /habits
left-unreadableReminder = reminders whose time or days I can’t read: { $count }
left-tooManyReminders = reminders beyond twelve for a habit: { $count }
left-noTarget = targets that aren’t in the file, so any amount counts as done: { $count }
left-nameMissing = empty names (those habits get a number instead): { $count }
left-nameShortened = the ends of names longer than 64 characters: { $count }
left-textShortened = the ends of texts that are too long: { $count }
left-otherFrequency = frequencies that don’t exist here, so the habit is daily: { $count }
left-pauses = earlier pauses: { $count }
left-goalHistory = earlier goals (the newest one applies to all days): { $count }
refused-empty = 📄 This file is empty.
refused-unknown = 🤷 I don’t know this kind of file. See what I can read: /import
refused-tooLarge = 🐘 This file is too large for me: the limit is 20 MB, or 128 MB unpacked.
refused-tooManyRows = 🐘 There are more than 600,000 lines in this file. Nobody has that many days, so nothing was imported.
refused-tooManyHabits = 🐘 With this file you’d have more than 500 habits. Nothing was imported.
refused-brokenArchive = 💔 This zip is damaged, or only a part of it arrived. Export it once more.
refused-lockedArchive = 🔒 This zip has a password. Export it without one.
refused-unsafeArchive = ⛔ This zip has paths that lead out of it. No tracker makes those, so I haven’t opened it.
refused-emptyArchive = 📄 There’s no file in this zip that I could read.
refused-severalExports = 🤷 There are several exports in this zip. Send them one by one.
refused-brokenDatabase = 💔 This database is damaged, or only a part of it arrived. Export it once more.
refused-emptyDatabase = 📄 This database is empty: there are no tables in it.
refused-unknownDatabase = 🤷 This is a database of an app that I don’t know. See what I can read: /import
refused-newerDatabase = 🆕 This backup comes from a newer Loop than I know. Send its CSV export (.zip) instead.
refused-walAlone = 📎 This is only the log of a database (-wal). Send the .db itself, or both in one zip.
refused-partOfLoop = 🧩 This is only a part of Loop’s export. Send the whole .zip.
refused-spreadsheet = 📊 A spreadsheet has no goals and no reminders. Send “Everything (.json)” from /export instead.
refused-brokenText = 💔 I can’t make out the text in this file. Export it once more, without changing it.
refused-datesContradict = 🗓 Some dates in this file have the day first and others the month. Export it once more, without changing it.
refused-noHabits = 📄 There are no habits in this file.
refused-tookTooLong = ⏳ This file took too long to read, so I gave up. Nothing was imported.
refused-gone = 🤷 Telegram doesn’t give me this file any more. Send it again.
button-import = ✅ Import
toast-importing = Importing…
toast-reading = Reading…
toast-file-gone = 🤷 I can’t see the file any more. Send it again.
command-import = Import habits from another tracker

## Taking everything along

export-title =
    📤 { BOLD("Take your data with you") }

    { BOLD("Loop") }: opens in Loop Habit Tracker. The backup has your reminders; the zip can be read without the app.
    { BOLD("Spreadsheet") }: one line for each habit and day.
    { BOLD("Everything") }: also settings, pauses and vacations. I can read it back.
export-caption = 📤 { $habits }, { $days }
export-none = 🌱 There’s nothing to export yet. Make your first habit: /new
button-export = 📤 Export my data
button-export-loopDb = Loop, backup (.db)
button-export-loopZip = Loop, zip (.zip)
button-export-csv = Spreadsheet (.csv)
button-export-json = Everything (.json)
toast-exporting = Writing your file…
command-export = Take your data with you
