import { fileURLToPath } from 'node:url';

/** Where package.json, package-lock.json and node_modules are. */
export const PROJECT_FOLDER = fileURLToPath(new URL('../../', import.meta.url));

/** The Node that npm scripts start services with. */
export const OUR_NODE = fileURLToPath(new URL('../node', import.meta.url));
