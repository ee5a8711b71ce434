// The questions of a form. Each maker returns {element, control, value(), check()}; ``control`` is
// what the label names and what is said to be wrong.

import { button, h } from "./element.js";
import { icon } from "./icons.js";
import { openPaint } from "./paint.js";
import { filePicker } from "./picker.js";
import { bytes } from "./pictures.js";
import { select } from "./select.js";

const MAKERS = { 4: input, 3: choose, 5: choose, 6: choose, 7: choose, 8: choose,
  19: upload, 21: radio, 22: checks, 23: check };

export function field(part, context) {
  return MAKERS[part.type](part, context);
}

function input(part) {
  const long = part.style === 2;
  const element = h(long ? "textarea" : "input", {
    class: "form-input", rows: long ? 4 : null, type: long ? null : "text",
    placeholder: part.placeholder, maxlength: part.max_length ?? 4000,
    "aria-required": String(part.required ?? true),
    dataset: { key: part.custom_id },
  });
  element.value = part.value ?? "";
  const counter = h("span", { class: "counter", "aria-hidden": "true" });
  const count = () => { counter.textContent = `${element.value.length}/${part.max_length ?? 4000}`; };
  element.addEventListener("input", count);
  count();
  const low = part.min_length ?? 0;
  return {
    element: h("div", { class: "form-text" }, element, counter), control: element,
    value: () => element.value,
    check: () => missing(part, element.value) ?? (element.value && element.value.length < low
      ? `Must be ${low} or more in length.` : null),
  };
}

function choose(part, { label }) {
  const control = select(part, null, { label });
  return { element: control.element, control: control.element, value: control.values,
    check: () => missing(part, control.values()) };
}

function options(part, kind, name) {
  return part.options.map((option) => {
    const box = h("input", { type: kind, name, checked: option.default, value: option.value });
    return { box, element: h("label", { class: "form-option" }, box, h("span", {}, option.label,
      option.description ? h("small", {}, option.description) : null)) };
  });
}

function radio(part, { id, label }) {
  const made = options(part, "radio", id);
  const value = () => made.find(({ box }) => box.checked)?.box.value ?? null;
  return { ...group("radiogroup", label, made), value, check: () => missing(part, value()) };
}

function checks(part, { id, label }) {
  const made = options(part, "checkbox", id);
  const value = () => made.filter(({ box }) => box.checked).map(({ box }) => box.value);
  return { ...group("group", label, made), value, check: () => missing(part, value()) };
}

function group(role, label, made) {
  const element = h("div", { role, "aria-label": label }, made.map((one) => one.element));
  return { element, control: element };
}

function check(part, { label }) {
  const box = h("input", { type: "checkbox", checked: part.default, "aria-label": label });
  return { element: h("span", { class: "form-option" }, box), control: box,
    value: () => box.checked, check: () => null };
}

function upload(part, { label, pictures = [] }) {
  let files = [];
  const most = part.max_values ?? 1;
  const list = h("ul", { class: "form-files" });
  const show = () => list.replaceChildren(...files.map((file) => h("li", {}, file.name,
    h("small", {}, bytes(file.size)), button(icon("close"), () => {
      files = files.filter((one) => one !== file);
      show();
    }, { class: "icon", "aria-label": `Remove ${file.name}` }))));
  const add = (more) => {
    files = [...files, ...more].slice(-most);
    show();
  };
  const choice = most > 1 ? "Choose files" : "Choose a file";
  const [choose, picker] = filePicker(choice, add, { multiple: most > 1,
    class: "button secondary", "aria-label": `${label}: ${choice.toLowerCase()}` });
  const element = h("div", { class: "form-upload" }, choose, picker,
    h("span", { class: "drop-hint" }, most > 1 ? `or drop up to ${most} files` : "or drop a file"),
    pictures.map((url, index) => button(
      pictures.length > 1 ? `Paint over picture ${index + 1}` : "Paint over the picture",
      () => openPaint(url, (file) => add([file])), { class: "button secondary paint-over" })),
    list);
  element.addEventListener("files", ({ detail }) => add(detail));
  return { element, control: choose, value: () => files, check: () => missing(part, files) };
}

function missing(part, value) {
  const empty = value === null || value === "" || value.length === 0;
  return empty && (part.required ?? true) ? "This field is required." : null;
}
