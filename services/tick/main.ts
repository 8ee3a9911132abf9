import { runService } from '#services/platform/process/run-service.ts';
import { tickService } from './service.ts';

await runService(tickService);
