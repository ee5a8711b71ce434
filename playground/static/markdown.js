// Discord's markdown, blocks: headings, quotes, lists, code blocks. Makes nodes, never HTML.

import { h } from "./element.js";
import { inline } from "./inline.js";

const FENCE = /```(?:([\w+#.-]+)\n)?\n?([^]*?)\n?```/y;
const HEADING = /^(#{1,3}) +(.+)$/;
const SMALL = /^-# +(.+)$/;
const ITEM = /^( *)(?:[-*]|(\d{1,9})\.) +(.+)$/;
const QUOTE = /^> (.*)$/;

export function markdown(text, options = {}) {
  const nodes = [];
  for (const part of fences(text)) {
    if (part.code !== undefined) nodes.push(codeBlock(part));
    else nodes.push(...blocks(part.text, options));
  }
  return nodes;
}

// Cuts the text at its code blocks.
function fences(text) {
  const parts = [];
  let from = 0;
  for (let at = text.indexOf("```"); at >= 0; at = text.indexOf("```", at)) {
    FENCE.lastIndex = at;
    const match = text[at - 1] === "\\" ? null : FENCE.exec(text);
    if (!match || !match[2].trim()) {
      at += 3;
      continue;
    }
    if (at > from) parts.push({ text: text.slice(from, at).replace(/\n$/, "") });
    parts.push({ code: match[2], language: match[1] });
    at = from = FENCE.lastIndex;
    if (text[from] === "\n") at = from += 1;
  }
  if (from < text.length) parts.push({ text: text.slice(from) });
  return parts;
}

function codeBlock({ code, language }) {
  return h("pre", { tabindex: "0" }, h("code", { dataset: { language: language ?? "" } }, code));
}

function blocks(text, options) {
  const nodes = [];
  const lines = text.split("\n");
  let plain = [];
  const flush = () => {
    if (plain.length) nodes.push(h("div", { class: "text" }, inline(plain.join("\n"), options)));
    plain = [];
  };
  while (lines.length) {
    const made = block(lines, options);
    if (made) {
      flush();
      nodes.push(made);
    } else plain.push(lines.shift());
  }
  flush();
  return nodes;
}

// Takes the lines of one block off the front; null when the next line is plain text.
function block(lines, options) {
  const line = lines[0];
  if (line.startsWith(">>> ")) {
    const rest = lines.splice(0).join("\n").slice(4);
    return h("blockquote", {}, blocks(rest, options));
  }
  if (QUOTE.test(line)) {
    const quoted = [];
    while (lines.length && QUOTE.test(lines[0])) quoted.push(QUOTE.exec(lines.shift())[1]);
    return h("blockquote", {}, blocks(quoted.join("\n"), options));
  }
  const heading = HEADING.exec(line) ?? null;
  if (heading) {
    lines.shift();
    return h(`h${heading[1].length + 2}`, { class: `heading-${heading[1].length}` },
      inline(heading[2], options));
  }
  const small = SMALL.exec(line);
  if (small) {
    lines.shift();
    return h("small", { class: "subtext" }, inline(small[1], options));
  }
  return ITEM.test(line) ? list(lines, options, ITEM.exec(line)[1].length) : null;
}

function list(lines, options, depth) {
  const first = ITEM.exec(lines[0]);
  const made = first[2] ? h("ol", { start: first[2] }) : h("ul");
  while (lines.length) {
    const item = ITEM.exec(lines[0]);
    if (!item || item[1].length < depth) break;
    if (item[1].length === depth && !item[2] !== !first[2]) break; // bullets after numbers
    if (item[1].length > depth && made.lastChild) {
      made.lastChild.append(list(lines, options, item[1].length));
    } else {
      lines.shift();
      made.append(h("li", {}, inline(item[3], options)));
    }
  }
  return made;
}
