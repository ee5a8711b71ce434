// Listens to the server's events and keeps the store up to date.

import { messages, openChannel, store, tell } from "./store.js";

let source = null;

export function follow(member) {
  source?.close();
  source = new EventSource(`/feed?member=${encodeURIComponent(member ?? "")}`);
  listen("state", arrive);
  listen("message", put);
  listen("gone", take);
  for (const name of ["terms", "panel", "wire"]) listen(name, (body) => tell(name, body));
  source.addEventListener("open", () => tell("online", true));
  source.addEventListener("error", () => tell("online", false));
}

function listen(name, listener) {
  source.addEventListener(name, (event) => listener(JSON.parse(event.data)));
}

function arrive(state) {
  store.state = state;
  store.member = state.me;
  tell("state", state);
  const known = store.channel && state.messages[store.channel];
  openChannel(known ? store.channel : state.guilds[0]?.channels[0]?.id ?? state.direct.id);
}

function put(message) {
  const list = messages(message.channel_id);
  const index = list.findIndex((one) => one.id === message.id);
  if (index < 0) list.push(message);
  else list[index] = message;
  if (message.channel_id !== store.channel && index < 0) {
    store.unread.add(message.channel_id);
    tell("unread");
  }
  tell("message", message);
}

function take({ id, channel_id }) {
  const list = messages(channel_id);
  const index = list.findIndex((one) => one.id === id);
  if (index >= 0) list.splice(index, 1);
  tell("gone", { id, channel_id });
}
