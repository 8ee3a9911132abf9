import { classify, openTelegram, type Telegram } from '#services/platform/telegram/client.ts';
import { type Examination, type Finding, ok, problem, unknown, warning, warningUnless } from './finding.ts';

export type TelegramSettings = {
  botToken?: string | undefined;
  telegramApiRoot: string;
  /** Where ingress has Telegram call us; absent: it polls. */
  webhookUrl?: string | undefined;
};

const TIMEOUTS = { connectMs: 5_000, answerMs: 5_000 };
/** What Telegram says of an error stays there for ever; an older one is past. */
const RECENT_S = 600;
const MANY_PENDING = 100;

/** Whether Telegram is reached with this token, what it knows of the bot, and where it brings updates. */
export function telegram(
  { botToken, telegramApiRoot, webhookUrl }: TelegramSettings,
  nowMs: number,
): Examination {
  return {
    about: 'Telegram',
    async look() {
      if (botToken === undefined)
        return [unknown('Telegram', 'not asked', 'set BOT_TOKEN, as the bot has it')];
      const { api } = openTelegram({
        ...{ token: botToken, apiRoot: telegramApiRoot.replace(/\/$/, ''), timeouts: TIMEOUTS },
      });
      try {
        const me = await api.getMe();
        return [
          ok('Telegram', `is reached, the bot is @${me.username}`),
          groups(me.can_join_groups === true),
          ...webhookFindings(await api.getWebhookInfo(), webhookUrl, nowMs),
        ];
      } catch (error) {
        return [failure(error)];
      }
    },
  };
}

/** Nothing is wrong with it: the bot says that it is for one person, and goes. */
function groups(canJoin: boolean): Finding {
  if (!canJoin) return ok('groups', 'nobody may add the bot');
  const found = ok('groups', 'anybody may add the bot, which leaves at once');
  return { ...found, advice: '/setjoingroups at @BotFather turns that off' };
}

function failure(error: unknown): Finding {
  const failed = classify(error);
  const cause = 'cause' in failed ? failed.cause : undefined;
  const code =
    typeof cause === 'object' && cause !== null && 'error_code' in cause ? cause.error_code : undefined;
  if (code === 401 || code === 404)
    return problem(
      'Telegram',
      'does not accept BOT_TOKEN',
      'take the one that @BotFather shows, for every process',
    );
  if (failed.kind === 'refused' || failed.kind === 'limited')
    return warning('Telegram', `answers ${failed.kind}`, 'try again in a minute');
  return problem('Telegram', 'is not reached', 'see TELEGRAM_API_ROOT, the network and its firewalls');
}

type WebhookInfo = Awaited<ReturnType<Telegram['api']['getWebhookInfo']>>;

function webhookFindings(info: WebhookInfo, wanted: string | undefined, nowMs: number): Finding[] {
  const about = 'webhook';
  const { url = '', pending_update_count: pending, last_error_date: errorAt = 0, last_error_message } = info;
  const isOurs = url === (wanted ?? '');
  const is = url === '' ? 'none, updates are polled' : url;
  return [
    isOurs
      ? ok(about, is)
      : problem(
          about,
          `${is}; WEBHOOK_URL says ${wanted ?? 'none'}`,
          'start ingress, which sets it; if it was set since, another program has this token',
        ),
    warningUnless(
      pending < MANY_PENDING,
      'updates',
      `${pending} wait at Telegram`,
      'is an ingress running, and does Telegram reach it?',
    ),
    ...(nowMs / 1000 - errorAt < RECENT_S
      ? [
          warning(
            about,
            `Telegram could not bring an update: ${last_error_message}`,
            'look at the proxy and the certificate before ingress',
          ),
        ]
      : []),
  ];
}
