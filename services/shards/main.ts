import { runService } from '#services/platform/process/run-service.ts';
import { shardsService } from './service.ts';

await runService(shardsService);
