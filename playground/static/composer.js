// The message box: words, mentions, replies, files, and the way into commands.

import { act } from "./api.js";
import { CommandBox } from "./command.js";
import { startDrops } from "./drops.js";
import { button, h } from "./element.js";
import { icon } from "./icons.js";
import { openModal } from "./modal.js";
import { flatten, parse } from "./options.js";
import { PendingFiles } from "./pending.js";
import { Suggestions } from "./suggestions.js";
import { channelName, commands, guildOf, on, people, store, tell, user } from "./store.js";

const form = document.querySelector("#composer");
const problem = h("p", { id: "problem", role: "alert" });
const hint = h("p", { id: "hint" });
const slot = h("div", { id: "suggest" });
const answering = h("div", { id: "answering", hidden: true });
const suggestions = new Suggestions(slot);
const files = new PendingFiles();
const text = h("textarea", {
  id: "text", rows: "1", role: "combobox", "aria-label": "Message", "aria-autocomplete": "list",
  "aria-expanded": "false", autocomplete: "off", maxlength: "4000",
});
const place = h("div", { id: "input-place" }, text);
const sendButton = h("button", { type: "submit", id: "send", class: "icon", "aria-label": "Send" },
  icon("send"));
let box = null; // the command that is being filled in
let reply = null; // {message, ping}
let where = null; // whose message box this is, and in which channel

export function startComposer() {
  form.append(problem, slot, hint, answering, files.element, h("div", { class: "bar" },
    files.button, place, sendButton));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  text.addEventListener("input", typed);
  text.addEventListener("keydown", key);
  text.addEventListener("blur", () => suggestions.hide());
  files.take = (more) => box ? left(box.putFiles(more)) : more;
  startDrops((more) => files.offer(more));
  on("channel", renamed);
  on("state", () => box && !stillOffered(box.entry) && leave());
  on("reply", answer);
  on("mention", (who) => write(`${text.value}@${who.name} `));
  on("compose", (words) => write(words));
  on("attach", (file) => files.offer([file]));
  on("problem", (words) => {
    (document.querySelector("dialog[open] .form-wrong") ?? problem).textContent = words;
  });
}

export function focusComposer() {
  if (box) box.focus();
  else text.focus();
}

function renamed() {
  const mark = guildOf() ? "#" : "@";
  text.placeholder = `Message ${mark}${channelName(store.channel)}`;
  if (where === `${store.member}/${store.channel}`) return; // told again, nobody went anywhere
  where = `${store.member}/${store.channel}`;
  problem.textContent = "";
  stopAnswering();
  if (box) leave();
}

function stillOffered(entry) {
  const known = flatten(commands("slash")).find((one) => one.name === entry.name);
  return JSON.stringify(known) === JSON.stringify(entry);
}

function write(words) {
  if (box) leave();
  text.value = words;
  text.focus();
  typed();
}

function typed() {
  problem.textContent = "";
  grow();
  const found = parse(text.value, flatten(commands("slash")));
  if (found && text.value !== `/${found.entry.name}`) return enter(found.entry, found.texts);
  if (text.value.startsWith("/")) return offerCommands(text.value.slice(1).toLowerCase());
  const at = /(?:^|\s)@(\w*)$/.exec(text.value.slice(0, text.selectionStart));
  if (at) offerPeople(at[1]);
  else suggestions.hide();
}

function offerCommands(start) {
  const all = flatten(commands("slash"));
  const fitting = all.filter((entry) => entry.name.includes(start))
    .sort((a, b) => b.name.startsWith(start) - a.name.startsWith(start));
  if (!fitting.length) return suggestions.hide();
  suggestions.show(text, fitting.map((entry) => ({
    label: `/${entry.name}`, detail: entry.options.filter((o) => o.required)
      .map((o) => o.name).join(" "), description: entry.description, entry })), {
    title: `${user(store.state.bot).name}'s commands`, first: true,
    pick: ({ entry }) => enter(entry, new Map()),
  });
}

function offerPeople(start) {
  const fitting = people().filter((who) => who.name.toLowerCase().startsWith(start.toLowerCase()));
  suggestions.show(text, fitting.map((who) => ({ label: `@${who.name}` })), {
    title: "Members", first: true,
    pick: ({ label }) => {
      const before = text.value.slice(0, text.selectionStart).replace(/@\w*$/, `${label} `);
      text.value = before + text.value.slice(text.selectionStart);
      text.setSelectionRange(before.length, before.length);
    },
  });
}

function enter(entry, texts) {
  suggestions.hide();
  text.value = "";
  box = new CommandBox(entry, { suggestions, leave, send,
    hint: (words) => { hint.textContent = words; },
    keepRest: (more) => files.offer(more),
  });
  place.replaceChildren(box.element);
  box.fill(texts);
  files.offer(files.empty());
  box.focus();
}

// Says of files for which the command has no place that they are still there; returns them.
function left(more) {
  if (more.length) {
    problem.textContent = `/${box.entry.name} takes ${box.room()}. `
      + "What is left waits for your next message.";
  }
  return more;
}

function leave(back = box.files()) {
  box = null;
  hint.textContent = problem.textContent = "";
  suggestions.hide();
  place.replaceChildren(text);
  files.offer(back);
  text.value = "";
  grow();
  text.focus();
}

function key(event) {
  if (suggestions.key(event)) return;
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    send();
  } else if (event.key === "Escape") stopAnswering();
}

function grow() {
  text.style.height = "auto";
  text.style.height = `${Math.min(text.scrollHeight, 200)}px`;
}

function answer(message) {
  if (box) leave();
  reply = { message, ping: true };
  const ping = button("@ ON", () => {
    reply.ping = !reply.ping;
    ping.textContent = reply.ping ? "@ ON" : "@ OFF";
    ping.setAttribute("aria-pressed", String(reply.ping));
  }, { class: "ping", "aria-pressed": "true", "aria-label": "Mention the author" });
  answering.replaceChildren(h("span", {}, "Replying to ", h("b", {}, user(message.author.id).name)),
    ping, button(icon("close"), stopAnswering, { class: "icon", "aria-label": "Stop replying" }));
  answering.hidden = false;
  text.focus();
}

function stopAnswering() {
  reply = null;
  answering.hidden = true;
}

async function send() {
  if (sendButton.getAttribute("aria-busy")) return;
  problem.textContent = "";
  sendButton.setAttribute("aria-busy", "true");
  try {
    await (box ? sendCommand() : sendText());
  } catch (error) {
    problem.textContent = error.message;
    hint.textContent = "";
  } finally {
    sendButton.removeAttribute("aria-busy");
  }
}

async function sendCommand() {
  const mine = box;
  const found = mine.wrong();
  if (found) {
    problem.textContent = `${found.chip.option.name}: ${found.wrong}`;
    return found.chip.take();
  }
  const { name } = mine.entry;
  const asked = act("command", { name, values: mine.values() });
  hint.textContent = "Sending command…";
  const reached = await asked;
  tell("sent");
  if (box === mine) leave([]);
  if (reached.failed) tell("unanswered", { name: `/${name}`, failed: reached.failed });
  if (reached.modal) openModal(reached.modal);
}

async function sendText() {
  const words = text.value;
  if (!words.trim() && !files.list.length) return;
  const found = parse(words.trim(), flatten(commands("slash")));
  if (found) return enter(found.entry, found.texts);
  const mine = { words, files: files.empty(), reply, where };
  text.value = "";
  grow();
  try {
    await act("say", { text: words, files: mine.files, reply_to: reply?.message.id,
      ping: reply?.ping });
  } catch (error) {
    throw putBack(mine) ? error : new Error(`${error.message} Not sent: ${words}`);
  }
  tell("sent");
  if (reply === mine.reply) stopAnswering();
}

// What was not sent stands in the box again, before what was written meanwhile; false where that
// has become another one.
function putBack(unsent) {
  const unused = !text.value && !files.list.length;
  if (box || !(unused || unsent.where === where)) return false;
  text.value = [unsent.words, text.value].filter(Boolean).join("\n");
  files.offer(unsent.files);
  grow();
  return true;
}
