import { fileURLToPath } from 'node:url';

/** Where package.json, package-lock.json and node_modules are. */
export const PROJECT_FOLDER = fileURLToPath(new URL('../../', import.meta.url));
