// Draws each <figure data-figure="ID"> from <script type="application/json" id="ID"> when it comes near.
// "token:NAME" in data or layout becomes the value of --fe-NAME, so a figure follows the theme.
const self = document.querySelector("script[data-plotly]");
const language = document.documentElement.lang.slice(0, 2);
const WORDS = { de: { "Download plot as a PNG": "Als Bild speichern", "Reset axes": "Ausschnitt zurücksetzen" } };
const CONFIG = {
  displaylogo: false, responsive: true, locale: language, modeBarButtons: [["toImage", "resetScale2d"]],
  locales: { [language]: { dictionary: WORDS[language] ?? {} } },
};
const AXIS = {
  gridcolor: "token:rule", linecolor: "token:edge", tickcolor: "token:edge", zerolinecolor: "token:rule-2",
  zeroline: false, automargin: true, title: { font: { color: "token:ink-3", size: 12 } },
};
const LAYOUT = {
  font: { family: "token:sans", size: 12, color: "token:ink-3" },
  paper_bgcolor: "token:surface", plot_bgcolor: "token:surface",
  margin: { l: 44, r: 12, t: 8, b: 40 }, height: 290, hovermode: "closest", dragmode: false,
  hoverlabel: { bgcolor: "token:surface", bordercolor: "token:rule-2", font: { color: "token:ink" } },
  modebar: { bgcolor: "token:surface", color: "token:ink-3", activecolor: "token:accent" },
  legend: { bgcolor: "transparent", font: { color: "token:ink-2" } },
  separators: language === "de" ? ",." : ".,", xaxis: AXIS, yaxis: AXIS,
};
let loading;

const plotly = () => loading ??= globalThis.Plotly ? Promise.resolve(globalThis.Plotly) : new Promise((resolve, reject) => {
  const script = document.createElement("script");
  script.src = self.dataset.plotly;
  script.onload = () => resolve(globalThis.Plotly);
  script.onerror = reject;
  document.head.append(script);
});

const isPlain = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

const over = (base, given) => {
  const result = { ...base };
  for (const [key, value] of Object.entries(given ?? {})) {
    result[key] = isPlain(value) && isPlain(base[key]) ? over(base[key], value) : value;
  }
  return result;
};

const resolve = (value, style) => {
  if (typeof value === "string" && value.startsWith("token:")) return style.getPropertyValue(`--fe-${value.slice(6)}`).trim();
  if (Array.isArray(value)) return value.map((each) => resolve(each, style));
  if (isPlain(value)) return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, resolve(each, style)]));
  return value;
};

const draw = async (figure) => {
  const source = document.getElementById(figure.dataset.figure);
  const canvas = figure.querySelector("[data-canvas]");
  if (!source || !canvas) return;
  const { data, layout } = JSON.parse(source.textContent);
  const style = getComputedStyle(figure);
  const library = await plotly();
  await library.react(canvas, resolve(data, style), resolve(over(LAYOUT, layout), style), CONFIG);
  figure.dataset.drawn = "yes";
};

const near = new IntersectionObserver((entries) => entries.forEach((entry) => {
  if (!entry.isIntersecting) return;
  near.unobserve(entry.target);
  draw(entry.target);
}), { rootMargin: "400px" });

const watch = () => document.querySelectorAll("figure[data-figure]:not([data-drawn])").forEach((figure) => near.observe(figure));

document.addEventListener("fe:theme", () => document.querySelectorAll("figure[data-drawn]").forEach(draw));
document.addEventListener("htmx:after:swap", watch);
// Paper is narrower than the screen, and what is drawn does not follow it by itself.
const [ALONE_ON_PAPER, BESIDE_ON_PAPER] = [540, 262];
const resize = (widthOf) => document.querySelectorAll("figure[data-drawn] [data-canvas]").forEach((canvas) => {
  if (canvas.checkVisibility()) globalThis.Plotly.relayout(canvas, widthOf(canvas));
});

const rest = () => [...document.querySelectorAll("figure[data-figure]:not([data-drawn])")].filter((figure) => figure.checkVisibility());

document.addEventListener("fe:print", (event) => event.detail.push(...rest().map(draw)));
addEventListener("beforeprint", () => {
  rest().forEach(draw);
  resize((canvas) => ({ autosize: false, width: canvas.closest(".fe-two") ? BESIDE_ON_PAPER : ALONE_ON_PAPER }));
});
addEventListener("afterprint", () => resize(() => ({ autosize: true, width: null })));
watch();
