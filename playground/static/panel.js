// The other side: the bot's process, the gateway's window, the queue, and what goes wrong next.

import { turn } from "./api.js";
import { button, h } from "./element.js";
import { on } from "./store.js";

const panel = document.querySelector("#panel");
const MOODS = { up: "connected", down: "not running", starting: "starting…",
  stopping: "stopping…", frozen: "frozen" };
const WAYS = [["restart", "Restart"], ["freeze", "Pause"], ["thaw", "Resume"], ["kill", "Kill"],
  ["start", "Start"]];
const FITS = { restart: ["up", "frozen", "starting"], freeze: ["up"], thaw: ["frozen"],
  kill: ["up", "frozen", "starting"], start: ["down"] };

const mood = h("span", { class: "mood", role: "status" });
const trouble = h("p", { class: "trouble", role: "alert" });
const ways = WAYS.map(([way, label]) => button(label, () => go("bot", { way }), {
  class: `button ${way === "kill" ? "danger" : "secondary"}`, dataset: { way } }));
const gauges = h("div", { class: "gauges" });
const counts = h("p", { class: "counts" });
const hold = h("input", { type: "checkbox", id: "hold", onchange: () => go("hold",
  { on: hold.checked }) });
const pace = h("select", { id: "pace", onchange: () => go("pace",
  { seconds: pace.value === "" ? null : Number(pace.value) }) }, [["", "a tenth of its real time"], ["0", "no time"],
  ["2", "2 seconds"], ["5", "5 seconds"], ["15", "15 seconds"]].map(([value, label]) => h("option",
  { value }, label)));
const queue = h("div", { class: "queue" });
const times = h("input", { type: "number", id: "times", min: "1", max: "100", value: "1",
  onchange: () => { times.value = Math.min(100, Math.max(1, Math.round(times.value))); } });
const faults = h("ul", { class: "faults" });
const calls = h("ol", { class: "calls" });
let terms = { limit: 60, window: 60, faults: [], ways: [] };

export function startPanel() {
  panel.append(
    section("The bot", h("p", {}, "Its process is ", mood), h("div", { class: "row" }, ways),
      trouble),
    section("Pixazo's window", gauges, counts,
      h("label", { class: "switch" }, hold, "Hold its answers back"),
      h("label", { class: "setting" }, "Drawing takes", pace)),
    section("The queue", queue),
    section("What goes wrong next", h("div", { class: "row" },
      h("label", { class: "setting", for: "times" }, "How many calls"), times,
      button("Mend all", () => go("mend"), { class: "button secondary" })), faults),
    folded("Calls to Pixazo", calls));
  on("terms", (given) => {
    terms = given;
    drawFaults({});
  });
  on("panel", draw);
}

function section(title, ...inside) {
  return h("section", {}, h("h2", {}, title), inside);
}

export function folded(title, ...inside) {
  return h("details", {}, h("summary", {}, h("h2", {}, title)), inside);
}

async function go(name, body) {
  trouble.textContent = "";
  try {
    await turn(name, body);
  } catch (error) {
    trouble.textContent = error.message;
  }
}

function draw(now) {
  mood.textContent = MOODS[now.bot.mood];
  mood.dataset.mood = now.bot.mood;
  if (now.bot.trouble) trouble.textContent = now.bot.trouble;
  for (const control of ways) control.hidden = !fits(control.dataset.way, now.bot.mood);
  hold.checked = now.held;
  showPace(String(now.pace ?? ""));
  drawGauges(now);
  drawQueue(now.queue);
  drawFaults(now.waiting);
  calls.replaceChildren(...now.calls.toReversed().map(callRow));
}

// A pace that is not offered was set by something else than this page; it is true all the same.
function showPace(seconds) {
  pace.value = seconds;
  if (pace.selectedIndex >= 0) return;
  pace.append(h("option", { value: seconds }, `${seconds} seconds`));
  pace.value = seconds;
}

// Not every system can pause a process.
function fits(way, mood) {
  return terms.ways.includes(way) && FITS[way].includes(mood);
}

function drawGauges(now) {
  const lanes = Object.entries(now.lanes);
  gauges.replaceChildren(...(lanes.length ? lanes : [["free", 0]]).map(([lane, used]) => {
    const text = `${used} of ${terms.limit} calls in the last ${terms.window} s`;
    return h("div", { class: "gauge" }, h("span", {}, h("b", {}, lane), ` ${text}`),
      h("div", { class: "gauge-bar", role: "meter", "aria-label": `${lane} lane`,
        "aria-valuenow": String(used), "aria-valuemin": "0", "aria-valuemax": String(terms.limit),
        "aria-valuetext": text },
      h("span", { class: used >= terms.limit ? "full" : "",
        style: { width: `${Math.min(100, 100 * used / terms.limit)}%` } })));
  }));
  const made = now.total === 1 ? "1 call" : `${now.total} calls`;
  counts.textContent = `${made} so far, ${now.refused} over the limit`;
}

function drawQueue(members) {
  if (!members) return queue.replaceChildren(h("p", { class: "quiet" }, "Not readable right now."));
  if (!members.length) return queue.replaceChildren(h("p", { class: "quiet" }, "Nobody waits."));
  queue.replaceChildren(h("table", {}, h("caption", { class: "hidden-words" }, "Unfinished jobs"),
    h("tbody", {}, members.map((member) => h("tr", {}, h("th", { scope: "row" }, member.name),
      h("td", {}, Object.entries(member.jobs).map(([state, jobs]) => h("span", {
        class: `job-state ${state}` }, `${jobs} ${state}`))))))));
}

function drawFaults(waiting) {
  if (faults.childElementCount !== terms.faults.length) {
    faults.replaceChildren(...terms.faults.map((fault) => h("li", { dataset: { name: fault.name } },
      button([h("b", {}, fault.name), h("span", {}, fault.about), h("span", { class: "badge" })],
        () => go("fault", { name: fault.name, times: Number(times.value) || 1 }),
        { class: "fault" }))));
  }
  for (const row of faults.children) {
    const left = waiting[row.dataset.name] ?? 0;
    row.querySelector(".badge").textContent = left ? `next ${left}` : "";
    row.classList.toggle("waiting", left > 0);
  }
}

function callRow(call) {
  const words = [call.status || "…", call.refused ? "over the limit" : call.fault];
  return h("li", {}, h("b", {}, call.operation), ` ${words.filter(Boolean).join(" · ")}`,
    h("pre", { tabindex: "0" }, JSON.stringify(call.values, null, 1)));
}
