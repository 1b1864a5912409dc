// The top bar: ticking desk time, the traffic drawer; and the card of things to try.
import { fetchText } from "./acts.js";
import { connect } from "./live.js";

let read = { at: 0, now: 0 };

export function startTop() {
  setInterval(tick, 1000);
  tick();
  document.addEventListener("click", clicked);
  document.addEventListener("input", (event) => event.target.matches("[data-wire-filter]") && filter());
  document.addEventListener("htmx:afterSwap", filter);
  document.addEventListener("toggle", (event) => event.target.matches?.("details.wire") && unfold(event.target), true);
  document.addEventListener("arrived", offer);
  offer();
}

// The server says what time it is; the page counts on from there until it says so again.
function tick() {
  const face = document.getElementById("now");
  if (!face) return;
  const told = Number(face.dataset.now);
  if (told !== read.now) read = { now: told, at: performance.now() };
  const passed = face.dataset.frozen === "1" ? 0 : performance.now() - read.at;
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone: face.dataset.zone, weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" })
    .formatToParts(new Date(told * 1000 + passed)).reduce((all, part) => ({ ...all, [part.type]: part.value }), {});
  const words = `${parts.weekday} ${parts.day} ${parts.month}, ${parts.hour}:${parts.minute}`;
  if (face.textContent !== words) face.textContent = words;
}

function clicked(event) {
  unfoldSide(event.target);
  if (event.target.closest("[data-traffic]")) toggleTraffic();
  if (event.target.closest("[data-traffic-close]")) toggleTraffic();
  if (event.target.closest("[data-try-close]")) {
    localStorage.setItem("tried", "1");
    offer();
  }
}

// On a phone the left side lies behind a button, until somebody has chosen from it or looks away.
function unfoldSide(target) {
  const page = document.body.classList;
  if (target.closest("[data-side]")) page.toggle("has-side");
  else if (target.closest("a") || !target.closest(".side")) page.remove("has-side");
  document.querySelector("[data-side]")?.setAttribute("aria-expanded", String(page.contains("has-side")));
}

async function toggleTraffic() {
  const drawer = document.getElementById("traffic");
  drawer.hidden = !drawer.hidden;
  document.querySelector("[data-traffic]").setAttribute("aria-expanded", String(!drawer.hidden));
  drawer.innerHTML = drawer.hidden ? "" : await fetchText("/traffic?drawer=1");
  window.htmx.process(drawer);
  connect();
  if (drawer.hidden) document.querySelector("[data-traffic]").focus();
  else drawer.querySelector("[data-wire-filter]").focus();
}

function filter() {
  const field = document.querySelector("[data-wire-filter]");
  if (!field) return;
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  document.querySelectorAll(".wire").forEach((row) => (row.hidden = !words.every((word) => row.dataset.words.toLowerCase().includes(word))));
}

async function unfold(row) {
  const body = row.querySelector(".wire-body");
  if (row.open && !body.firstChild) body.innerHTML = await fetchText(`/traffic/${body.dataset.wire}`);
}

function offer() {
  const card = document.getElementById("try");
  if (card) card.hidden = localStorage.getItem("tried") === "1";
}
