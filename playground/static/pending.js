// Files that wait to be sent with the next message.

import { button, h } from "./element.js";
import { icon } from "./icons.js";
import { openPaint } from "./paint.js";
import { filePicker } from "./picker.js";
import { bytes } from "./pictures.js";

export class PendingFiles {
  constructor() {
    this.list = [];
    this.take = (files) => files; // somebody who takes files instead, and returns the rest
    this.element = h("ul", { class: "pending", "aria-label": "Files to send" });
    this.button = h("span", { class: "attach" }, filePicker(icon("plus"),
      (files) => this.offer(files),
      { multiple: true, class: "icon", id: "attach", "aria-label": "Attach files" }));
  }

  offer(files) {
    this.list.push(...(files.length ? this.take(files) : []));
    this.show();
  }

  // Gives the files away.
  empty() {
    const list = this.list;
    this.list = [];
    this.show();
    return list;
  }

  show() {
    for (const image of this.element.querySelectorAll("img")) URL.revokeObjectURL(image.src);
    this.element.replaceChildren(...this.list.map((file) => this.card(file)));
  }

  card(file) {
    const url = file.type.startsWith("image/") ? URL.createObjectURL(file) : null;
    return h("li", {},
      url ? h("img", { src: url, alt: "", onerror: ({ target }) => target.replaceWith(icon("file")) })
        : icon("file"),
      h("span", { class: "pending-name" }, file.name, h("small", {}, bytes(file.size))),
      h("span", { class: "pending-row" },
        url ? button(icon("brush"), () => openPaint(URL.createObjectURL(file), (painted) => {
          this.list[this.list.indexOf(file)] = painted;
          this.show();
        }, file.name), { class: "icon", "aria-label": `Paint over ${file.name}` }) : null,
        button(icon("close"), () => {
          this.list = this.list.filter((one) => one !== file);
          this.show();
        }, { class: "icon", "aria-label": `Remove ${file.name}` })));
  }
}
