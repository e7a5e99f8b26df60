"use strict";
// The dispatch board: a visit is dragged to another day or person and goes through the same form as typed by hand.
(() => {
  const ask = document.querySelector("[data-board-ask]");
  const error = document.querySelector("[data-board-error]");
  const PRESS = 350;
  let held = null, pressed;

  const cellAt = (event) => document.elementFromPoint(event.clientX, event.clientY)?.closest("td[data-engineer]");

  const isGrid = () => getComputedStyle(document.querySelector(".dispatch thead")).display !== "none";

  function release() {
    clearTimeout(pressed);
    document.querySelectorAll(".dispatch td.over").forEach((cell) => cell.classList.remove("over"));
    held?.slot.classList.remove("held");
    held = null;
  }

  document.addEventListener("pointerdown", (event) => {
    const slot = event.target.closest("a[data-move]");
    if (!slot || event.button !== 0) return;
    if (event.pointerType !== "touch") { held = { slot, x: event.clientX, y: event.clientY, moved: false }; return; }
    // A finger scrolls the board; one that stays on a visit picks it up. A list of cards has nowhere to drag to.
    if (!isGrid()) return;
    const at = { slot, x: event.clientX, y: event.clientY, moved: false, touch: true };
    pressed = setTimeout(() => { held = at; slot.classList.add("held"); navigator.vibrate?.(20); }, PRESS);
  });

  // While a visit is held the finger moves it, not the page; before that a moving finger means scrolling.
  document.addEventListener("touchmove", (event) => {
    if (held?.touch) event.preventDefault();
    else clearTimeout(pressed);
  }, { passive: false });
  document.addEventListener("contextmenu", (event) => {
    if (event.target.closest("a[data-move]") && (held?.touch || event.pointerType === "touch")) event.preventDefault();
  });

  document.addEventListener("pointermove", (event) => {
    if (!held) return;
    if (Math.hypot(event.clientX - held.x, event.clientY - held.y) > 8) held.moved = true;
    if (!held.moved) return;
    held.slot.classList.add("held");
    document.querySelectorAll(".dispatch td.over").forEach((cell) => cell.classList.remove("over"));
    cellAt(event)?.classList.add("over");
  });

  document.addEventListener("pointerup", async (event) => {
    clearTimeout(pressed);
    if (!held) return;
    const { slot, moved, touch } = held;
    const cell = moved && cellAt(event);
    release();
    if (!moved && !touch) return;
    // The press that ends a drag is no click on the link.
    document.addEventListener("click", (click) => click.preventDefault(), { capture: true, once: true });
    setTimeout(() => document.body.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true })), 0);
    if (!cell || cell === slot.closest("td")) return;
    const reason = prompt(ask.dataset.boardAsk);
    if (reason) await move(slot, cell, reason);
  });

  document.addEventListener("pointercancel", release);

  async function move(slot, cell, reason) {
    const from = slot.closest("td");
    const shift = Date.parse(cell.dataset.date) - Date.parse(from.dataset.date);
    const at = (text) => new Date(Date.parse(`${text}Z`) + shift).toISOString().slice(0, 16);
    // Who is dragged away from a helper's row stays with his lead; the lead's own row changes the lead.
    const leads = from.dataset.engineer === slot.dataset.lead;
    const body = new URLSearchParams({
      csrfmiddlewaretoken: document.querySelector("[name=csrfmiddlewaretoken]").value, version: slot.dataset.version, reason,
      starts_at: at(slot.dataset.starts), ends_at: at(slot.dataset.ends), engineer: leads ? cell.dataset.engineer : slot.dataset.lead,
    });
    slot.dataset.helpers.split(" ").filter(Boolean).forEach((one) => body.append("helpers", one));
    const answer = await fetch(slot.dataset.move, { method: "POST", body });
    if (answer.ok) { location.reload(); return; }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const reasons = [...page.querySelectorAll("main .error, main .error-box")].map((node) => node.textContent.trim());
    Object.assign(error, { textContent: [...new Set(reasons)].join(" ") || answer.statusText, hidden: false });
    error.scrollIntoView({ block: "center" });
  }
})();
