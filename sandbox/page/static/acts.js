// Doing things: post an act as the person of this page, show what was refused.
export const stage = () => document.getElementById("stage");
export const person = () => stage().dataset.as;
export const place = () => stage().dataset.query;
export const channelOf = (element) =>
  element?.closest?.("[data-channel]")?.dataset.channel ?? new URLSearchParams(place()).get("channel") ?? "";

export async function act(name, fields = {}, { quiet = false } = {}) {
  const form = fields instanceof FormData ? fields : new FormData();
  if (!(fields instanceof FormData)) for (const [key, value] of Object.entries(fields)) form.append(key, value);
  try {
    const response = await fetch(`/act/${name}?as=${encodeURIComponent(person())}`, { method: "POST", body: form });
    const answer = await response.json();
    if (!answer.ok && !quiet) toast(answer.hint || "That did not work.");
    return answer;
  } catch {
    toast("The sandbox does not answer. Is it still running?");
    return { ok: false };
  }
}

export function toast(words) {
  const box = document.getElementById("toasts");
  const note = document.createElement("div");
  note.className = "toast";
  const text = document.createElement("span");
  text.textContent = words;
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "OK";
  const away = () => {
    note.remove();
    if (!box.children.length && box.matches(":popover-open")) box.hidePopover();
  };
  close.addEventListener("click", away);
  note.append(text, close);
  box.append(note);
  lift(box);
  setTimeout(away, 7000);
}

// Above everything, and inside the modal on top, as all else is inert then.
function lift(box) {
  if (box.matches(":popover-open")) box.hidePopover();
  const dialogs = document.querySelectorAll("dialog[open]");
  (dialogs[dialogs.length - 1] ?? document.body).append(box);
  box.showPopover();
}

export function releaseToasts() {
  const box = document.getElementById("toasts");
  if (box.children.length) lift(box);
  else document.body.append(box);
}

export async function fetchText(address) {
  const response = await fetch(address);
  return response.status === 200 ? response.text() : "";
}
