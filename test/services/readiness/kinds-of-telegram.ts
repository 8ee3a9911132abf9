import { senderConsumer } from '#contracts/consumers.ts';
import { startSimulator } from '#deploy/telegram/start.ts';
import { pauseFleet } from '../sender/people.ts';
import {
  databaseAway,
  deleteConsumer,
  deleteStream,
  type Kind,
  pauseConsumer,
  pollBeside,
  remind,
  sayHello,
  wakePoll,
} from './causes.ts';
import { TOKEN } from './fixture.ts';

/** Of the services that speak with Telegram: sender, bot and ingress. */
export const TELEGRAM_KINDS: readonly Kind[] = [
  {
    service: 'sender',
    name: 'a pause in force',
    says: /^budget: Telegram asked for a pause: nothing is sent before \d{4}-/m,
    async cause({ nats }) {
      await pauseFleet(nats, 45_000);
      return async () => {};
    },
  },
  {
    service: 'sender',
    name: 'the budget store away',
    says: /^budget: its store does not answer: nothing is sent/m,
    cause: (fixture) => deleteStream(fixture, 'KV_pacer'),
  },
  {
    service: 'sender',
    name: 'a token that Telegram does not accept any more',
    says: /^Telegram: does not accept BOT_TOKEN since /m,
    async cause(fixture) {
      await fixture.telegram.fault({ method: 'sendMessage', status: 401 });
      await remind(fixture);
      return () => fixture.telegram.clearFaults();
    },
  },
  {
    service: 'sender',
    name: 'Telegram away',
    says: /^Telegram: cannot be reached since /m,
    async cause(fixture) {
      const port = Number(new URL(fixture.simulator.url).port);
      await fixture.simulator.stop();
      await remind(fixture);
      return async () => {
        const again = await startSimulator({ port, host: '127.0.0.1', botToken: TOKEN });
        fixture.replaceSimulator(again);
      };
    },
  },
  {
    service: 'sender',
    name: 'send records that cannot be written',
    says: /^sends: none can be sent \(\w+.*\) since /m,
    async cause(fixture) {
      const cure = await deleteStream(fixture, 'KV_sending');
      await remind(fixture);
      return cure;
    },
  },
  {
    service: 'sender',
    name: 'a consumer that is paused',
    says: /^paused consumers: until .*"nats consumer resume REMINDERS": sender-engaged$/m,
    cause: (fixture) => pauseConsumer(fixture, 'REMINDERS', senderConsumer('engaged').name),
  },
  {
    service: 'sender',
    name: 'Postgres away',
    says: /^Postgres: does not answer/m,
    cause: (fixture) => databaseAway(fixture),
  },
  {
    service: 'bot',
    name: 'a consumer that was deleted',
    says: /^consumers: not there, run "npm run habitstream -- provision": bot-03$/m,
    cause: (fixture) => deleteConsumer(fixture, 'UPDATES', 'bot-03'),
  },
  {
    service: 'bot',
    name: 'all consumers with their stream',
    says: /^consumers: not there, .*: bot-00, bot-01, bot-02 and 29 more$/m,
    cause: (fixture) => deleteStream(fixture, 'UPDATES'),
  },
  {
    service: 'bot',
    name: 'updates that all fail',
    says: /^messages: nothing but failures \(\w+.*\) since .*: bot-\d\d$/m,
    async cause(fixture) {
      const cure = await deleteStream(fixture, 'KV_throttle');
      // Each of them is dead-lettered after a few seconds.
      let updateId = 1;
      const saying = setInterval(() => void sayHello(fixture, updateId++), 2_000);
      return async () => {
        clearInterval(saying);
        await cure();
        await sayHello(fixture, updateId);
      };
    },
  },
  {
    service: 'bot',
    name: 'a token that Telegram does not accept any more',
    says: /^Telegram: does not accept BOT_TOKEN since /m,
    async cause(fixture) {
      await fixture.telegram.fault({ method: 'sendMessage', status: 401 });
      await sayHello(fixture);
      return () => fixture.telegram.clearFaults();
    },
  },
  {
    service: 'bot',
    name: 'the budget store away',
    says: /^budget: its store does not answer: nothing is sent/m,
    cause: (fixture) => deleteStream(fixture, 'KV_pacer'),
  },
  {
    service: 'ingress',
    name: 'another program that polls with the same token',
    says: /^polling: refused \(409\), another program polls with this BOT_TOKEN or has set a webhook/m,
    cause: pollBeside,
  },
  {
    service: 'ingress',
    name: 'a token that Telegram does not accept any more, when polling',
    says: /^polling: Telegram refuses \(401\) since /m,
    async cause({ telegram }) {
      await telegram.fault({ method: 'getUpdates', status: 401 });
      await wakePoll({ telegram });
      return () => telegram.clearFaults();
    },
  },
  {
    service: 'ingress',
    name: 'Telegram away, when polling',
    says: /^polling: Telegram cannot be reached since /m,
    async cause({ telegram }) {
      await telegram.fault({ method: 'getUpdates', dropBefore: true });
      await telegram.fault({ method: 'deleteWebhook', dropBefore: true });
      await wakePoll({ telegram });
      return () => telegram.clearFaults();
    },
  },
  {
    service: 'ingress',
    name: 'updates that cannot be stored, when polling',
    says: /^polling: updates cannot be stored \(\w+.*\) since /m,
    async cause(fixture) {
      const cure = await deleteStream(fixture, 'UPDATES');
      await wakePoll(fixture);
      return cure;
    },
  },
  {
    service: 'ingress',
    name: 'the store of the lease away',
    says: /^lease: no process can have it \(\w+.*\) since /m,
    cause: (fixture) => deleteStream(fixture, 'KV_leases'),
  },
  {
    service: 'ingress',
    name: 'a webhook that could not be set',
    says: /^webhook: Telegram does not know yet that it is to bring updates here/m,
    webhook: true,
    before: ({ telegram }) => telegram.fault({ method: 'setWebhook', status: 500 }),
    cause:
      async ({ telegram }) =>
      () =>
        telegram.clearFaults(),
  },
  {
    service: 'ingress',
    name: 'a webhook that another program removed',
    says: /^webhook: Telegram does not bring updates here: another program/m,
    webhook: true,
    async cause({ simulator, webhookUrl }) {
      await fetch(`${simulator.url}/bot${TOKEN}/deleteWebhook`);
      return () =>
        fetch(
          `${simulator.url}/bot${TOKEN}/setWebhook?url=${encodeURIComponent(webhookUrl)}&secret_token=secret`,
        );
    },
  },
  {
    service: 'ingress',
    name: 'updates that cannot be stored, with a webhook',
    says: /^updates: none can be stored \(\w+.*\) since /m,
    webhook: true,
    async cause(fixture) {
      const cure = await deleteStream(fixture, 'UPDATES');
      await wakePoll(fixture);
      return cure;
    },
  },
];
