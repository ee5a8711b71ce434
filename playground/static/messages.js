// The list of messages: grouped by author and day, followed to its end, walked with the arrows.

import { button, h } from "./element.js";
import { renderMessage } from "./message.js";
import { messages, older, on, store } from "./store.js";

const TOGETHER = 7 * 60 * 1000; // messages of one author within this time share one heading
const NEAR = 60; // pixels from the end that still count as being there
const list = document.querySelector("#messages");
const notes = new Map(); // what the client says under a message
let unanswered = []; // what nobody answered; seen by this member only

export function startMessages() {
  on("channel", drawAll);
  on("message", (message) => message.channel_id === store.channel && keepPlace(() => draw(message)));
  on("gone", ({ id }) => takeAway(id));
  on("sent", () => {
    stuck = true; // whoever writes wants to see what becomes of it
    toEnd();
  });
  on("note", ({ message, text }) => {
    if (!text && !notes.delete(message)) return;
    if (text) notes.set(message, text);
    const known = messages().find((one) => one.id === message);
    if (known) keepPlace(() => draw(known));
  });
  on("unanswered", (what) => {
    unanswered.push({ ...what, channel: store.channel, member: store.member });
    keepPlace(() => list.append(silence(unanswered.at(-1))));
  });
  on("jump", (id) => {
    const item = find(id);
    item?.scrollIntoView({ block: "center" });
    item?.focus();
    item?.classList.add("jumped");
    setTimeout(() => item?.classList.remove("jumped"), 1500);
  });
  list.addEventListener("keydown", walk);
  list.addEventListener("load", () => stuck && toEnd(), true);
  list.addEventListener("scroll", () => { stuck = atEnd(); });
  new ResizeObserver(() => stuck && toEnd()).observe(list);
}

let stuck = true;
let where = null; // whose list stands there, and of which channel

function drawAll() {
  const before = where;
  where = `${store.member}/${store.channel}`;
  if (where === before) return keepPlace(redraw); // told again, nobody went anywhere
  build();
  stuck = true;
  toEnd();
}

// Fills the list anew; `old` has what stood there, by the messages' ids.
function build(old = new Map()) {
  list.replaceChildren(welcome());
  for (const message of messages()) append(message, old.get(message.id));
  for (const what of unanswered) {
    if (what.channel === store.channel && what.member === store.member) list.append(silence(what));
  }
  lastTabbable();
}

// The same for somebody who reads: the place, the focus, and what was revealed stay.
function redraw() {
  const old = new Map([...list.querySelectorAll(".message[data-id]")].map(
    (item) => [item.dataset.id, item]));
  const focused = document.activeElement;
  const edge = list.getBoundingClientRect().top;
  const read = [...old.values()].find((item) => item.getBoundingClientRect().bottom > edge);
  const top = read?.getBoundingClientRect().top;
  build(old);
  for (const [id, item] of old) refocus(focused, item, find(id));
  const again = read && find(read.dataset.id);
  if (again) list.scrollTop += again.getBoundingClientRect().top - top;
}

function welcome() {
  return h("li", { class: "welcome" }, h("p", {}, "This is the beginning of this channel. Type ",
    h("kbd", {}, "/"), " to see what the bot can do."));
}

function append(message, old) {
  const before = previous(message);
  const day = new Date(message.timestamp).toDateString();
  if (!before || new Date(before.timestamp).toDateString() !== day) {
    list.append(h("li", { class: "day" }, h("span", {},
      new Intl.DateTimeFormat("en-GB", { dateStyle: "long" }).format(new Date(message.timestamp)))));
  }
  const item = render(message, before);
  if (old) carry(old, item);
  list.append(item);
}

function previous(message) {
  const all = messages();
  const index = all.findIndex((one) => one.id === message.id);
  return index > 0 ? all[index - 1] : null;
}

function render(message, before) {
  const follows = Boolean(before) && before.author.id === message.author.id && !message.private
    && !before.private && new Date(message.timestamp) - new Date(before.timestamp) < TOGETHER;
  return renderMessage(message, { follows, note: notes.get(message.id) });
}

function draw(message) {
  const old = find(message.id);
  if (old) replace(old, render(message, previous(message)));
  else if (message === messages().at(-1)) append(message);
  else redraw(); // it belongs between others
  lastTabbable();
}

// Puts the new state in the old one's place.
function replace(old, fresh) {
  const focused = document.activeElement;
  carry(old, fresh);
  old.replaceWith(fresh);
  refocus(focused, old, fresh);
}

// What was loaded or revealed in the old one is so in the new one, before that is seen.
function carry(old, fresh) {
  for (const image of fresh.querySelectorAll("img")) reuse(old, image);
  const read = [...old.querySelectorAll(".spoiler.shown")].map((cover) => cover.textContent);
  for (const cover of fresh.querySelectorAll(".spoiler")) {
    if (read.includes(cover.textContent)) cover.click();
  }
  if (!old.querySelector(".spoiler-picture.shown")) return;
  for (const cover of fresh.querySelectorAll(".spoiler-word")) cover.click();
}

// A picture that is on the screen already does not flicker.
function reuse(old, image) {
  const known = [...old.querySelectorAll("img")].find((one) => one.src === image.src);
  if (known?.getAttribute("width") === image.getAttribute("width")) image.replaceWith(known);
}

// The focus stays on the same control; where that is gone it goes to the message.
function refocus(focused, old, fresh) {
  if (!fresh || !old.contains(focused)) return;
  const key = focused !== old && focused.dataset.key;
  const same = key && fresh.querySelector(`[data-key="${CSS.escape(key)}"]`);
  (same || fresh).focus({ preventScroll: true });
}

// What stood under the message's heading needs one of its own now; an empty day goes as well.
function takeAway(id) {
  notes.delete(id);
  const item = find(id);
  if (!item) return;
  const above = item.previousElementSibling;
  item.remove();
  const below = above.nextElementSibling;
  if (above.matches(".day") && !below?.matches(".message")) above.remove();
  const follows = messages().find((one) => older({ id }, one));
  if (follows) draw(follows);
  lastTabbable();
}

function silence(what) {
  const item = h("li", { class: "message private silence", tabindex: "-1" },
    h("div", { class: "body" },
      h("p", { class: "note", role: "alert" }, `${what.failed} (${what.name})`),
      h("div", { class: "private-note" }, "Only you can see this • ", button("Dismiss message", () => {
        unanswered = unanswered.filter((one) => one !== what);
        item.remove();
      }, { class: "linkish" }))));
  return item;
}

function find(id) {
  return document.getElementById(`message-${id}`);
}

function atEnd() {
  return list.scrollHeight - list.scrollTop - list.clientHeight < NEAR;
}

function toEnd() {
  list.scrollTop = list.scrollHeight;
}

function keepPlace(change) {
  const follow = stuck;
  change();
  if (follow) toEnd();
}

function lastTabbable() {
  const items = [...list.querySelectorAll(".message")];
  items.forEach((item, index) => { item.tabIndex = index === items.length - 1 ? 0 : -1; });
}

// Up and down go from message to message while one of them has the focus.
function walk(event) {
  if (!event.target.matches?.(".message")) return;
  const items = [...list.querySelectorAll(".message")];
  const now = items.indexOf(event.target);
  const to = { ArrowUp: now - 1, ArrowDown: now + 1, Home: 0, End: items.length - 1 }[event.key];
  if (event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) {
    event.preventDefault();
    event.target.querySelector(".toolbar [aria-haspopup]")?.click();
  }
  if (to === undefined || !items[to]) return;
  event.preventDefault();
  items[to].focus();
}
