import {
  acksOf,
  consumerState,
  consumerStates,
  contentsOf,
  erasureFrom,
  INVENTORY,
  inboxPrefixOf,
  nextMessages,
  pauseOf,
  removalOf,
  removalsFrom,
  restorationOf,
  restoredParts,
  stateOf,
  watchOf,
} from '#contracts/jetstream-api.ts';
import { streamOfBucket } from '#contracts/streams.ts';
import { keysOfBucket, STREAM_SUBJECTS } from '#contracts/subjects.ts';
import { NATS_SERVICES, type Rights, SERVICE_RIGHTS } from './rights.ts';

/*
 * Users of nats-server, each with the least that it needs, as a part of the server's configuration file.
 */

/** May provision, read and repair everything, and never remove an event. */
export const OPERATOR = 'operator';
/** May give a server its streams back, which takes what it has away: no user of a server that runs from day to day. */
export const RESTORER = 'restorer';
export type NatsUser = (typeof NATS_SERVICES)[number] | typeof OPERATOR | typeof RESTORER;
export const NATS_USERS: readonly NatsUser[] = [...NATS_SERVICES, OPERATOR];

/** As nats-server's configuration has them, of which JSON is a part. */
type Permissions = {
  publish: { allow: string[]; deny?: string[] };
  subscribe: { allow: string[] };
  allow_responses?: true;
};

/** What a user may say and hear. */
function permissionsOf(user: NatsUser): Permissions {
  const everything = ['>'];
  if (user === OPERATOR)
    return { publish: { allow: everything, deny: removalsFrom('EVENTS') }, subscribe: { allow: everything } };
  if (user === RESTORER)
    return { publish: { allow: RESTORING }, subscribe: { allow: [`${inboxPrefixOf(user)}.>`] } };
  const { hears = [], answers, ...rights }: Rights = SERVICE_RIGHTS[user];
  return {
    publish: { allow: [...new Set(allowed(rights))].sort() },
    subscribe: { allow: [`${inboxPrefixOf(user)}.>`, ...hears] },
    ...(answers && { allow_responses: true }),
  };
}

/** Streams go and come again, and who was forgotten is looked for in them. */
const RESTORING: string[] = [
  ...INVENTORY,
  ...[stateOf, removalOf, restorationOf, restoredParts, consumerStates].map((of) => of('*')),
  ...['EVENTS', 'TOMBSTONES', 'FORGETTING'].flatMap(contentsOf),
  STREAM_SUBJECTS.FORGETTING,
];

function allowed(rights: Rights): string[] {
  const {
    publishes,
    consumes,
    reads,
    knows,
    keeps,
    watches = [],
    follows = [],
    pauses = [],
    erases = [],
  } = rights;
  const kept = keeps.map(streamOfBucket);
  const consumed = consumes.map(({ stream }) => stream);
  return [
    ...INVENTORY,
    ...publishes,
    ...[...knows, ...reads, ...kept, ...consumed].map(stateOf),
    ...[...reads, ...kept].flatMap(contentsOf),
    ...keeps.map(keysOfBucket),
    ...watches.map(streamOfBucket).flatMap(watchOf),
    ...[...consumed, ...follows.map(({ stream }) => stream)].map(consumerStates),
    ...follows.map(({ stream, consumer }) => consumerState(stream, consumer)),
    ...pauses.map(({ stream, consumer }) => pauseOf(stream, consumer)),
    ...erases.map(erasureFrom),
    ...consumes.flatMap(({ stream, consumer }) => [
      nextMessages(stream, consumer),
      consumerState(stream, consumer),
      acksOf(stream, consumer),
    ]),
  ];
}

/** The variable in nats-server's environment that has a user's password. */
export const passwordVariable = (user: NatsUser): string => `NATS_PASSWORD_${user.toUpperCase()}`;

/**
 * The `authorization` block of a nats-server. By default a password is the value of an environment variable of nats-server, such as
 * `NATS_PASSWORD_BOT`, so that the file holds no secret.
 */
export function authorization(
  passwordOf: (user: NatsUser) => string = variableOf,
  known: readonly NatsUser[] = NATS_USERS,
): string {
  const users = known.map((user) => {
    const permissions = JSON.stringify(permissionsOf(user), undefined, 2);
    return `{ user: ${user}, password: ${passwordOf(user)}, permissions: ${permissions} }`;
  });
  return `authorization {\n  users: [\n${users.join('\n')}\n  ]\n}`;
}

const variableOf = (user: NatsUser) => `$${passwordVariable(user)}`;
