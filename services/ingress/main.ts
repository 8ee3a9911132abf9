import { runService } from '#services/platform/process/run-service.ts';
import { ingressSettings } from './config.ts';
import { start } from './start.ts';

await runService('ingress', ingressSettings, start);
