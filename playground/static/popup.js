// A list that floats beside something: selects, context menus, the member switch.

import { h } from "./element.js";

let open = null;

export function closePopup() {
  open?.close();
}

// items: {label, description, value, chosen, disabled, group, danger}. pick(item) is called on
// choice; with `many` the list stays open and close(items) tells what was chosen.
export function popup(anchor, items, { label, pick, many = false, closed, at } = {}) {
  closePopup();
  const back = document.activeElement;
  const expands = anchor.matches("button");
  const role = many || items.some((item) => "chosen" in item) ? "option" : "menuitem";
  const list = h("div", {
    class: `popup${many ? " many" : ""}`, role: role === "option" ? "listbox" : "menu",
    "aria-label": label, "aria-multiselectable": many ? "true" : null, tabindex: "-1",
  });
  const rows = items.map((item) => row(item, role, many));
  rows.forEach((element, index) => {
    if (items[index].group && items[index].group !== items[index - 1]?.group) {
      list.append(h("div", { class: "popup-group", role: "presentation" }, items[index].group));
    }
    list.append(element);
    element.addEventListener("click", () => choose(items[index], element));
  });
  const choose = (item, element) => {
    if (item.disabled) return;
    if (many) {
      item.chosen = !item.chosen;
      element.setAttribute("aria-selected", String(item.chosen));
    } else {
      close();
      pick?.(item);
    }
  };
  const away = (event) => {
    if (!list.contains(event.target) && !anchor.contains(event.target)) close();
  };
  const close = () => {
    if (open?.list !== list) return;
    open = null;
    document.removeEventListener("pointerdown", away, true);
    const inside = list.contains(document.activeElement);
    list.remove();
    if (expands) anchor.setAttribute("aria-expanded", "false");
    if (inside) (anchor.isConnected ? focusable(anchor, back) : back)?.focus();
    closed?.(items);
  };
  list.addEventListener("keydown", (event) => keys(event, rows, close));
  (anchor.closest("dialog") ?? document.body).append(list);
  open = { list, close, anchor };
  if (expands) anchor.setAttribute("aria-expanded", "true");
  document.addEventListener("pointerdown", away, true);
  place(list, at ?? anchor.getBoundingClientRect());
  (rows.find((r) => r.getAttribute("aria-selected") === "true") ?? rows[0] ?? list).focus();
}

export function isOpenAt(anchor) {
  return open?.anchor === anchor;
}

function focusable(anchor, back) {
  return anchor.matches("button, [tabindex]") ? anchor : back;
}

function row(item, role, many) {
  return h("div", {
    class: `popup-row${item.danger ? " danger" : ""}`, role, tabindex: "-1",
    "aria-selected": role === "option" ? String(Boolean(item.chosen)) : null,
    "aria-disabled": item.disabled ? "true" : null,
  },
  item.emoji ? h("span", { class: "emoji", "aria-hidden": "true" }, item.emoji) : null,
  h("span", { class: "popup-words" }, h("span", {}, item.label),
    item.description ? h("small", {}, item.description) : null),
  many ? h("span", { class: "tick", "aria-hidden": "true" }) : null);
}

function keys(event, rows, close) {
  const now = rows.indexOf(document.activeElement);
  const moves = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: rows.length - 1 };
  if (event.key in moves) {
    rows.at(moves[event.key] % rows.length)?.focus();
  } else if (event.key === "Enter" || event.key === " ") rows[now]?.click();
  else if (event.key === "Escape" || event.key === "Tab") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function place(list, box) {
  const { innerWidth: width, innerHeight: height } = window;
  list.style.minWidth = `${Math.min(box.width ?? 0, width - 16)}px`;
  const size = list.getBoundingClientRect();
  const below = height - box.bottom - 8;
  const above = box.top - 8;
  const under = below >= size.height || below >= above;
  list.style.maxHeight = `${Math.max(120, under ? below : above)}px`;
  const tall = list.getBoundingClientRect().height;
  list.style.top = `${Math.max(8, under ? box.bottom + 4 : box.top - 4 - tall)}px`;
  list.style.left = `${Math.max(8, Math.min(box.left, width - size.width - 8))}px`;
}
