import { runService } from '#services/runtime/process.ts';
import { ingressSettings } from './config.ts';
import { start } from './start.ts';

await runService('ingress', ingressSettings, start);
