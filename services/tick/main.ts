import { runService } from '../runtime/process.ts';
import { configSchema } from './config.ts';
import { start } from './start.ts';

await runService('tick', configSchema, start);
