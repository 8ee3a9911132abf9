import { call } from './api.js';
import { byId, element, iconButton } from './dom.js';

const CROSS = 'M6 6l12 12M18 6L6 18';
const BACK = 'M20 12H5M11 5l-7 7 7 7';

/** As Telegram's clients have them. */
const THEMES = {
  light: {
    bg_color: '#ffffff',
    secondary_bg_color: '#f0f2f5',
    section_bg_color: '#ffffff',
    text_color: '#0f1418',
    hint_color: '#999999',
    link_color: '#1f7fd6',
    button_color: '#3390ec',
    button_text_color: '#ffffff',
    destructive_text_color: '#e53935',
  },
  dark: {
    bg_color: '#17212b',
    secondary_bg_color: '#0f1821',
    section_bg_color: '#17212b',
    text_color: '#f5f5f5',
    hint_color: '#708499',
    link_color: '#6ab3f3',
    button_color: '#5288c1',
    button_text_color: '#ffffff',
    destructive_text_color: '#ec3942',
  },
};
const darkness = matchMedia('(prefers-color-scheme: dark)');
const theme = () => THEMES[darkness.matches ? 'dark' : 'light'];

/**
 * Opens Mini Apps over the chat, as Telegram does in a browser: in a frame, with who opens it signed in the address, and
 * events from one to the other.
 */
export function createWebApps(flash) {
  let opened;

  function tellApp(eventType, eventData = {}) {
    opened?.frame.contentWindow?.postMessage(JSON.stringify({ eventType, eventData }), opened.origin);
  }

  function receive({ source, data }) {
    if (!opened || source !== opened.frame.contentWindow || typeof data !== 'string') return;
    const { eventType, eventData } = JSON.parse(data);
    if (eventType === 'web_app_close') opened.panel.close();
    if (eventType === 'web_app_request_theme') tellApp('theme_changed', { theme_params: theme() });
    if (eventType === 'web_app_setup_back_button') opened.back.hidden = !eventData.is_visible;
  }

  function show(name, url) {
    const frame = element('iframe', {
      src: url,
      title: name,
      sandbox: 'allow-scripts allow-same-origin allow-forms',
    });
    const back = iconButton('Back', BACK, () => tellApp('back_button_pressed'));
    back.hidden = true;
    const close = iconButton('Close the page', CROSS, () => panel.close());
    const panel = element(
      'dialog',
      { class: 'web-app', 'aria-label': name },
      element('header', { class: 'bar' }, back, element('h2', { dir: 'auto' }, name), close),
      frame,
    );
    panel.addEventListener('close', () => {
      panel.remove();
      opened = undefined;
    });
    opened = { frame, panel, back, origin: new URL(url).origin };
    byId('chat').append(panel);
    panel.showModal();
  }

  addEventListener('message', receive);
  darkness.addEventListener('change', () => tellApp('theme_changed', { theme_params: theme() }));

  return {
    /** `opening` names a message and its button; without them it is the button beside the field. */
    async open(personId, name, opening = {}) {
      try {
        const { url } = await call(`/people/${personId}/web-app`, { ...opening, theme: theme() });
        show(name, url);
      } catch (error) {
        flash(error.message);
      }
    },
  };
}
