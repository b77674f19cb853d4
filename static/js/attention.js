// Tells the server how long the page of a case stood before whoever decides, and which sections they saw.
// <p data-attention="ADDRESS">: only while the page is visible and in focus, every 15 seconds and when it is left.
const note = document.querySelector("[data-attention]");
const STEP = 5;
const EVERY = 15;

if (note) {
  const seen = new Set();
  let seconds = 0;
  const headers = JSON.parse(document.body.getAttribute("hx-headers:inherited") || "{}");

  const watch = new IntersectionObserver((entries) => entries.forEach((entry) => {
    if (entry.isIntersecting) seen.add(entry.target.id);
  }));
  document.querySelectorAll("section.fe-section h2[id]").forEach((heading) => watch.observe(heading));

  const send = () => {
    if (!seconds) return;
    const body = new URLSearchParams({ seconds: String(seconds) });
    seen.forEach((name) => body.append("section", name));
    seconds = 0;
    fetch(note.dataset.attention, { method: "POST", headers, body, keepalive: true }).catch(() => {});
  };

  setInterval(() => {
    if (document.hidden || !document.hasFocus()) return;
    seconds += STEP;
    if (seconds >= EVERY) send();
  }, STEP * 1000);
  document.addEventListener("visibilitychange", () => { if (document.hidden) send(); });
  addEventListener("pagehide", send);
}
