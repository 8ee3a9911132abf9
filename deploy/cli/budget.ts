import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { connectNats, verifyProvisioned } from '#services/platform/jetstream/connection.ts';
import { createLog } from '#services/platform/process/log.ts';
import { natsSettings, readSettings } from '#services/platform/process/settings.ts';
import {
  type BudgetControl,
  type BudgetView,
  openBudgetControl,
} from '#services/platform/rate-limit/budget-control.ts';
import { operatorEnvironment } from '../local/running.ts';
import { WrongUsage } from './usage.ts';

const settings = z.object(natsSettings);

type Action = (budget: BudgetControl, json: boolean) => Promise<void>;

const actions: Record<string, Action> = { show, resume };

/** `habitstream budget show [--json] | resume`. */
export async function budgetCommand([name = '', ...args]: string[]): Promise<void> {
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (!action) throw new WrongUsage('Say what to do with the budget.');
  const { values } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } });
  const login = readSettings(settings, await operatorEnvironment(process.env));
  const nats = await connectNats(login, 'budget');
  try {
    await verifyProvisioned(nats);
    const budget = await openBudgetControl(nats, createLog('budget', 'warn', process.stderr));
    await action(budget, values.json);
    budget.stop();
  } finally {
    await nats.close();
  }
}

async function show(budget: BudgetControl, json: boolean): Promise<void> {
  const view = await budget.view();
  console.log(json ? JSON.stringify(view) : lines(view).join('\n'));
}

async function resume(budget: BudgetControl): Promise<void> {
  const { pause, held, nowMs } = await budget.resume(randomUUID());
  if (pause) console.log(`Ended the pause ${secondsLeft(pause.untilMs, nowMs)} before its end.`);
  if (held.length > 0) console.log(`Let ${chats(held.length)} go.`);
  if (!pause && held.length === 0) console.log('There was no pause, and no chat was held.');
}

const MOST_SHOWN = 20;

function lines({ nowMs, rates: { whole, bulk }, share, pause, held }: BudgetView): string[] {
  const reason = pause?.because ? ` (${pause.because})` : '';
  return [
    whole === 0
      ? 'rate    nothing was booked yet'
      : `rate    ${rate(whole)} messages a second, ${rate(bulk)} of them reminders and broadcasts (at the last booking)`,
    `share   ${Math.round(share * 100)}% of the configured rate${share < 1 ? ', a twentieth more each 15 s' : ''}`,
    pause
      ? `pause   until ${new Date(pause.untilMs).toISOString()}, ${secondsLeft(pause.untilMs, nowMs)} more${reason}`
      : 'pause   none',
    `held    ${held.length === 0 ? 'no chat' : chats(held.length)}`,
    ...held
      .slice(0, MOST_SHOWN)
      .map(({ chatId, untilMs }) => `        ${chatId} until ${new Date(untilMs).toISOString()}`),
  ];
}

const rate = (perSecond: number): string => String(Math.round(perSecond * 10) / 10);
const secondsLeft = (untilMs: number, nowMs: number): string => `${Math.ceil((untilMs - nowMs) / 1000)} s`;
const chats = (count: number): string => (count === 1 ? '1 chat' : `${count} chats`);
