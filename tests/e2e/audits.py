"""What a page is measured by, from the browser's own numbers."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

LARGEST = 100_000  # bytes of a page and all that comes with it, uncompressed
MOST_SHIFT = 0.02  # cumulative layout shift; Lighthouse is content with 0.1
LEAST_TARGET = 44  # pixels high, on a phone
NARROWEST = 320  # pixels: WCAG 2.2, 1.4.10

WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
AXE = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}

# From before the first byte on: what moves, and what the largest thing is that was painted.
OBSERVE = """
window.seen = {shift: 0, moved: [], largest: null};
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) {
    seen.shift += entry.value;
    seen.moved.push(...entry.sources.map(it => it.node?.outerHTML?.slice(0, 80)));
  }
}).observe({type: "layout-shift", buffered: true});
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) seen.largest = entry.element?.tagName ?? "what is gone";
}).observe({type: "largest-contentful-paint", buffered: true});
"""
MEASURE = """() => {
  const loads = performance.getEntriesByType("resource");
  const own = [...performance.getEntriesByType("navigation"), ...loads];
  const sheets = [...document.querySelectorAll("link[rel=stylesheet]")];
  return {
    bytes: own.reduce((sum, it) => sum + it.transferSize, 0),
    late: loads.filter(it => it.initiatorType === "css").map(it => it.name),
    outside: sheets.filter(it => !document.head.contains(it)).map(it => it.href),
    blocking: [...document.scripts]
      .filter(it => it.src ? !(it.defer || it.async || it.type === "module") : isCode(it))
      .map(it => it.outerHTML.slice(0, 100)),
    unsized: [...document.images]
      .filter(it => !it.hasAttribute("width") || !it.hasAttribute("height")).map(it => it.src),
    ...seen,
  };
  function isCode(it) { return !it.type || /javascript|module/.test(it.type); }
}"""
# A target that is less high must have that much room to itself, as a headline has: no other target
# in it (WCAG 2.2, 2.5.8, which asks for 24 pixels). Links within a sentence are excepted, as there:
# words stand beside them. A box is as high as its label, which ticks it as well.
SMALL_TARGETS = """least => {
  const all = document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]");
  const targets = [...all].filter(isShown).map(it => ({it, box: extent(it)}));
  return targets.filter(one => height(one) < least - 0.5 && !isInSentence(one.it))
    .filter(one => targets.some(other => other !== one && isInTheRoom(other.box, one)))
    .map(one => [height(one), one.it.outerHTML.replace(/\\s+/g, " ").slice(0, 120)]);

  function isShown(it) {
    const box = it.getBoundingClientRect();
    return it.checkVisibility({visibilityProperty: true, opacityProperty: true})
      && box.width > 1 && box.height > 1 && !it.closest(".bait, .spoken, .skip");
  }
  function isInSentence(it) {
    if (it.tagName !== "A" || getComputedStyle(it).display !== "inline") return false;
    const block = it.closest("p, li, td, dd, dt, figcaption, blockquote, h1, h2, h3, div, main");
    const copy = block.cloneNode(true);
    copy.querySelectorAll("a").forEach(link => link.remove());
    return /[\\p{L}\\p{N}]/u.test(copy.textContent);
  }
  function extent(it) {
    const boxes = [it, ...(it.labels ?? [])].map(part => part.getBoundingClientRect());
    const most = side => Math.max(...boxes.map(box => box[side]));
    const least = side => Math.min(...boxes.map(box => box[side]));
    return {top: least("top"), bottom: most("bottom"), left: least("left"), right: most("right")};
  }
  function height({box}) {
    return box.bottom - box.top;
  }
  function isInTheRoom(other, {box}) {
    const middle = (box.top + box.bottom) / 2;
    return other.top < middle + least / 2 && other.bottom > middle - least / 2
      && other.left < box.right && other.right > box.left;
  }
}"""
OVERFLOW = """() => document.documentElement.scrollWidth - document.documentElement.clientWidth"""


def budget(page: Page) -> list[str]:
    """Say where a page that was just opened costs its reader too much."""
    page.wait_for_function("() => seen.largest")
    found = page.evaluate(MEASURE)
    lists = ("late", "outside", "blocking", "unsized")
    faults = [f"{name}: {found[name]}" for name in lists if found[name]]
    if found["bytes"] >= LARGEST:
        faults.append(f"{found['bytes']} bytes came for it")
    if found["shift"] >= MOST_SHIFT:
        faults.append(f"it moves by {found['shift']:.3f}: {found['moved']}")
    if found["largest"] in {"IMG", "SVG", "VIDEO"}:
        faults.append(f"the largest thing painted is no text but {found['largest']}")
    return faults


def accessibility(page: Page) -> list[str]:
    """Say what axe finds."""
    violations = Axe().run(page, options=AXE).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:160]} ({node['failureSummary']})"
        for rule in violations
        for node in rule["nodes"]
    ]


def fit(page: Page) -> list[str]:
    """Say what is too small for a thumb on a page as wide as it is now, or wider than it."""
    faults = [
        f"{high:.0f} pixels high: {what}"
        for high, what in page.evaluate(SMALL_TARGETS, LEAST_TARGET)
    ]
    if wider := page.evaluate(OVERFLOW):
        faults.append(f"it is {wider} pixels wider than the window")
    return faults
