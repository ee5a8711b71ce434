// One option of a command in the message box: its name, its value, and what is wrong with it.

import { button, h } from "./element.js";
import { icon } from "./icons.js";
import { ATTACHMENT, STRING, read } from "./options.js";
import { openPaint } from "./paint.js";
import { filePicker } from "./picker.js";

export class Chip {
  // events: input(chip), focus(chip), keydown(chip, event), blur(chip), fill(chip, files)
  constructor(option, events) {
    this.option = option;
    this.picked = null;
    this.file = null;
    this.events = events;
    this.element = h("span", { class: `chip${option.required ? " required" : ""}`,
      dataset: { option: option.name } });
    if (option.type === ATTACHMENT) this.makePicker();
    else this.makeInput();
  }

  makeInput() {
    const { option } = this;
    this.input = h(option.type === STRING ? "textarea" : "input", {
      class: "chip-input", rows: option.type === STRING ? 1 : null, role: "combobox",
      "aria-label": option.name, "aria-expanded": "false", "aria-autocomplete": "list",
      "aria-required": String(Boolean(option.required)), autocomplete: "off", spellcheck: "false",
      inputmode: { 4: "numeric", 10: "decimal" }[option.type],
      oninput: () => {
        this.size();
        this.events.input(this);
      },
      onfocus: () => this.events.focus(this),
      onblur: () => this.events.blur(this),
      onkeydown: (event) => this.events.keydown(this, event),
    });
    this.element.append(h("span", { class: "chip-name" }, option.name), this.input);
    this.size();
  }

  makePicker() {
    const [choose, picker] = filePicker("choose or drop a file",
      (files) => this.events.fill(this, files), {
        class: "chip-input chip-file", "aria-label": `${this.option.name}: choose a file`,
        onfocus: () => this.events.focus(this), onblur: () => this.events.blur(this),
        onkeydown: (event) => event.key !== "Enter" && event.key !== " "
          && this.events.keydown(this, event),
      });
    this.input = choose;
    this.brush = button(icon("brush"), () => this.paint(), {
      class: "icon chip-brush", "aria-label": `Paint over ${this.option.name}`, hidden: true });
    this.element.append(h("span", { class: "chip-name" }, this.option.name), this.input, picker,
      this.brush);
  }

  paint() {
    const url = URL.createObjectURL(this.file);
    openPaint(url, (file) => this.setFile(file), this.file.name);
  }

  setFile(file) {
    this.file = file;
    this.input.textContent = file ? file.name : "choose or drop a file";
    this.brush.hidden = !file?.type.startsWith("image/");
    this.mark();
  }

  get text() {
    return this.option.type === ATTACHMENT ? "" : this.input.value;
  }

  set(text, picked = null) {
    if (this.option.type === ATTACHMENT) return;
    this.input.value = text;
    this.picked = picked;
    this.size();
    this.mark();
  }

  read() {
    return read(this.option, { text: this.text, picked: this.picked, file: this.file });
  }

  // Shows or hides the red of a wrong value; returns the complaint.
  mark(found = this.read()) {
    this.element.classList.toggle("wrong", Boolean(found.wrong));
    this.input.setAttribute("aria-invalid", String(Boolean(found.wrong)));
    return found.wrong ?? null;
  }

  size() {
    if (this.option.type === ATTACHMENT) return;
    const length = Math.max(3, ...this.input.value.split("\n").map((line) => line.length));
    this.input.style.width = `${length + 2}ch`;
    if (this.input.tagName === "TEXTAREA") this.grow();
  }

  // As tall as its words, in a box that scrolls: where the caret is must stay in sight.
  grow() {
    const box = this.element.closest(".command-box");
    const top = box?.scrollTop;
    this.input.style.height = "auto";
    if (this.input.scrollHeight) this.input.style.height = `${this.input.scrollHeight}px`;
    if (box) box.scrollTop = top;
    const writing = document.activeElement === this.input;
    if (writing && this.input.selectionEnd === this.input.value.length) {
      this.element.scrollIntoView({ block: "end" });
    }
  }
}
