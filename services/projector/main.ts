import { runService } from '#services/platform/process/run-service.ts';
import { projectorService } from './service.ts';

await runService(projectorService);
