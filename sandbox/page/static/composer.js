// The message field: drafts, Enter, commands and names as one types, files, editing.
import { act, channelOf, person, toast } from "./acts.js";
import { closeList, listIsOpen, openHints } from "./hints.js";

const field = (form) => form.querySelector("textarea");
const draftKey = (form) => `draft ${person()} ${field(form).id}`;
const chosenFiles = new WeakMap();

export function startComposer() {
  document.addEventListener("input", (event) => event.target.matches("[data-message-field]") && typed(event.target));
  document.addEventListener("keydown", keys);
  document.addEventListener("submit", submitted);
  document.addEventListener("change", (event) => event.target.matches("[data-file]") && addFiles(event.target));
  document.addEventListener("click", clicked);
  document.addEventListener("arrived", arrived);
  arrived();
}

function arrived() {
  document.querySelectorAll("[data-composer]").forEach((form) => {
    const kept = sessionStorage.getItem(draftKey(form));
    if (kept && !field(form).value) field(form).value = kept;
    fit(field(form));
  });
  const forms = document.querySelectorAll("[data-composer]");
  if (!document.querySelector("dialog[open]")) forms[forms.length - 1]?.querySelector("textarea").focus({ preventScroll: true });
}

function fit(area) {
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight}px`;
  area.form.classList.toggle("is-empty", !area.value.trim() && !files(area.form).length);
}

function typed(area) {
  fit(area);
  if (!area.form.dataset.editing) sessionStorage.setItem(draftKey(area.form), area.value);
  openHints(area);
}

function keys(event) {
  const area = event.target;
  if (!area.matches?.("[data-message-field]") || event.isComposing) return;
  if (listIsOpen(area, event)) return;
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    area.form.requestSubmit();
  } else if (event.key === "Escape" && area.form.dataset.editing) {
    endEdit(area.form);
  } else if (event.key === "ArrowUp" && !area.value) {
    editLast(area, event);
  }
}

async function submitted(event) {
  const form = event.target;
  if (!form.matches("[data-composer]")) return;
  event.preventDefault();
  closeList();
  const area = field(form);
  const text = area.value;
  if (form.dataset.editing) return saveEdit(form, text);
  if (!text.trim() && !files(form).length) return;
  const data = new FormData();
  data.append("text", text);
  data.append("channel", form.dataset.channel);
  data.append("thread", form.dataset.thread);
  if (form.elements.broadcast?.checked) data.append("broadcast", "1");
  files(form).forEach((file) => data.append("file", file));
  const sent = files(form);
  clear(form);
  const answer = await act("say", data);
  if (answer.ok || area.value) return;
  area.value = text;
  chosenFiles.set(form, sent);
  showFiles(form);
  typed(area);
}

function clear(form) {
  field(form).value = "";
  sessionStorage.removeItem(draftKey(form));
  chosenFiles.delete(form);
  if (form.elements.broadcast) form.elements.broadcast.checked = false;
  showFiles(form);
  fit(field(form));
}

const files = (form) => chosenFiles.get(form) ?? [];

function addFiles(input) {
  chosenFiles.set(input.form, [...files(input.form), ...input.files]);
  input.value = "";
  showFiles(input.form);
  fit(field(input.form));
  field(input.form).focus();
}

function showFiles(form) {
  const box = form.querySelector("[data-files]");
  box.hidden = !files(form).length;
  box.replaceChildren(...files(form).map((file) => Object.assign(document.createElement("span"), { textContent: file.name })));
}

function clicked(event) {
  const button = event.target.closest("[data-insert], [data-edit-cancel], [data-skip]");
  if (!button) return;
  if (button.matches("[data-insert]")) insert(button, button.dataset.insert);
  if (button.matches("[data-edit-cancel]")) endEdit(button.form);
  if (button.matches("[data-skip]")) {
    event.preventDefault();
    document.querySelector("[data-message-field]")?.focus();
  }
}

export function insert(near, words) {
  const form = near?.closest("form") ?? document.querySelector("[data-composer]");
  const area = field(form);
  area.focus();
  area.setRangeText(words, area.selectionStart, area.selectionEnd, "end");
  typed(area);
}

export function beginEdit(channel, ts, text, near) {
  const inThread = near?.closest(".thread");
  const form = document.querySelector(`${inThread ? ".thread" : ".main"} [data-composer]`);
  form.dataset.editing = ts;
  form.querySelector(".composer-editing").hidden = false;
  const area = field(form);
  area.value = text;
  fit(area);
  area.focus();
}

function endEdit(form) {
  delete form.dataset.editing;
  form.querySelector(".composer-editing").hidden = true;
  field(form).value = sessionStorage.getItem(draftKey(form)) ?? "";
  fit(field(form));
  field(form).focus();
}

async function saveEdit(form, text) {
  const answer = await act("edit", { channel: form.dataset.channel, ts: form.dataset.editing, text });
  if (answer.ok) endEdit(form);
}

async function editLast(area, event) {
  const lines = area.closest(".main, .thread").querySelectorAll("[data-mine][data-acts]");
  const last = lines[lines.length - 1];
  if (!last) return;
  event.preventDefault();
  const more = last.querySelector("[data-menu*='/menu/message']");
  const html = await (await fetch(more.dataset.menu)).text();
  const item = new DOMParser().parseFromString(html, "text/html").querySelector("[data-edit]");
  if (item) beginEdit(channelOf(area), item.dataset.edit, item.dataset.text, area);
  else toast("That message cannot be edited.");
}
