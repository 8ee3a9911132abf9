import { runService } from '#services/platform/process/run-service.ts';
import { forgettingService } from './service.ts';

await runService(forgettingService);
