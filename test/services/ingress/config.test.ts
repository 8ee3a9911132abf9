import { describe, expect, it } from 'vitest';
import { ingressSettings } from '#services/ingress/config.ts';
import { readSettings, SettingsProblem } from '#services/platform/process/settings.ts';

const good = { NATS_URL: 'nats://127.0.0.1:4222', BOT_TOKEN: `1:${'a'.repeat(35)}` };
const webhook = { WEBHOOK_URL: 'https://bot.example.org/telegram', WEBHOOK_SECRET: 'a-Secret_1' };

function problems(environment: Record<string, string>): string[] {
  try {
    readSettings(ingressSettings, environment);
    return [];
  } catch (error) {
    if (!(error instanceof SettingsProblem)) throw error;
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(':')[0] ?? '');
  }
}

describe('settings of the ingress', () => {
  it('take both of the webhook, or none', () => {
    expect(readSettings(ingressSettings, { ...good, ...webhook })).toMatchObject({
      webhookUrl: webhook.WEBHOOK_URL,
      webhookSecret: webhook.WEBHOOK_SECRET,
      port: 8080,
      host: '127.0.0.1',
    });
    expect(readSettings(ingressSettings, good).webhookUrl).toBeUndefined();
    expect(problems({ ...good, WEBHOOK_URL: webhook.WEBHOOK_URL })).toEqual(['WEBHOOK_SECRET']);
    expect(problems({ ...good, WEBHOOK_SECRET: webhook.WEBHOOK_SECRET })).toEqual(['WEBHOOK_SECRET']);
  });

  it.each(['', 'with space', 'é', 'a'.repeat(257)])('refuse the secret %j', (secret) => {
    expect(problems({ ...good, ...webhook, WEBHOOK_SECRET: secret })).toEqual(['WEBHOOK_SECRET']);
  });

  it('name every problem at once', () => {
    const wrong = { BOT_TOKEN: 'x', WEBHOOK_URL: 'ftp://x', PORT: '99999', LOG_LEVEL: 'loud' };
    expect(problems(wrong).sort()).toEqual(
      ['BOT_TOKEN', 'LOG_LEVEL', 'NATS_URL', 'PORT', 'WEBHOOK_SECRET', 'WEBHOOK_URL'].sort(),
    );
  });
});
