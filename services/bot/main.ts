import { runService } from '#services/platform/process/run-service.ts';
import { botService } from './service.ts';

await runService(botService);
