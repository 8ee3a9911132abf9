import { z } from 'zod';
import { SIMULATED_BOT } from './simulated-bot.ts';
import { startSimulator } from './start.ts';

/*
 * The simulated Telegram as a process of its own, for services that run as processes of their own:
 * `npm run start:telegram`. Its port is `PORT` (8080), its chats are in `DATA_DIR` (.habitstream).
 */

const settings = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  DATA_DIR: z.string().default('.habitstream'),
  BOT_TOKEN: z.string().default(SIMULATED_BOT.botToken),
});

const { PORT: port, DATA_DIR: dataDir, BOT_TOKEN: botToken } = settings.parse(process.env);
const simulator = await startSimulator({
  ...SIMULATED_BOT,
  ...{ port, botToken, host: '127.0.0.1', dataDir: `${dataDir}/telegram` },
  log: (line) => console.error(line),
});
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void simulator.stop().then(() => process.exit(0)));
console.log(`Chat: ${simulator.url}`);
console.log(`Services: TELEGRAM_API_ROOT=${simulator.url} BOT_TOKEN=${botToken}`);
