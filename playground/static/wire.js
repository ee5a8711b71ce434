// The wire log: each REST call and gateway event; bodies on demand. Secrets come masked.

import { wireRecord } from "./api.js";
import { h } from "./element.js";
import { folded } from "./panel.js";
import { on } from "./store.js";

const KEPT = 300;
const filter = h("input", { type: "search", placeholder: "Filter", "aria-label": "Filter the log",
  oninput: () => list.querySelectorAll("li").forEach(sieve) });
const list = h("ol", { class: "wire", tabindex: "0", "aria-label": "Wire log, newest first" });
let newest = { n: 0, time: 0 };

export function startWire() {
  document.querySelector("#panel").append(folded("Wire log", filter, list));
  on("wire", (lines) => {
    for (const line of lines.filter(isNew)) list.prepend(row(line));
    while (list.childElementCount > KEPT) list.lastChild.remove();
  });
}

// Another member's page, or one that comes back, is told the last lines again. A playground that
// was started anew counts from one: then an earlier number is younger, and the old lines go.
function isNew(line) {
  const earlier = line.n <= newest.n;
  if (earlier && line.time <= newest.time) return false;
  if (earlier) list.replaceChildren();
  newest = line;
  return true;
}

function row(line) {
  const time = new Date(line.time * 1000).toLocaleTimeString("en-GB");
  const bodies = h("div", { class: "bodies" });
  const details = h("details", {
    ontoggle: async () => {
      if (!details.open || bodies.childElementCount) return;
      const record = await wireRecord(line.n);
      bodies.replaceChildren(...[record.body, record.answer].filter(Boolean).map(pretty));
      if (!bodies.childElementCount) bodies.append("No body.");
    },
  }, h("summary", {}, h("time", {}, time), h("b", {}, line.method), h("span", {}, line.path),
    line.status === null ? null : h("span", { class: line.status < 400 ? "good" : "bad" },
      line.status)), bodies);
  const item = h("li", { dataset: { text: `${line.method} ${line.path}`.toLowerCase() } }, details);
  sieve(item);
  return item;
}

function pretty(text) {
  let shown = text;
  try {
    shown = JSON.stringify(JSON.parse(text), null, 1);
  } catch {
    // cut at its end, or not JSON: shown as it came
  }
  return h("pre", { tabindex: "0" }, shown);
}

function sieve(item) {
  item.hidden = !item.dataset.text.includes(filter.value.toLowerCase());
}
