// What the page knows, and who wants to hear of changes.

export const store = {
  state: null, // as the server sent it
  channel: null, // the id of the open channel
  member: null, // the id of the member who is played
  unread: new Set(),
};

const listeners = new EventTarget();

export function on(name, listener) {
  listeners.addEventListener(name, (event) => listener(event.detail));
}

export function tell(name, detail) {
  listeners.dispatchEvent(new CustomEvent(name, { detail }));
}

export function user(id) {
  return store.state.users[id] ?? { id, name: "unknown", bot: false };
}

export function guildOf(channel = store.channel) {
  return store.state.guilds.find((guild) => guild.channels.some((c) => c.id === channel)) ?? null;
}

export function channelName(id) {
  if (id === store.state.direct.id) return store.state.direct.name;
  for (const guild of store.state.guilds) {
    const found = guild.channels.find((channel) => channel.id === id);
    if (found) return found.name;
  }
  return "unknown";
}

export function commands(kind) {
  return store.state.commands[guildOf()?.id ?? "direct"]?.[kind] ?? [];
}

export function messages(channel = store.channel) {
  return (store.state.messages[channel] ??= []);
}

// Ids grow with time.
export function older(one, other) {
  return BigInt(one.id) < BigInt(other.id);
}

export function message(id) {
  for (const list of Object.values(store.state.messages)) {
    const found = list.find((one) => one.id === id);
    if (found) return found;
  }
  return null;
}

export function people() {
  const ids = guildOf()?.members ?? [store.member, store.state.bot];
  return ids.map(user);
}

// The address keeps who is played and where, so that a reload leads to the same place.
export function remembered() {
  const [member, channel] = location.hash.slice(1).split("/");
  return { member, channel };
}

export function openChannel(id) {
  store.channel = id;
  history.replaceState(null, "", `#${store.member}/${id}`);
  store.unread.delete(id);
  tell("channel", id);
}
