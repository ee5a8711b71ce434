// Hides something until it is asked for.

import { h } from "./element.js";

export function spoiler(inner) {
  const hidden = h("span", { class: "spoiled" }, inner);
  hidden.inert = true;
  const cover = h("span", {
    class: "spoiler", role: "button", tabindex: "0", "aria-label": "Spoiler, press to show",
  }, hidden);
  const show = (event) => {
    if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    reveal(cover, hidden);
  };
  cover.addEventListener("click", show, { once: true });
  cover.addEventListener("keydown", show);
  return cover;
}

function reveal(cover, hidden) {
  hidden.inert = false;
  cover.classList.add("shown");
  for (const name of ["role", "tabindex", "aria-label"]) cover.removeAttribute(name);
}

// The same for a picture: blurred, with a word over it.
export function spoilerPicture(picture) {
  const cover = h("span", { class: "spoiler-picture" }, picture,
    h("button", { type: "button", class: "spoiler-word", onclick: () => {
      cover.classList.add("shown");
      picture.inert = false;
      picture.focus?.();
    } }, "SPOILER"));
  picture.inert = true;
  return cover;
}
