import { runService } from '#services/runtime/process.ts';
import { tickSettings } from './config.ts';
import { start } from './start.ts';

await runService('tick', tickSettings, start);
