// A small paint tool: scribble over a copy of a picture. Works with a pointer and with the arrows.

import { button, h } from "./element.js";
import { tell } from "./store.js";

const COLOURS = ["#ff2d55", "#ffd60a", "#30d158", "#0a84ff", "#ffffff", "#000000"];
const STEP = 0.02; // of the picture's longer side, by each arrow key
const UNDO = 20;

// done(file) receives the painted copy as PNG, at the picture's own size.
export async function openPaint(url, done, name = decodeURIComponent(url.split("/").pop())) {
  const image = new Image();
  image.src = url;
  try {
    await image.decode();
  } catch {
    return tell("problem", `${name} cannot be opened as a picture.`);
  }
  const canvas = h("canvas", { class: "paint-canvas", tabindex: "0", role: "img",
    "aria-label": "The picture. Drag to paint, or move with the arrows and press Space." });
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  const paper = canvas.getContext("2d", { willReadFrequently: true });
  paper.drawImage(image, 0, 0);
  const brush = new Brush(canvas, paper);
  const finish = () => canvas.toBlob((blob) => {
    dialog.close();
    done(new File([blob], `${name.replace(/\.\w+$/, "")}-painted.png`, { type: "image/png" }));
  }, "image/png");
  const dialog = h("dialog", { class: "paint", "aria-label": "Paint over the picture" },
    h("div", { class: "paint-tools", role: "toolbar", "aria-label": "Brush" },
      COLOURS.map((colour) => swatch(colour, brush)),
      h("label", { class: "paint-size" }, "Size",
        h("input", { type: "range", min: "1", max: "20", value: "6",
          oninput: (event) => brush.setSize(Number(event.target.value)) })),
      button("Undo", () => brush.undo(), { class: "button secondary" }),
      button("Clear", () => brush.clear(image), { class: "button secondary" })),
    h("div", { class: "paint-sheet" }, canvas, brush.cursor),
    h("footer", {}, button("Cancel", () => dialog.close(), { class: "button bare" }),
      button("Use this copy", finish, { class: "button primary" })));
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (url.startsWith("blob:")) URL.revokeObjectURL(url);
  });
  document.body.append(dialog);
  dialog.showModal();
  canvas.focus();
}

function swatch(colour, brush) {
  return button("", (event) => {
    brush.colour = colour;
    for (const other of event.currentTarget.parentElement.querySelectorAll(".swatch")) {
      other.setAttribute("aria-pressed", String(other === event.currentTarget));
    }
  }, { class: "swatch", style: { background: colour }, "aria-label": `Colour ${colour}`,
    "aria-pressed": String(colour === brush.colour) });
}

class Brush {
  constructor(canvas, paper) {
    Object.assign(this, { canvas, paper, colour: COLOURS[0], past: [], last: null });
    this.at = [canvas.width / 2, canvas.height / 2];
    this.cursor = h("span", { class: "paint-cursor", "aria-hidden": "true" });
    this.setSize(6);
    canvas.addEventListener("pointerdown", (event) => this.down(event));
    canvas.addEventListener("pointermove", (event) => this.last && this.line(this.point(event)));
    for (const end of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(end, () => { this.last = null; });
    }
    canvas.addEventListener("keydown", (event) => this.key(event));
  }

  setSize(percent) {
    this.size = Math.max(2, Math.max(this.canvas.width, this.canvas.height) * percent / 100);
    this.placeCursor();
  }

  point(event) {
    const box = this.canvas.getBoundingClientRect();
    return [(event.clientX - box.left) * this.canvas.width / box.width,
      (event.clientY - box.top) * this.canvas.height / box.height];
  }

  down(event) {
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    this.keep();
    this.last = this.point(event);
    this.line(this.last);
  }

  line(to) {
    const { paper } = this;
    paper.strokeStyle = this.colour;
    paper.lineWidth = this.size;
    paper.lineCap = "round";
    paper.beginPath();
    paper.moveTo(...(this.last ?? to));
    paper.lineTo(to[0] + 0.01, to[1]); // a line of no length would paint no dot
    paper.stroke();
    this.at = to;
    if (this.last) this.last = to;
    this.placeCursor();
  }

  key(event) {
    const far = STEP * Math.max(this.canvas.width, this.canvas.height);
    const ways = { ArrowLeft: [-far, 0], ArrowRight: [far, 0], ArrowUp: [0, -far],
      ArrowDown: [0, far], " ": [0, 0] };
    const way = ways[event.key];
    if (!way) return;
    event.preventDefault();
    this.at = [clamp(this.at[0] + way[0], this.canvas.width),
      clamp(this.at[1] + way[1], this.canvas.height)];
    if (event.key === " ") {
      this.keep();
      this.line(this.at);
    }
    this.placeCursor();
  }

  placeCursor() {
    const { width, height } = this.canvas;
    Object.assign(this.cursor.style, { left: `${100 * this.at[0] / width}%`,
      top: `${100 * this.at[1] / height}%`, width: `${100 * this.size / width}%` });
  }

  keep() {
    this.past.push(this.paper.getImageData(0, 0, this.canvas.width, this.canvas.height));
    if (this.past.length > UNDO) this.past.shift();
  }

  undo() {
    const before = this.past.pop();
    if (before) this.paper.putImageData(before, 0, 0);
  }

  clear(image) {
    this.keep();
    this.paper.drawImage(image, 0, 0);
  }
}

function clamp(value, most) {
  return Math.max(0, Math.min(most, value));
}
