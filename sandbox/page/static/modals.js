// Modals of the app, and small questions ("Are you sure?") of the page.
import { act, fetchText, place, releaseToasts } from "./acts.js";
import { fieldsOf } from "./fields.js";
import { closeList } from "./lists.js";

const modal = () => document.getElementById("modal");
let returnTo = null;

export function startModals() {
  modal().addEventListener("cancel", (event) => {
    event.preventDefault();
    close(false);
  });
  document.addEventListener("submit", submitted);
  document.addEventListener("input", typed);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-view-close]")) close(true);
    if (event.target.closest("[data-view-back]")) close(false);
  });
  modal().addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) modal().querySelector("form").requestSubmit();
  });
}

// What is typed is kept by the sandbox, too: another view may come on top, or the page be loaded anew.
let saving = 0;
function typed(event) {
  const form = event.target.closest?.("[data-view]");
  if (!form || event.target.closest(".list")) return;
  clearTimeout(saving);
  saving = setTimeout(() => form.isConnected && act("fill", fieldsOf(form), { quiet: true }), 200);
}

let asking = 0;

// Draw the view that is on top now; what has been typed stays where block and action are the same.
export async function refreshModal() {
  const turn = ++asking;
  const html = await fetchText(`/part/modal?${place()}`);
  if (turn !== asking) return;
  if (!html) return hide();
  const before = modal().querySelector("form")?.id;
  window.Idiomorph.morph(document.getElementById("modal-view"), html.trim(), { morphStyle: "innerHTML" });
  if (!modal().open) {
    returnTo = document.activeElement;
    modal().showModal();
  }
  if (before !== modal().querySelector("form")?.id) focusFirst();
  modal().querySelector(".field-error")?.scrollIntoView({ block: "nearest" });
}

function focusFirst() {
  const inside = modal().querySelector(".modal-body");
  const wanted = inside.querySelector("[data-focus]") ?? inside.querySelector("input:not([type=hidden]), textarea, .pick") ?? modal().querySelector(".modal-foot .btn-primary, .modal-foot .btn");
  wanted?.focus();
}

function hide() {
  if (!modal().open) return;
  closeList();
  modal().close();
  document.getElementById("modal-view").replaceChildren();
  releaseToasts();
  const again = returnTo?.isConnected ? returnTo : document.querySelector(".thread [data-message-field], [data-message-field]");
  again?.focus();
}

async function close(all) {
  const form = modal().querySelector("form");
  if (!form) return;
  await act("close", { source: form.dataset.source, ...(all ? { all: "1" } : {}) });
  await refreshModal();
}

async function submitted(event) {
  const form = event.target;
  if (!form.matches("[data-view]")) return;
  event.preventDefault();
  const button = form.querySelector("[type=submit]");
  if (!button || button.disabled) return;
  button.disabled = true;
  const answer = await act("submit", fieldsOf(form));
  button.disabled = false;
  await refreshModal();
  if (answer.errors?.length) modal().querySelector("[aria-invalid]")?.focus();
}

// A question with two answers; resolves to true or false.
export function ask({ title, text, confirm, deny, style }) {
  const dialog = document.getElementById("ask");
  document.getElementById("ask-view").replaceChildren(question({ title, text, confirm, deny, style }));
  dialog.showModal();
  dialog.querySelector(".is-yes").focus();
  return new Promise((resolve) => {
    dialog.onclick = (event) => {
      const button = event.target.closest("button");
      if (button) dialog.close(button.classList.contains("is-yes") ? "yes" : "");
    };
    dialog.onclose = () => {
      releaseToasts();
      resolve(dialog.returnValue === "yes");
    };
    dialog.returnValue = "";
  });
}

function question({ title, text, confirm, deny, style }) {
  const box = make("div", "modal-ask");
  const heading = make("h2", "", title || "Are you sure?");
  heading.id = "ask-title";
  const row = make("div", "");
  row.append(make("button", "btn", deny || "Cancel"), make("button", `btn is-yes btn-${style === "danger" ? "danger" : "primary"}`, confirm || "Yes"));
  box.append(heading, make("p", "", text || ""), row);
  return box;
}

function make(tag, name, words = "") {
  return Object.assign(document.createElement(tag), { className: name, textContent: words });
}
