// On a narrow screen a bar of links scrolls sideways: the one that is current stands in view.
const BARS = ".fe-nav, .fe-tabs, .fe-side ul";

for (const bar of document.querySelectorAll(BARS)) {
  const current = bar.querySelector("[aria-current]");
  if (!current || bar.scrollWidth <= bar.clientWidth) continue;
  const [around, link] = [bar.getBoundingClientRect(), current.getBoundingClientRect()];
  bar.scrollLeft += link.left - around.left - (around.width - link.width) / 2;
}
