// The context menus of messages and people, with the bot's own commands in them.

import { act } from "./api.js";
import { remove } from "./message.js";
import { openModal } from "./modal.js";
import { openPaint } from "./paint.js";
import { popup } from "./popup.js";
import { commands, store, tell } from "./store.js";

export function messageMenu(message, anchor, at) {
  const items = [
    ...(message.private ? [] : [item("Reply", () => tell("reply", message))]),
    ...(message.content ? [item("Copy text", () => copy(message.content))] : []),
    item("Copy message link", () => copy(address(message))),
    ...pictureLinks(message).map((url, index, all) => item(
      all.length > 1 ? `Paint over picture ${index + 1}` : "Paint over the picture",
      () => openPaint(url, (file) => tell("attach", file)))),
    ...(message.deletable ? [{ ...item(message.private ? "Dismiss message" : "Delete message",
      () => remove(message)), danger: true }] : []),
    ...commands("message").map((command) => ({
      ...item(command.name, () => use(command.name, { message: message.id })), group: "Apps",
    })),
  ];
  popup(anchor, items, { label: "Message", pick: (chosen) => chosen.run(), at });
}

export function userMenu(who, anchor) {
  const items = [
    item("Mention", () => tell("mention", who)),
    ...commands("user").map((command) => ({
      ...item(command.name, () => use(command.name, { user: who.id })), group: "Apps",
    })),
  ];
  popup(anchor, items, { label: who.name, pick: (chosen) => chosen.run() });
}

function item(label, run) {
  return { label, run };
}

function copy(text) {
  navigator.clipboard?.writeText(text).catch(() => tell("problem", "Copying is not allowed here."));
}

function address(message) {
  const guild = store.state.guilds.find((g) => g.channels.some((c) => c.id === message.channel_id));
  return `https://discord.com/channels/${guild?.id ?? "@me"}/${message.channel_id}/${message.id}`;
}

async function use(name, target) {
  try {
    const answer = await act("menu", { name, ...target });
    if (answer.failed) tell("unanswered", { name, failed: answer.failed });
    if (answer.modal) openModal(answer.modal);
  } catch (error) {
    tell("problem", error.message);
  }
}

// Every picture that a message shows, wherever it stands.
function pictureLinks(message) {
  const found = new Set();
  const look = (value) => {
    if (Array.isArray(value)) value.forEach(look);
    else if (value && typeof value === "object") {
      if (value.url?.startsWith?.("/files/") && value.width) found.add(value.url);
      Object.values(value).forEach(look);
    }
  };
  look([message.attachments, message.embeds, message.components]);
  return [...found];
}
