// Vitest's workers outlive a main process that is killed, and with them the servers of their tests. Their
// channel to it closes then, which is how they learn of it. Run in every worker, by vitest.config.ts.
process.once('disconnect', () => process.exit(1));
