import { runService } from '#services/platform/process/run-service.ts';
import { tickSettings } from './config.ts';
import { start } from './start.ts';

await runService('tick', tickSettings, start);
