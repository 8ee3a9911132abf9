import { applyTheme } from './theme.js';

/*
 * What the page needs of Telegram's client, without its script: the client gives the initData and the theme in the
 * address, and then speaks by events. Apps have a proxy object, browsers a frame around this one.
 */

const given = new URLSearchParams(location.hash.slice(1));

/** Signed by Telegram for the person who opened the page; empty outside of Telegram. */
export const initData = given.get('tgWebAppData') ?? '';

/** Tells the client something. What is told holds no secret: any window may be around this one. */
function tell(eventType, eventData = {}) {
  if (window.TelegramWebviewProxy)
    window.TelegramWebviewProxy.postEvent(eventType, JSON.stringify(eventData));
  else if (window.parent !== window) window.parent.postMessage(JSON.stringify({ eventType, eventData }), '*');
}

/** A short buzz, where the phone can. */
export const buzz = (style = 'light') =>
  tell('web_app_trigger_haptic_feedback', { type: 'impact', impact_style: style });

let goBack;

/** The client's back button closes what lies over the page; undefined when nothing does. */
export function backButton(close) {
  goBack = close;
  tell('web_app_setup_back_button', { is_visible: close !== undefined });
}

function receive(eventType, eventData) {
  if (eventType === 'theme_changed') applyTheme(eventData?.theme_params ?? {});
  if (eventType === 'back_button_pressed') goBack?.();
  if (eventType === 'reload_iframe') {
    tell('iframe_will_reload');
    location.reload();
  }
}

function receiveMessage({ source, data }) {
  if (source !== window.parent || typeof data !== 'string') return;
  try {
    const { eventType, eventData } = JSON.parse(data);
    receive(eventType, eventData);
  } catch {
    // Another program's message.
  }
}

function themeGiven() {
  try {
    return JSON.parse(given.get('tgWebAppThemeParams') ?? '{}');
  } catch {
    return {};
  }
}

/** The language of the person's Telegram, until the server says which one they chose. */
export function languageGiven() {
  try {
    return JSON.parse(new URLSearchParams(initData).get('user') ?? '{}').language_code ?? '';
  } catch {
    return '';
  }
}

/** Takes the theme, listens to the client, and says that the page is there. */
export function connect() {
  applyTheme(themeGiven());
  // The names by which the apps call a page.
  window.Telegram = { WebView: { receiveEvent: receive } };
  window.TelegramGameProxy = { receiveEvent: receive };
  window.TelegramGameProxy_receiveEvent = receive;
  addEventListener('message', receiveMessage);
  tell('iframe_ready', { reload_supported: true });
  tell('web_app_ready');
  tell('web_app_expand');
  tell('web_app_request_theme');
  // A drag downwards moves a habit and must not close the page.
  tell('web_app_setup_swipe_behavior', { allow_vertical_swipe: false });
}
