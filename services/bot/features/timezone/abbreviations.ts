/**
 * Abbreviations of times, with the zones they are used in, the likeliest first. Most mean several times in different parts
 * of the world, and few people say EDT in summer: so they are explained, never taken.
 */
export const ABBREVIATIONS: Readonly<Record<string, readonly string[]>> = {
  est: ['America/New_York', 'America/Toronto', 'America/Panama', 'Australia/Sydney'],
  edt: ['America/New_York', 'America/Toronto', 'Australia/Sydney'],
  et: ['America/New_York', 'America/Toronto'],
  cst: ['America/Chicago', 'America/Mexico_City', 'Asia/Shanghai', 'America/Havana'],
  cdt: ['America/Chicago', 'America/Havana'],
  ct: ['America/Chicago'],
  mst: ['America/Denver', 'America/Phoenix', 'America/Edmonton'],
  mdt: ['America/Denver', 'America/Edmonton'],
  mt: ['America/Denver', 'America/Phoenix'],
  pst: ['America/Los_Angeles', 'America/Vancouver', 'Asia/Manila'],
  pdt: ['America/Los_Angeles', 'America/Vancouver'],
  pt: ['America/Los_Angeles'],
  akst: ['America/Anchorage'],
  hst: ['Pacific/Honolulu'],
  ast: ['America/Halifax', 'America/Puerto_Rico', 'Asia/Riyadh'],
  nst: ['America/St_Johns'],
  brt: ['America/Sao_Paulo'],
  art: ['America/Argentina/Buenos_Aires'],
  gmt: ['Europe/London', 'Africa/Accra', 'Atlantic/Reykjavik'],
  bst: ['Europe/London', 'Asia/Dhaka'],
  ist: ['Asia/Kolkata', 'Europe/Dublin', 'Asia/Jerusalem'],
  wet: ['Europe/Lisbon'],
  west: ['Europe/Lisbon'],
  cet: ['Europe/Berlin', 'Europe/Paris', 'Europe/Warsaw', 'Africa/Algiers'],
  cest: ['Europe/Berlin', 'Europe/Paris', 'Europe/Warsaw'],
  eet: ['Europe/Kyiv', 'Europe/Helsinki', 'Europe/Athens', 'Africa/Cairo', 'Europe/Kaliningrad'],
  eest: ['Europe/Kyiv', 'Europe/Helsinki', 'Europe/Athens'],
  msk: ['Europe/Moscow', 'Europe/Minsk'],
  trt: ['Europe/Istanbul'],
  gst: ['Asia/Dubai'],
  pkt: ['Asia/Karachi'],
  ict: ['Asia/Bangkok', 'Asia/Ho_Chi_Minh'],
  wib: ['Asia/Jakarta'],
  wita: ['Asia/Makassar'],
  sgt: ['Asia/Singapore'],
  hkt: ['Asia/Hong_Kong'],
  jst: ['Asia/Tokyo'],
  kst: ['Asia/Seoul'],
  awst: ['Australia/Perth'],
  acst: ['Australia/Adelaide', 'Australia/Darwin'],
  aest: ['Australia/Sydney', 'Australia/Brisbane'],
  aedt: ['Australia/Sydney'],
  nzst: ['Pacific/Auckland'],
  nzdt: ['Pacific/Auckland'],
  мск: ['Europe/Moscow', 'Europe/Minsk'],
};

/** Times as people name them, without the word for time: clocks of the USA, and those of Russia's zones. */
export const SPOKEN_TIMES: Readonly<Record<string, readonly string[]>> = {
  ...named(
    ['America/New_York', 'America/Toronto'],
    'eastern, us eastern, eastern standard, east coast, us east coast',
  ),
  ...named(['America/Chicago', 'America/Winnipeg'], 'central, us central, central standard'),
  ...named(
    ['America/Denver', 'America/Phoenix', 'America/Edmonton'],
    'mountain, us mountain, mountain standard',
  ),
  ...named(
    ['America/Los_Angeles', 'America/Vancouver'],
    'pacific, us pacific, pacific standard, west coast, us west coast',
  ),
  ...named(['Europe/Berlin', 'Europe/Paris', 'Europe/Warsaw'], 'central european, центральноевропейское'),
  ...named(['Europe/Kaliningrad'], 'калининградское'),
  ...named(['Europe/Moscow'], 'московское, moscow standard'),
  ...named(['Europe/Samara'], 'самарское'),
  ...named(['Asia/Yekaterinburg'], 'екатеринбургское'),
  ...named(['Asia/Omsk'], 'омское'),
  ...named(['Asia/Novosibirsk'], 'новосибирское'),
  ...named(['Asia/Krasnoyarsk'], 'красноярское'),
  ...named(['Asia/Irkutsk'], 'иркутское'),
  ...named(['Asia/Yakutsk'], 'якутское'),
  ...named(['Asia/Vladivostok'], 'владивостокское'),
  ...named(['Asia/Magadan'], 'магаданское'),
  ...named(['Asia/Kamchatka'], 'камчатское'),
  ...named(['Europe/Kyiv'], 'киевское'),
  ...named(['Europe/Minsk'], 'минское'),
};

function named(zones: readonly string[], names: string): Record<string, readonly string[]> {
  return Object.fromEntries(names.split(', ').map((name) => [name, zones]));
}
