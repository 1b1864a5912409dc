// Block Kit elements: buttons, menus, ticks and fields that tell the app at once.
import { act } from "./acts.js";
import { fieldsOf } from "./fields.js";
import { openList } from "./lists.js";
import { ask } from "./modals.js";

export function startPress() {
  document.addEventListener("click", clicked);
  document.addEventListener("change", changed);
  document.addEventListener("input", (event) => event.target.dataset?.fires === "character" && slowly(event.target));
  document.addEventListener("keydown", entered);
}

async function press(element, chosen) {
  if (!(await confirmed(element))) return false;
  const form = fieldsOf(element);
  form.append("block", element.dataset.block);
  form.append("action", element.dataset.action);
  if (chosen !== undefined) form.append("chosen", JSON.stringify(chosen));
  element.classList.add("is-busy");
  const answer = await act("press", form);
  element.classList.remove("is-busy");
  if (answer.ok && element.dataset.url) window.open(element.dataset.url, "_blank", "noopener");
  return answer.ok;
}

async function confirmed(element) {
  return !element.dataset.confirm || ask(JSON.parse(element.dataset.confirm));
}

function clicked(event) {
  const dismiss = event.target.closest("[data-dismiss]");
  if (dismiss) act("dismiss", { ephemeral_id: dismiss.dataset.dismiss });
  const button = event.target.closest("[data-press], [data-pick]");
  if (!button || button.disabled) return;
  if (button.dataset.pick) choose(button);
  else press(button, button.dataset.value ?? null);
}

function choose(button) {
  const pick = JSON.parse(button.dataset.pick);
  const field = button.closest(".pick-field");
  const hidden = field ? [...field.querySelectorAll("input[type=hidden]")] : [];
  openList(button, {
    options: pick.options,
    chosen: hidden.map((input) => input.value),
    many: pick.many,
    least: pick.ask ? pick.least : 0,
    search: pick.ask ? (query) => offered(button, query) : null,
    filter: Boolean(pick.ask) || pick.options.length > 7,
    label: button.getAttribute("aria-label") || button.dataset.placeholder || "Options",
    choose: (row, on) => (pick.menu ? press(button, JSON.parse(row.json)) : set(button, pick, row, on)),
  });
}

async function offered(button, query) {
  const form = fieldsOf(button);
  form.append("block", button.dataset.block);
  form.append("action", button.dataset.action);
  form.append("query", query);
  const answer = await act("options", form);
  return (answer.options ?? []).map((option) => ({ label: option.text.text, hint: option.description?.text ?? "", json: JSON.stringify(option) }));
}

function set(button, pick, row, on) {
  const field = button.closest(".pick-field");
  if (!pick.many) field.querySelectorAll("input[type=hidden]").forEach((input) => input.remove());
  if (on) {
    if (pick.many && pick.max && field.querySelectorAll("input").length >= pick.max) return;
    const input = Object.assign(document.createElement("input"), { type: "hidden", name: button.dataset.name, value: row.json });
    input.dataset.label = row.label;
    field.append(input);
  } else [...field.querySelectorAll("input")].find((input) => input.value === row.json)?.remove();
  const inputs = [...field.querySelectorAll("input")];
  const label = button.querySelector(".pick-label");
  label.textContent = inputs.map((input) => input.dataset.label ?? nameOf(input.value)).join(", ") || button.dataset.placeholder;
  label.classList.toggle("is-empty", !inputs.length);
  if (button.dataset.fires === undefined) return;
  if (pick.many) settled(button);
  else press(button);
}

const nameOf = (json) => JSON.parse(json).text?.text ?? JSON.parse(json);

// Of several choices the app hears once, when the list is closed.
function settled(button) {
  const list = document.getElementById("list");
  if (list.dataset.waits) return;
  list.dataset.waits = "1";
  list.addEventListener("toggle", function done(event) {
    if (event.newState !== "closed") return;
    list.removeEventListener("toggle", done);
    delete list.dataset.waits;
    press(button);
  });
}

function changed(event) {
  const field = event.target;
  if (field.dataset?.action === undefined || field.dataset.fires === undefined) return;
  if (["checkbox", "radio", "date", "time", "datetime-local"].includes(field.type)) press(field);
}

function entered(event) {
  const field = event.target;
  if (event.key !== "Enter" || field.dataset?.fires !== "enter" || field.tagName === "TEXTAREA") return;
  event.preventDefault();
  press(field);
}

let timer = 0;
function slowly(field) {
  clearTimeout(timer);
  timer = setTimeout(() => press(field), 250);
}

