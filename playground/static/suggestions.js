// The list above the message box: commands, options, choices, members.

import { h } from "./element.js";

let count = 0;

export class Suggestions {
  constructor(slot) {
    this.slot = slot;
    this.items = [];
    this.active = -1;
    this.input = null;
  }

  // items: {label, detail, description}. pick(item) is called on choice; `first` preselects one.
  show(input, items, { title, pick, first = false }) {
    this.hide();
    if (!items.length) return;
    Object.assign(this, { input, items, pick, active: -1 });
    const id = `suggestions-${++count}`;
    this.rows = items.map((item, index) => h("div", {
      class: "suggestion", role: "option", id: `${id}-${index}`, "aria-selected": "false",
      onpointerdown: (event) => event.preventDefault(),
      onclick: () => this.take(index),
    }, h("span", { class: "suggestion-name" }, item.label,
      item.detail ? h("small", {}, item.detail) : null),
    item.description ? h("span", { class: "suggestion-about" }, item.description) : null));
    this.slot.replaceChildren(h("div", { class: "suggestions" },
      h("div", { class: "suggestions-title" }, title),
      h("div", { role: "listbox", id, "aria-label": title }, this.rows)));
    input.setAttribute("aria-controls", id);
    input.setAttribute("aria-expanded", "true");
    if (first) this.move(1);
  }

  hide() {
    this.input?.setAttribute("aria-expanded", "false");
    this.input?.removeAttribute("aria-activedescendant");
    this.input?.removeAttribute("aria-controls");
    this.items = [];
    this.active = -1;
    this.slot.replaceChildren();
  }

  move(step) {
    const length = this.items.length;
    this.rows[this.active]?.setAttribute("aria-selected", "false");
    this.active = this.active < 0 && step < 0 ? length - 1 : (this.active + step + length) % length;
    const row = this.rows[this.active];
    row.setAttribute("aria-selected", "true");
    row.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", row.id);
  }

  take(index = this.active) {
    const { items, pick } = this;
    this.hide();
    pick(items[index]);
  }

  // Whether the key was for the list.
  key(event) {
    if (!this.items.length || event.isComposing) return false;
    if (event.key === "ArrowDown") this.move(1);
    else if (event.key === "ArrowUp") this.move(-1);
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && this.active >= 0) {
      this.take();
    } else if (event.key === "Escape") this.hide();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }
}
