// Starts the page.

import { focusComposer, startComposer } from "./composer.js";
import { follow } from "./feed.js";
import { icon } from "./icons.js";
import { startMessages } from "./messages.js";
import { startPanel } from "./panel.js";
import { startPlaces } from "./places.js";
import { on, remembered, store } from "./store.js";
import { startTheme } from "./theme.js";
import { startClock } from "./timestamps.js";
import { startWire } from "./wire.js";

for (const [id, sign] of [["open-channels", "menu"], ["theme", "theme"], ["open-panel", "gear"]]) {
  document.getElementById(id).append(icon(sign));
}

const TYPING = "input, textarea, select, dialog, .popup"; // where a "/" is a letter like any other
const offline = document.querySelector("#offline");

function drawer(id, shown, hides) {
  const control = document.querySelector(id);
  control.addEventListener("click", () => {
    const open = document.body.classList.toggle(shown);
    document.body.classList.remove(hides);
    control.setAttribute("aria-expanded", String(open));
  });
}

startTheme();
startPlaces();
startMessages();
startComposer();
startPanel();
startWire();
startClock();
drawer("#open-channels", "show-channels", "show-panel");
drawer("#open-panel", "show-panel", "show-channels");
document.body.classList.toggle("show-panel", window.innerWidth > 1100);
document.querySelector("#open-panel").setAttribute("aria-expanded",
  String(window.innerWidth > 1100));
document.querySelector("#chat").addEventListener("pointerdown", (event) => {
  if (!event.target.closest("header")) document.body.classList.remove("show-channels");
});
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault(); // the address says where we are
  focusComposer();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !event.target.closest(TYPING)) focusComposer();
  if (event.key === "Escape") document.body.classList.remove("show-channels");
});
on("online", (yes) => { offline.textContent = yes ? "" : "The playground does not answer…"; });
on("state", () => document.body.classList.add("ready"));
store.channel = remembered().channel;
follow(remembered().member);
