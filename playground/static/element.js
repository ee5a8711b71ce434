// Makes elements. Text goes in as text nodes only: nothing here ever parses HTML.

export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) set(element, name, value);
  element.append(...children.flat(Infinity).filter((child) => child || child === 0)
    .map((child) => (child instanceof Node ? child : String(child))));
  return element;
}

function set(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (name === "class") element.className = value;
  else if (name === "style") Object.assign(element.style, value);
  else if (name === "dataset") Object.assign(element.dataset, value);
  else element.setAttribute(name, value === true ? "" : value);
}

export function button(label, onclick, props = {}) {
  return h("button", { type: "button", onclick, ...props }, label);
}

// A name has the same colour each time.
const COLOURS = ["#5865f2", "#3ba55c", "#ed4245", "#faa61a", "#eb459e", "#757e8a"];

export function avatar(user, props = {}) {
  const name = user?.name ?? "?";
  let sum = 0;
  for (const letter of name) sum += letter.codePointAt(0);
  return h("span", {
    ...props, class: `avatar ${props.class ?? ""}`, "aria-hidden": "true",
    style: { background: user?.bot ? COLOURS[0] : COLOURS[sum % COLOURS.length] },
  }, [...name][0].toUpperCase());
}
