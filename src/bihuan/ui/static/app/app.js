"use strict";
// Small behaviours of all pages; every page works without them.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing) {
    const box = document.querySelector("[data-search]");
    if (box) { event.preventDefault(); box.focus(); box.select(); }
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
  if (event.target.closest("[data-print]")) window.print();
});

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
