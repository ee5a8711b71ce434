// Pictures and files in messages: one, a grid of many, and the large view.

import { button, h } from "./element.js";
import { icon } from "./icons.js";
import { openPaint } from "./paint.js";
import { spoilerPicture } from "./spoiler.js";
import { tell } from "./store.js";

const SHOWN = /^image\/(png|jpeg|webp|gif)$/;

function isPicture(file) {
  return SHOWN.test(file.content_type ?? "") && Boolean(file.width);
}

// One picture, scaled down into the box as Discord does. Only the playground's own are loaded.
export function picture({ url, width, height, description, spoiler }, box = [550, 350]) {
  if (!url.startsWith("/files/")) return elsewhere(url);
  const scale = Math.min(1, box[0] / (width || box[0]), box[1] / (height || box[1]));
  const size = width ? { width: Math.round(width * scale), height: Math.round(height * scale) } : {};
  const image = h("img", { src: url, alt: description ?? "", ...size, decoding: "sync" });
  const open = button(image, () => lightbox(url, description), {
    class: "picture", "aria-label": `Open the picture${description ? `: ${description}` : ""}`,
  });
  return spoiler ? spoilerPicture(open) : open;
}

function elsewhere(url) {
  return h("span", { class: "elsewhere" }, `A picture from another host is not loaded here: ${url}`);
}

// Several pictures side by side; items have url, width, height, description, spoiler.
export function gallery(items) {
  if (items.length === 1) return h("div", { class: "gallery one" }, picture(items[0]));
  const tiles = items.map((item) => picture(item, [items.length > 4 ? 182 : 272, 272]));
  return h("div", { class: `gallery of-${Math.min(items.length, 10)}` }, tiles);
}

export function attachments(files) {
  const shown = files.filter(isPicture).map((file) => ({
    ...file, spoiler: file.filename.startsWith("SPOILER_"),
  }));
  const others = files.filter((file) => !isPicture(file));
  return [shown.length ? gallery(shown) : null, ...others.map(fileCard)];
}

export function fileCard(file) {
  const name = file.filename ?? decodeURIComponent(file.url.split("/").pop());
  return h("div", { class: "file-card" },
    icon("file"),
    h("span", {}, h("a", { href: file.url, download: name }, name),
      file.size === undefined ? null : h("small", {}, bytes(file.size))));
}

export function bytes(size) {
  if (size < 1024) return size === 1 ? "1 byte" : `${size} bytes`;
  return size < 1048576 ? `${(size / 1024).toFixed(1)} KB` : `${(size / 1048576).toFixed(2)} MB`;
}

// The picture's file, as if it had been saved and chosen again.
async function fetchFile(url) {
  const blob = await (await fetch(url)).blob();
  return new File([blob], decodeURIComponent(url.split("/").pop()), { type: blob.type });
}

function lightbox(url, description) {
  const attach = async () => {
    dialog.close();
    tell("attach", await fetchFile(url));
  };
  const paint = () => {
    dialog.close();
    openPaint(url, (file) => tell("attach", file));
  };
  const dialog = h("dialog", { class: "lightbox", "aria-label": "Picture" },
    h("img", { src: url, alt: description ?? "" }),
    description ? h("p", { class: "alt", tabindex: "0" }, description) : null,
    h("div", { class: "lightbox-row" },
      button("Paint over it", paint), button("Attach it", attach),
      h("a", { href: url, download: "" }, "Save"), button("Close", () => dialog.close())));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
