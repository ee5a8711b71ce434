// Starts the page.

import { focusComposer, startComposer } from "./composer.js";
import { startDrawers } from "./drawers.js";
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

startTheme();
startPlaces();
startMessages();
startComposer();
startPanel();
startWire();
startClock();
startDrawers();
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault(); // the address says where we are
  focusComposer();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !event.target.closest(TYPING)) focusComposer();
});
on("online", (yes) => { offline.textContent = yes ? "" : "The playground does not answer…"; });
on("state", () => document.body.classList.add("ready"));
store.channel = remembered().channel;
follow(remembered().member);
