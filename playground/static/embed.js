// An embed as Discord shows it: colour bar, author, title, fields in rows, picture, footer.

import { h } from "./element.js";
import { inline, link } from "./inline.js";
import { markdown } from "./markdown.js";
import { gallery, picture } from "./pictures.js";
import { posted } from "./timestamps.js";

// Embeds with the same link are one embed with up to four pictures.
export function embeds(list) {
  const groups = [];
  for (const data of list) {
    const known = data.url && data.image && groups.find((group) => group[0].url === data.url);
    if (known) known.push(data);
    else groups.push([data]);
  }
  return groups.map(([first, ...more]) => embed(first, more));
}

function embed(data, more) {
  const colour = data.color ? `#${data.color.toString(16).padStart(6, "0")}` : null;
  const title = data.title && inline(data.title);
  return h("article", { class: "embed", style: colour ? { borderLeftColor: colour } : {} },
    h("div", { class: "embed-grid" },
      h("div", { class: "embed-words" },
        data.author ? h("div", { class: "embed-author" }, icon(data.author.icon_url),
          data.author.url ? link(data.author.url, data.author.name) : data.author.name) : null,
        title ? h("div", { class: "embed-title" },
          data.url ? link(data.url, title) : title) : null,
        data.description ? h("div", { class: "embed-description" },
          markdown(data.description)) : null,
        data.fields?.length ? h("div", { class: "embed-fields" }, fields(data.fields)) : null),
      data.thumbnail ? h("div", { class: "embed-thumbnail" },
        picture(data.thumbnail, [80, 80])) : null),
    data.image ? h("div", { class: "embed-image" }, more.length
      ? gallery([data, ...more].slice(0, 4).map((one) => one.image))
      : picture(data.image, [400, 300])) : null,
    footer(data));
}

// Up to three inline fields share a row; a field that is not inline has its own.
function fields(list) {
  const rows = [];
  for (const field of list) {
    const row = rows.at(-1);
    const joins = field.inline && row?.[0].inline && row.length < 3;
    if (joins) row.push(field);
    else rows.push([field]);
  }
  return rows.flatMap((row) => row.map((field) => h("div", {
    class: `embed-field across-${field.inline ? row.length : 1}`,
  }, h("div", { class: "field-name" }, inline(field.name)),
  h("div", { class: "field-value" }, markdown(field.value)))));
}

function footer(data) {
  if (!data.footer && !data.timestamp) return null;
  return h("div", { class: "embed-footer" }, icon(data.footer?.icon_url), data.footer?.text,
    data.footer && data.timestamp ? " • " : null, data.timestamp ? posted(data.timestamp) : null);
}

function icon(url) {
  return url?.startsWith("/files/") ? h("img", { class: "embed-icon", src: url, alt: "" }) : null;
}
