import { runService } from '#services/platform/process/run-service.ts';
import { ingressService } from './service.ts';

await runService(ingressService);
