"use strict";
// Small behaviours of all pages; every page works without them.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing) {
    const box = document.querySelector("[data-search]");
    if (box) { event.preventDefault(); box.focus(); box.select(); }
  }
  // Hands stay on the keys: Enter sends a line, Ctrl and Enter send a text of many lines.
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("form[data-once] textarea")) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-toggle-side]")) {
    document.getElementById("side").classList.toggle("open");
  } else if (!event.target.closest("#side")) {
    document.getElementById("side")?.classList.remove("open");
  }
  if (event.target.closest("[data-theme-toggle]")) {
    const next = document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark";
    document.documentElement.dataset.bsTheme = next;
    document.cookie = `theme=${next};path=/;max-age=31536000;samesite=lax`;
  }
  const opener = event.target.closest("[data-open]");
  const panel = opener && document.getElementById(opener.dataset.open);
  if (panel) {
    panel.open = true;
    panel.scrollIntoView({ block: "center" });
    panel.querySelector("textarea, select, input:not([type=hidden])")?.focus();
  }
  const filler = event.target.closest("[data-fill]");
  if (filler) {
    document.getElementById(filler.dataset.fill).value = filler.dataset.value;
    const more = document.getElementById(filler.dataset.more);
    if (more && !more.value) more.value = filler.dataset.moreValue;
    filler.closest(".suggest").classList.add("chosen");
  }
});

// What was refused is where the eye goes: the first field that is not right, or the reason above its form.
const wrong = document.querySelector('[aria-invalid="true"], form .error-box');
if (wrong) {
  wrong.scrollIntoView({ block: "center" });
  wrong.focus({ preventScroll: true });
}

// On a phone the filters are folded away until they are wanted.
if (matchMedia("(max-width: 767px)").matches) {
  document.querySelectorAll("details[data-fold]").forEach((fold) => { fold.open = false; });
}

// Menus close by a press outside or by Escape.
function closeMenus(besides) {
  document.querySelectorAll("details.menu-x[open]").forEach((menu) => { if (menu !== besides) menu.open = false; });
}
document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu-x")));
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest("details.menu-x[open]");
  if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
});

// Choosing rows: the table and the cards of a phone hold the same rows, so their boxes go together.
function picks() { return [...document.querySelectorAll("[data-pick]")]; }
function showPicked() {
  const rows = new Set(picks().map((box) => box.value));
  const chosen = new Set(picks().filter((box) => box.checked).map((box) => box.value));
  document.querySelectorAll("[data-picked]").forEach((place) => { place.textContent = chosen.size; place.closest(".picked").hidden = false; });
  document.querySelectorAll("[data-pick-all]").forEach((box) => {
    box.closest(".pick-all").hidden = false;
    box.checked = rows.size > 0 && chosen.size === rows.size;
    box.indeterminate = chosen.size > 0 && chosen.size < rows.size;
  });
}
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-pick-all]")) picks().forEach((box) => { box.checked = event.target.checked; });
  else if (event.target.matches("[data-pick]")) picks().forEach((box) => { if (box.value === event.target.value) box.checked = event.target.checked; });
  else return;
  showPicked();
});
window.addEventListener("pageshow", showPicked);

// One press, one request: the button waits for the answer.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-once]");
  if (!form) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  setTimeout(() => form.querySelectorAll("button").forEach((button) => { button.disabled = true; }), 0);
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-once]").forEach((form) => {
    delete form.dataset.sent;
    form.querySelectorAll("button").forEach((button) => { button.disabled = false; });
  });
});

// A field that belongs to one choice is there with that choice alone; what is hidden is not sent.
function fitChoices() {
  document.querySelectorAll("[data-when]").forEach((input) => {
    const [name, values] = input.dataset.when.split("=");
    const asked = input.form.elements[name];
    if (!asked) return;
    input.disabled = !values.split(" ").includes(asked.value);
    input.closest(".field").hidden = input.disabled;
  });
}
document.addEventListener("change", fitChoices);
window.addEventListener("pageshow", fitChoices);

function signaturePads() {
  document.querySelectorAll("canvas[data-signature]").forEach((canvas) => {
    const ratio = Math.max(window.devicePixelRatio || 1, 1);
    canvas.width = canvas.offsetWidth * ratio;
    canvas.height = canvas.offsetHeight * ratio;
    canvas.getContext("2d").scale(ratio, ratio);
    const pad = new SignaturePad(canvas, { backgroundColor: "rgb(255,255,255)" });
    const field = document.getElementById(canvas.dataset.signature);
    pad.addEventListener("endStroke", () => { field.value = pad.toDataURL("image/png"); });
    document.querySelector(`[data-clear-signature="${canvas.dataset.signature}"]`)?.addEventListener("click", () => { pad.clear(); field.value = ""; });
  });
}
if (document.querySelector("canvas[data-signature]")) window.addEventListener("load", signaturePads);
