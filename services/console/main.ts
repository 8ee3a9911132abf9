import { runService } from '#services/platform/process/run-service.ts';
import { consoleService } from './service.ts';

await runService(consoleService);
