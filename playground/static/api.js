// Sends what a member does, and what the panel switches.

import { store } from "./store.js";

class Refused extends Error {}

// values may hold files; each goes as a part of its own and is named in the payload.
export async function act(name, payload, { signal } = {}) {
  const form = new FormData();
  const files = [];
  const body = { member: store.member, channel: store.channel, ...collect(payload, files) };
  form.append("payload", JSON.stringify(body));
  files.forEach((file, index) => form.append(`file${index}`, file, file.name));
  return answer(await post(`/act/${name}`, { body: form, signal }));
}

export async function turn(name, body = {}) {
  const headers = { "Content-Type": "application/json" };
  return answer(await post(`/panel/${name}`, { body: JSON.stringify(body), headers }));
}

export async function wireRecord(number) {
  const response = await fetch(`/wire/${number}`);
  return response.ok ? response.json() : { body: await response.text(), answer: "" };
}

async function post(path, options) {
  try {
    return await fetch(path, { method: "POST", ...options });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused("The playground does not answer. Is it still running?");
  }
}

async function answer(response) {
  if (response.ok) {
    const body = await response.json();
    if (body.refused) throw new Refused(body.refused);
    return body;
  }
  throw new Refused(response.status === 413 ? "These files are too large." : await response.text());
}

function collect(value, files) {
  if (value instanceof File) return { kind: "file", id: `file${files.push(value) - 1}` };
  if (Array.isArray(value)) return value.map((inner) => collect(inner, files));
  if (value && typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, collect(inner, files)]));
  }
  return value;
}
