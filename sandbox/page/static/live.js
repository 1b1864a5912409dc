// Listen to the sandbox and refresh the parts that it says are out of date.
import { act, person, stage } from "./acts.js";
import { arrive } from "./scroll.js";
import { refreshModal } from "./modals.js";

let source = null;
let listening = "";
let newest = 0; // the last change that we heard of

export function startLive() {
  connect();
  refreshModal();
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id !== "stage") return;
    connect();
    arrive();
    refreshModal();
    document.title = stage().dataset.title;
    if (newest > Number(stage().dataset.seq)) refreshAll();
    document.dispatchEvent(new CustomEvent("arrived"));
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { elt, path } = event.detail.requestConfig;
    if (elt.matches("[data-live]") && elt.getAttribute("hx-get") !== path) event.detail.shouldSwap = false;
  });
  document.addEventListener("visibilitychange", seen);
  configureMorph();
}

// The stream is per person; the inspector, while open, adds the wire.
export function connect() {
  const wire = document.getElementById("wires") ? "&wire=1" : "";
  const address = `/events?as=${encodeURIComponent(person())}${wire}`;
  if (address === listening) return;
  source?.close();
  listening = address;
  const heard = document.querySelector("#wires .wire")?.id.slice("wire-".length) ?? 0;
  source = new EventSource(`${address}&since=${stage().dataset.seq}&heard=${heard}`);
  let lost = false;
  source.addEventListener("error", () => (lost = true));
  source.addEventListener("hello", () => {
    if (lost) refreshAll();
    lost = false;
  });
  source.addEventListener("change", (event) => {
    newest = Number(event.lastEventId);
    changed(JSON.parse(event.data));
  });
}

function changed(topics) {
  if (topics.includes("reset")) return location.assign(`/?as=${encodeURIComponent(person())}`);
  for (const part of document.querySelectorAll("[data-live]")) {
    if (part.dataset.live.split(" ").some((topic) => topics.includes(topic))) refresh(part);
  }
  if (topics.includes("views")) refreshModal();
  seen(topics);
}

function refreshAll() {
  document.querySelectorAll("[data-live]").forEach(refresh);
}

// A morph may just have given the part another address, which htmx learns only when all is settled.
function refresh(part) {
  window.htmx.ajax("GET", part.getAttribute("hx-get"), { source: part });
}

// Whoever looks at a channel reads it; a hidden window does not.
function seen(topics) {
  const channel = new URLSearchParams(stage().dataset.query).get("channel");
  const row = document.getElementById(`row-${channel}`);
  const concerns = !Array.isArray(topics) || topics.includes(`channel:${channel}`);
  if (row && concerns && document.visibilityState === "visible") act("read", { channel });
}

// A morph leaves alone what people are in the middle of.
function configureMorph() {
  window.Idiomorph.defaults.callbacks.beforeNodeMorphed = (before, after) =>
    !(before.dataset?.keep && before.id === after.id && before.dataset.keep === after.dataset?.keep);
  window.Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, node) =>
    !(name === "open" && node.matches("details")) && !(name === "tabindex" && node.matches("[data-line], .tools *"));
}
