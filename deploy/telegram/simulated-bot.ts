/** The bot of a simulator that nobody told another. It takes any token; this one cannot belong to a real bot. */
export const SIMULATED_BOT = {
  botToken: '1000000:simulated-telegram-on-this-machine',
  botName: 'Habitstream',
  botUsername: 'habitstream_bot',
} as const;
