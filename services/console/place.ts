/** Where in the pipeline something is: a part of the picture, by its id. */
export type Place = 'ingress' | 'bot' | 'projector' | 'tick' | 'shards' | 'sender' | 'telegram' | 'dead';
