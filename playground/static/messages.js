// The list of messages: grouped by author and day, followed to its end, walked with the arrows.

import { button, h } from "./element.js";
import { renderMessage } from "./message.js";
import { messages, on, store } from "./store.js";

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

function drawAll() {
  list.replaceChildren(welcome());
  for (const message of messages()) append(message);
  for (const what of unanswered) {
    if (what.channel === store.channel && what.member === store.member) list.append(silence(what));
  }
  stuck = true;
  toEnd();
  lastTabbable();
}

function welcome() {
  return h("li", { class: "welcome" }, h("p", {}, "This is the beginning of this channel. Type ",
    h("kbd", {}, "/"), " to see what the bot can do."));
}

function append(message) {
  const before = previous(message);
  const day = new Date(message.timestamp).toDateString();
  if (!before || new Date(before.timestamp).toDateString() !== day) {
    list.append(h("li", { class: "day" }, h("span", {},
      new Intl.DateTimeFormat("en-GB", { dateStyle: "long" }).format(new Date(message.timestamp)))));
  }
  list.append(render(message, before));
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
  if (!old) append(message);
  else replace(old, render(message, previous(message)));
  lastTabbable();
}

// Puts the new state in the old one's place; the focus stays on the same control.
function replace(old, fresh) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const key = focused?.dataset?.key;
  for (const image of fresh.querySelectorAll("img")) reuse(old, image);
  for (const cover of fresh.querySelectorAll(".spoiler-picture")) {
    if (old.querySelector(".spoiler-picture.shown")) cover.querySelector(".spoiler-word").click();
  }
  old.replaceWith(fresh);
  if (focused === old) fresh.focus();
  else if (focused) (key && fresh.querySelector(`[data-key="${CSS.escape(key)}"]`) || fresh).focus();
}

// A picture that is on the screen already does not flicker.
function reuse(old, image) {
  const known = [...old.querySelectorAll("img")].find((one) => one.src === image.src);
  if (known && known.width === image.width) image.replaceWith(known);
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
  const follows = messages().find((one) => one.id > id);
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
