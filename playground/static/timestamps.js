// Discord's timestamps <t:seconds:style>; relative ones count by themselves.

import { h } from "./element.js";

const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
};
const STEPS = [[60, 1, "second"], [3600, 60, "minute"], [86400, 3600, "hour"],
  [2592000, 86400, "day"], [31536000, 2592000, "month"], [Infinity, 31536000, "year"]];

function absolute(seconds, style = "f") {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return "Invalid date";
  return new Intl.DateTimeFormat("en-GB", STYLES[style] ?? STYLES.f).format(date);
}

function relative(seconds, now = Date.now() / 1000) {
  const away = Math.round(seconds - now);
  const [, size, unit] = STEPS.find(([most]) => Math.abs(away) < most);
  const count = Math.max(size === 1 ? 0 : 1, Math.round(Math.abs(away) / size));
  const one = unit === "hour" ? "an hour" : `a ${unit}`;
  const words = count === 1 ? one : `${count} ${unit}s`;
  return away >= 0 && away !== 0 ? `in ${words}` : `${words} ago`;
}

export function timestamp(seconds, style) {
  const counting = style === "R";
  const date = new Date(seconds * 1000);
  return h("time", {
    class: "timestamp", title: absolute(seconds, "F"),
    datetime: Number.isNaN(date.getTime()) ? null : date.toISOString(),
    dataset: counting ? { counting: String(seconds) } : {},
  }, counting ? relative(seconds) : absolute(seconds, style));
}

// One clock for the whole page.
export function startClock() {
  setInterval(() => {
    for (const element of document.querySelectorAll("time[data-counting]")) {
      const text = relative(Number(element.dataset.counting));
      if (element.textContent !== text) element.textContent = text;
    }
  }, 1000);
}

// The time beside an author's name.
export function posted(iso) {
  const date = new Date(iso);
  const time = new Intl.DateTimeFormat("en-GB", { timeStyle: "short" }).format(date);
  const today = date.toDateString() === new Date().toDateString();
  const shown = today ? `Today at ${time}` : absolute(date.getTime() / 1000, "f");
  return h("time", { class: "posted", datetime: iso, title: absolute(date / 1000, "F") }, shown);
}
