// Components of a message, by Discord's type numbers, classic and V2.

import { act } from "./api.js";
import { h } from "./element.js";
import { icon } from "./icons.js";
import { jumpTo } from "./inline.js";
import { markdown } from "./markdown.js";
import { openModal } from "./modal.js";
import { fileCard, gallery, picture } from "./pictures.js";
import { select } from "./select.js";
import { spoilerPicture } from "./spoiler.js";
import { tell } from "./store.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link", 6: "primary" };
const LINK = 5;
const JUMP = /\/channels\/(?:\d+|@me)\/(\d+)\/(\d+)$/;

const awaited = new Set(); // the controls whose answer has not come, by message and custom_id

const MAKERS = {
  1: row, 2: button, 3: choice, 5: choice, 6: choice, 7: choice, 8: choice, 9: section,
  10: text, 11: thumbnail, 12: media, 13: file, 14: separator, 17: container,
};

export function component(part, message) {
  return MAKERS[part.type]?.(part, message) ??
    h("div", { class: "elsewhere" }, `A component of type ${part.type} is not known here.`);
}

function row(part, message) {
  return h("div", { class: "row" }, part.components.map((inner) => component(inner, message)));
}

function button(part, message) {
  const words = [part.emoji ? h("span", { class: "emoji" }, part.emoji.name ?? "") : null,
    part.label ? h("span", {}, part.label) : null];
  if (part.style === LINK) return linkButton(part, words);
  const asked = { message: message.id, custom_id: part.custom_id };
  return h("button", {
    type: "button", class: `button ${STYLES[part.style]}`, disabled: part.disabled,
    dataset: { key: part.custom_id }, "aria-label": part.label ? null : part.emoji?.name,
    "aria-busy": awaited.has(keyOf(asked)) ? "true" : null, onclick: () => send("press", asked),
  }, words);
}

function linkButton(part, words) {
  const jump = JUMP.exec(part.url);
  return h("a", {
    class: "button link", href: part.url, target: "_blank", rel: "noopener noreferrer",
    onclick: jump && ((event) => {
      event.preventDefault();
      jumpTo(jump[1], jump[2]);
    }),
  }, words, icon("out"));
}

function choice(part, message) {
  const asked = { message: message.id, custom_id: part.custom_id };
  const { element } = select(part, (values) => send("select", { ...asked, values }));
  if (awaited.has(keyOf(asked))) element.setAttribute("aria-busy", "true");
  return element;
}

function keyOf({ message, custom_id }) {
  return `${message}/${custom_id}`;
}

// Sends an interaction with a component; what the client says of it appears under the message.
// Until the answer is there the control is busy, also when its message is drawn anew meanwhile.
async function send(name, payload) {
  const key = keyOf(payload);
  if (awaited.has(key)) return;
  awaited.add(key);
  shownAs(payload)?.setAttribute("aria-busy", "true");
  tell("note", { message: payload.message, text: "" });
  try {
    const answer = await act(name, payload);
    if (answer.failed) tell("note", { message: payload.message, text: answer.failed });
    if (answer.modal) openModal(answer.modal);
  } catch (error) {
    tell("note", { message: payload.message, text: error.message });
  } finally {
    awaited.delete(key);
    shownAs(payload)?.removeAttribute("aria-busy");
  }
}

function shownAs({ message, custom_id }) {
  const key = CSS.escape(custom_id);
  return document.querySelector(`#message-${message} [data-key="${key}"]`);
}

function section(part, message) {
  return h("div", { class: "section" },
    h("div", { class: "section-words" }, part.components.map((one) => component(one, message))),
    h("div", { class: "accessory" }, component(part.accessory, message)));
}

function text(part) {
  return h("div", { class: "display" }, markdown(part.content));
}

function thumbnail(part) {
  return picture({ ...part.media, description: part.description, spoiler: part.spoiler }, [85, 85]);
}

function media(part) {
  return gallery(part.items.map((item) => ({
    ...item.media, description: item.description, spoiler: item.spoiler,
  })));
}

function file(part) {
  return part.spoiler ? spoilerPicture(fileCard(part.file)) : fileCard(part.file);
}

function separator(part) {
  const line = part.divider === false ? "" : " line";
  return h("hr", { class: `separator${line}${part.spacing === 2 ? " wide" : ""}` });
}

function container(part, message) {
  const colour = part.accent_color;
  const known = colour !== null && colour !== undefined;
  const inner = h("div", {
    class: `container${known ? " accented" : ""}`,
    style: known ? { borderLeftColor: `#${colour.toString(16).padStart(6, "0")}` } : {},
  }, part.components.map((one) => component(one, message)));
  return part.spoiler ? spoilerPicture(inner) : inner;
}
