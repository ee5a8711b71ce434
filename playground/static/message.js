// One message: who, when, what; and what can be done with it.

import { act } from "./api.js";
import { component } from "./components.js";
import { embeds } from "./embed.js";
import { avatar, button, h } from "./element.js";
import { icon } from "./icons.js";
import { inline } from "./inline.js";
import { markdown } from "./markdown.js";
import { messageMenu, userMenu } from "./menus.js";
import { attachments } from "./pictures.js";
import { tell, user } from "./store.js";
import { posted } from "./timestamps.js";

const SUPPRESS_EMBEDS = 4;
const COMPONENTS_V2 = 32768; // such a message shows its files only where a component names them

export function renderMessage(message, { follows, note }) {
  const author = user(message.author.id);
  const above = context(message);
  const compact = follows && !above;
  const item = h("li", {
    class: ["message", compact ? "compact" : "", message.pinged ? "pinged" : "",
      message.private ? "private" : ""].join(" "),
    id: `message-${message.id}`, tabindex: "-1", dataset: { id: message.id },
    "aria-label": `${author.name}, ${new Date(message.timestamp).toLocaleTimeString("en-GB")}`,
  },
  above,
  compact ? null : avatar(author, { class: "author-avatar" }),
  h("div", { class: "body" },
    compact ? null : heading(message, author),
    message.loading ? thinking(author) : content(message),
    note ? h("p", { class: "note", role: "alert" }, note) : null,
    message.private ? privateNote(message) : null),
  toolbar(message));
  item.addEventListener("contextmenu", (event) => {
    if (event.target.closest("a, img, input")) return;
    event.preventDefault();
    messageMenu(message, item, new DOMRect(event.clientX, event.clientY, 0, 0));
  });
  return item;
}

// The line above: which command was used, or what is answered.
function context(message) {
  if (message.used) {
    const { user: who, name, type } = message.used;
    return h("div", { class: "context" }, avatar(user(who), { class: "tiny" }),
      h("b", {}, user(who).name), " used ", h("span", { class: "command-name" },
        type === 1 ? `/${name}` : name));
  }
  if (!message.message_reference) return null;
  const answered = message.referenced_message;
  if (!answered) {
    return h("div", { class: "context" }, h("i", {}, "Original message was deleted"));
  }
  const who = user(answered.author.id);
  return h("div", { class: "context" }, avatar(who, { class: "tiny" }), h("b", {}, who.name),
    button(summary(answered), () => tell("jump", answered.id), { class: "quoted" }));
}

function summary(message) {
  const words = message.content || message.embeds?.[0]?.title || message.embeds?.[0]?.description;
  if (words) return h("span", {}, inline(words.slice(0, 120))).textContent;
  return message.attachments?.length || message.components?.length
    ? "Click to see attachment" : "Click to see message";
}

function heading(message, author) {
  return h("div", { class: "heading" },
    button(author.name, (event) => userMenu(author, event.currentTarget), { class: "author" }),
    author.bot ? h("span", { class: "app-tag" }, "APP") : null,
    author.staff ? h("span", { class: "staff-tag", title: "Staff" }, "STAFF") : null,
    posted(message.timestamp));
}

function thinking(author) {
  return h("div", { class: "thinking", role: "status" },
    h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")),
    `${author.name} is thinking…`);
}

function content(message) {
  const edited = message.edited_timestamp && !message.loading
    ? h("span", { class: "edited", title: message.edited_timestamp }, "(edited)") : null;
  const words = message.content ? h("div", { class: "content" }, markdown(message.content),
    edited) : null;
  const hidden = message.flags & SUPPRESS_EMBEDS;
  const parts = (message.components ?? []).map((part) => component(part, message));
  const loose = message.flags & COMPONENTS_V2 ? [] : message.attachments;
  return [words, attachments(loose), hidden ? null : embeds(message.embeds),
    parts.length ? h("div", { class: "components" }, parts) : null];
}

function privateNote(message) {
  return h("div", { class: "private-note" }, icon("eye"), " Only you can see this • ",
    button("Dismiss message", () => remove(message), { class: "linkish" }));
}

export async function remove(message) {
  try {
    await act("delete", { message: message.id });
  } catch (error) {
    tell("note", { message: message.id, text: error.message });
  }
}

function toolbar(message) {
  if (message.loading) return null;
  const reply = button(icon("reply"), () => tell("reply", message), { "aria-label": "Reply" });
  const more = button(icon("more"), () => messageMenu(message, more), {
    "aria-label": "More", "aria-haspopup": "menu",
  });
  return h("div", { class: "toolbar", role: "toolbar", "aria-label": "Message" },
    message.private ? null : reply, more);
}
