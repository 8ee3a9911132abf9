// Vitest's workers outlive a main process that is killed, and with them the servers of their tests. The closed channel
// to the main process tells a worker to end. vitest.config.ts runs this file in every worker.
process.once('disconnect', () => process.exit(1));
