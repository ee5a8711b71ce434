// A form that the bot opened.

import { act } from "./api.js";
import { button, h } from "./element.js";
import { field } from "./fields.js";
import { icon } from "./icons.js";
import { markdown } from "./markdown.js";

const ROW = 1;
const TEXT = 10;
const LABEL = 18;
let count = 0;

export function openModal(modal) {
  const questions = [];
  const words = modal.components.map((part) => {
    if (part.type === TEXT) return h("div", { class: "form-words" }, markdown(part.content));
    if (part.type === LABEL) return question(part.component, part, modal, questions);
    if (part.type === ROW) return part.components.map((one) => question(one, one, modal, questions));
    return null;
  });
  const wrong = h("p", { class: "form-wrong", role: "alert" });
  const submit = h("button", { type: "submit", class: "button primary" }, "Submit");
  const form = h("form", { class: "form", novalidate: true },
    h("header", {}, h("h2", { id: `modal-${++count}` }, modal.title),
      button(icon("close"), () => dialog.close(), { class: "icon", "aria-label": "Close" })),
    h("div", { class: "form-body" }, words),
    wrong,
    h("footer", {}, button("Cancel", () => dialog.close(), { class: "button bare" }), submit));
  const dialog = h("dialog", { class: "modal", "aria-labelledby": `modal-${count}` }, form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (submit.hasAttribute("aria-busy") || !allRight(questions)) return;
    submit.setAttribute("aria-busy", "true");
    wrong.textContent = await sent(modal, questions, dialog);
    submit.removeAttribute("aria-busy");
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  form.querySelector(".form-body :is(input, textarea, button)")?.focus();
}

function question(part, labels, modal, questions) {
  const id = `field-${++count}`;
  const label = labels.label ?? "";
  const made = field(part, { id, label, pictures: modal.pictures });
  made.control.id = id;
  made.control.setAttribute("aria-describedby", `${id}-wrong`);
  const wrong = h("span", { class: "question-wrong", id: `${id}-wrong` });
  questions.push({ ...made, id: part.custom_id, wrong });
  const needed = (part.required ?? true) && part.type !== 23;
  return h("div", { class: "question" },
    h("label", { for: id }, label, needed ? h("span", { class: "star" }, " *") : null),
    labels.description ? h("p", { class: "question-about" }, labels.description) : null,
    made.element, wrong);
}

function allRight(questions) {
  const bad = questions.filter(({ check, wrong, control }) => {
    wrong.textContent = check() ?? "";
    control.setAttribute("aria-invalid", String(Boolean(wrong.textContent)));
    return wrong.textContent;
  });
  const first = bad[0]?.control;
  (first?.querySelector("input") ?? first)?.focus(); // of a group its first box
  return !bad.length;
}

// Sends the form; returns what went wrong, or closes it.
async function sent(modal, questions, dialog) {
  const values = Object.fromEntries(questions.map(({ id, value }) => [id, value()]));
  try {
    const answer = await act("submit", { modal: modal.id, values });
    if (answer.failed) return answer.failed;
    dialog.close();
    return "";
  } catch (error) {
    return error.message;
  }
}
