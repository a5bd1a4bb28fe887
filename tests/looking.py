"""What an examiner of accessibility looks at in a page: names, landmarks, contrast, width."""

from __future__ import annotations

from playwright.sync_api import Page

# Each script answers a list of what is wrong; an empty one is what is wished for.
_NAMES = """() => {
  const wrong = [], all = (selector) => [...document.querySelectorAll(selector)];
  const seen = (it) => it.checkVisibility({visibilityProperty: true});
  const named = (it) => it.ariaLabel || it.textContent.trim();
  const note = (what, found) => found.forEach((it) => wrong.push(`${what}: ${it.outerHTML}`));
  note("no label", all("input:not([type=hidden])").filter((it) => !it.labels.length));
  note("no name", all("a, button, summary, progress").filter((it) => seen(it) && !named(it)));
  note("no alt", all("img").filter((it) => seen(it) && !it.alt));
  for (const what of ["h1", "main", "header", "html[lang]"])
    if (all(what).length !== 1) wrong.push(`not one ${what}`);
  const ids = all("[id]").map((it) => it.id);
  wrong.push(...ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `twice: #${id}`));
  for (const name of ["aria-describedby", "for"])
    note(`${name} points nowhere`,
      all(`[${name}]`).filter((it) => !document.getElementById(it.getAttribute(name))));
  return wrong;
}"""

_CONTRAST = """() => {
  const rgba = (text) => {
    const numbers = text.match(/[\\d.]+/g).map(Number);
    return numbers.length < 4 ? [...numbers, 1] : numbers;
  };
  const over = (top, below) =>
    [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const linear = (v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = (colour) => {
    const [r, g, b] = colour.map((v) => linear(v / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const ground = (it) => {
    const layers = [];
    for (let at = it; at; at = at.parentElement)
      layers.unshift(rgba(getComputedStyle(at).backgroundColor));
    return layers.reduce((below, top) => over(top, below), dark ? [18, 18, 18] : [255, 255, 255]);
  };
  const wrong = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const it = walker.currentNode.parentElement, text = walker.currentNode.data.trim();
    if (!text || !it.checkVisibility({visibilityProperty: true})) continue;
    const below = ground(it), above = over(rgba(getComputedStyle(it).color), below);
    const [bright, dim] = [light(above), light(below)].sort((x, y) => y - x);
    const ratio = (bright + 0.05) / (dim + 0.05);
    if (ratio < 4.5) wrong.push(`${ratio.toFixed(2)}: ${text}`);
  }
  return wrong;
}"""

_WIDTH = """() => document.documentElement.scrollWidth <= innerWidth ? [] : [
  `${document.documentElement.scrollWidth} wide in ${innerWidth}`,
  ...[...document.querySelectorAll("body *")]
    .filter((it) => it.getBoundingClientRect().right > innerWidth)
    .map((it) => `too wide: ${it.outerHTML}`)]"""

_FOCUS = """() => {
  const it = document.activeElement, style = getComputedStyle(it);
  const drawn = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return [it.innerText || it.id, drawn];
}"""


def faults(page: Page) -> list[str]:
    """What is wrong with names, landmarks, contrast (below 4.5) and width of a page."""
    return [it for script in (_NAMES, _CONTRAST, _WIDTH) for it in page.evaluate(script)]


def focus(page: Page) -> tuple[str, bool]:
    """What has the focus, and whether a person sees that it has."""
    name, visible = page.evaluate(_FOCUS)
    return str(name), bool(visible)
