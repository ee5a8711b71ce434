// A select: in messages it sends what was chosen, in forms it keeps it.

import { h } from "./element.js";
import { icon } from "./icons.js";
import { isOpenAt, closePopup, popup } from "./popup.js";
import { guildOf, people, tell } from "./store.js";

const STRINGS = 3;
const PLACEHOLDERS = { 3: "Make a selection", 5: "Select a user", 6: "Select a role",
  7: "Select a user or role", 8: "Select a channel" };

// The things a select offers, with the value that stands for each.
function offered(part) {
  const chosen = new Set((part.default_values ?? []).map((value) => String(value.id)));
  const entity = (kind) => (one) => ({
    label: one.name, value: { kind, id: one.id }, chosen: chosen.has(one.id),
  });
  const users = () => people().map(entity("user"));
  const roles = () => (guildOf()?.roles ?? []).map(entity("role"));
  const channels = () => (guildOf()?.channels ?? []).map(entity("channel"));
  if (part.type === STRINGS) {
    return part.options.map((option) => ({
      label: option.label, description: option.description, value: option.value,
      emoji: option.emoji?.name, chosen: Boolean(option.default),
    }));
  }
  return { 5: users, 6: roles, 7: () => [...users(), ...roles()], 8: channels }[part.type]();
}

// send(values) is called when a choice is complete. Returns the control; `values()` reads it.
export function select(part, send, { label } = {}) {
  let items = offered(part);
  const low = part.min_values ?? 1;
  const high = part.max_values ?? 1;
  const range = low === high ? String(low) : `${low} to ${high}`;
  const placeholder = part.placeholder || PLACEHOLDERS[part.type];
  const shown = h("span", { class: "select-shown" });
  const control = h("button", {
    type: "button", class: "select", "aria-haspopup": "listbox", "aria-expanded": "false",
    disabled: part.disabled, dataset: { key: part.custom_id },
  }, shown, icon("down"));
  const values = () => items.filter((item) => item.chosen).map((item) => item.value);
  const show = () => {
    const names = items.filter((item) => item.chosen).map((item) => item.label);
    shown.textContent = names.join(", ") || placeholder;
    shown.classList.toggle("placeholder", !names.length);
    control.setAttribute("aria-label", `${label ?? placeholder}: ${names.join(", ") || "nothing"}`);
  };
  const settle = (next) => {
    const before = JSON.stringify(values());
    items = next;
    show();
    if (JSON.stringify(values()) !== before || high === 1) send?.(values());
  };
  control.addEventListener("click", () => {
    if (control.hasAttribute("aria-busy")) return;
    if (isOpenAt(control)) return closePopup();
    const copy = items.map((item) => ({ ...item }));
    if (high > 1 || low === 0) openMany(copy);
    else popup(control, copy, { label: placeholder, pick: (item) => settle(
      copy.map((one) => ({ ...one, chosen: one === item }))) });
  });
  const openMany = (copy) => popup(control, copy, {
    label: `${placeholder} (${range})`, many: true,
    closed: (next) => {
      if (!next.some((item, index) => item.chosen !== items[index].chosen)) return;
      const count = next.filter((item) => item.chosen).length;
      const fits = count >= low && count <= high;
      tell("problem", fits ? "" : `${label ?? placeholder}: choose ${range}, not ${count}.`);
      if (fits) settle(next);
    },
  });
  show();
  return { element: control, values };
}
