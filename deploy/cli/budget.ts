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
import type { Rates } from '#services/platform/rate-limit/slots.ts';
import { operatorEnvironment } from '../local/running.ts';
import { ratesFrom } from './budget-rates.ts';
import { WrongUsage } from './usage.ts';

const settings = z.object(natsSettings);

/** Reads its arguments, and returns what is to be done. */
type Action = (args: string[]) => (budget: BudgetControl) => Promise<void>;

const actions: Record<string, Action> = { show, set, resume };

/** `habitstream budget show [--json] | set --rate N [--bulk-rate N] [--paid-broadcast] | set --default | resume`. */
export async function budgetCommand([name = '', ...args]: string[]): Promise<void> {
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (!action) throw new WrongUsage('Say what to do with the budget.');
  const act = action(args);
  const login = readSettings(settings, await operatorEnvironment(process.env));
  const nats = await connectNats(login, 'budget');
  try {
    await verifyProvisioned(nats);
    const budget = await openBudgetControl(nats, createLog('budget', 'warn', process.stderr));
    await act(budget);
    budget.stop();
  } finally {
    await nats.close();
  }
}

function show(args: string[]) {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } });
  return async (budget: BudgetControl) => {
    const view = await budget.view();
    console.log(values.json ? JSON.stringify(view) : lines(view).join('\n'));
  };
}

function set(args: string[]) {
  const rates = ratesFrom(args);
  return async (budget: BudgetControl) => {
    const { live, rates: booked } = await budget.setRates(rates);
    const before = live ?? booked;
    if (rates)
      console.log(`All processes book ${described(rates)} from now on; before, ${described(before)}.`);
    else if (live) console.log(`The settings of the services hold again, instead of ${described(live)}.`);
    else console.log('Nothing was set live: the settings of the services hold.');
  };
}

function resume(args: string[]) {
  parseArgs({ args, options: {} });
  return async (budget: BudgetControl) => {
    const { pause, held, nowMs } = await budget.resume(randomUUID());
    if (pause) console.log(`Ended the pause ${secondsLeft(pause.untilMs, nowMs)} before its end.`);
    if (held.length > 0) console.log(`Let ${chats(held.length)} go.`);
    if (!pause && held.length === 0) console.log('There was no pause, and no chat was held.');
  };
}

const MOST_SHOWN = 20;

function lines({ nowMs, rates, live, share, pause, held }: BudgetView): string[] {
  const reason = pause?.because ? ` (${pause.because})` : '';
  return [
    `rate    ${described(rates)}${rates.whole === 0 ? '' : ' (at the last booking)'}`,
    live
      ? `from    budget set, at ${new Date(live.sinceMs).toISOString()}: ${described(live)}; "budget set --default" ends it`
      : 'from    SEND_RATE and BULK_RATE of the services',
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

const described = ({ whole, bulk }: Rates): string =>
  whole === 0
    ? 'nothing was booked yet'
    : `${rate(whole)} messages a second, ${rate(bulk)} of them reminders and broadcasts`;
const rate = (perSecond: number): string => String(Math.round(perSecond * 10) / 10);
const secondsLeft = (untilMs: number, nowMs: number): string => `${Math.ceil((untilMs - nowMs) / 1000)} s`;
const chats = (count: number): string => (count === 1 ? '1 chat' : `${count} chats`);
