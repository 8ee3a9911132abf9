import { runService } from '#services/platform/process/run-service.ts';
import { senderService } from './service.ts';

await runService(senderService);
