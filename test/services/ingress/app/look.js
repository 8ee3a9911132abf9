/*
 * Runs in the page, and gives `faint`: texts with less than 4.5 to 1 on what lies behind them, by WCAG 2, but for those that are
 * switched off; `small`: buttons and fields that a finger misses, below 44 px in either direction; `wide`: by how many px the
 * page is wider than its window; `cramped`: what hangs out of a day or of the ring around the strength.
 */
(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });

  function channelsOf(colour) {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return canvas.getImageData(0, 0, 1, 1).data;
  }

  function luminance([red, green, blue]) {
    const linear = (channel) =>
      channel / 255 <= 0.04045 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4;
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  }

  function behind(node) {
    for (let at = node; at; at = at.parentElement) {
      const ground = channelsOf(getComputedStyle(at).backgroundColor);
      if (ground[3] > 250) return ground;
    }
    return [255, 255, 255];
  }

  function ratioOf(node) {
    const both = [channelsOf(getComputedStyle(node).color), behind(node)].map(luminance);
    return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
  }

  const hasText = (node) =>
    [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.nodeValue.trim());
  const texts = [...document.querySelectorAll('body *')].filter(
    (node) =>
      hasText(node) && node.checkVisibility() && !node.closest('.unseen, [aria-disabled], :disabled, svg'),
  );
  const targets = [...document.querySelectorAll('button, input')].filter((node) => node.checkVisibility());
  const { scrollWidth, clientWidth } = document.documentElement;
  return {
    faint: texts
      .filter((node) => ratioOf(node) < 4.5)
      .map((node) => `${node.textContent}: ${ratioOf(node).toFixed(2)}`),
    small: targets
      .map((node) => ({ text: node.textContent || node.id, box: node.getBoundingClientRect() }))
      .filter(({ box }) => box.width < 44 || box.height < 44)
      .map(({ text, box }) => `${text}: ${box.width} x ${box.height}`),
    cramped: [...document.querySelectorAll('.face > :not(:empty), .ring > span')]
      .filter((node) => {
        const [own, around] = [node, node.parentElement].map((each) => each.getBoundingClientRect());
        return own.left < around.left - 1 || own.right > around.right + 1 || own.bottom > around.bottom + 1;
      })
      .map((node) => node.textContent),
    wide: scrollWidth - clientWidth,
  };
})();
