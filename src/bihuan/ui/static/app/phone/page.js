"use strict";
// The page of the phone: shows what is kept, writes entries, and has them sent whenever there is a network.
(() => {
  const root = document.body.dataset.root;
  const words = JSON.parse(document.getElementById("words").textContent);
  const place = (name, within = document) => within.querySelector(`[data-${name}]`);
  const say = (name, value) => words[name].replace("%s", value);
  let meta, tried = false, problem = "", wait = 2000, timer;

  function element(tag, text, more = {}) {
    const node = Object.assign(document.createElement(tag), more);
    if (text !== undefined) node.textContent = text;
    return node;
  }

  function button(label, act, tone = "") {
    const node = element("button", label, { type: "button", className: `btn ${tone}` });
    node.addEventListener("click", act);
    return node;
  }

  function warn(error) {
    const text = error && error.name === "QuotaExceededError" ? words.full : String((error && error.message) || error);
    Object.assign(place("alert"), { textContent: text, hidden: false });
  }

  // --- the list -------------------------------------------------------------------------------------------------
  async function showList() {
    const [visits, entries] = await Promise.all([PhoneStore.all("visits"), PhoneStore.all("entries")]);
    const waiting = entries.filter((entry) => entry.state === "queued").length;
    const unsent = entries.filter((entry) => entry.state !== "sent").length;
    const status = problem || (navigator.onLine ? words.online : words.offline);
    place("state").textContent = `${status} · ${waiting ? say("waiting", waiting) : unsent ? say("attention", unsent) : words.nothing}`;
    place("fetched").textContent = meta ? `${meta.name} · ${say("fetched", new Date(meta.at).toLocaleString())}` : "";
    place("queue-card").hidden = !entries.length;
    place("send").hidden = !waiting;
    place("count").textContent = unsent || "";
    entries.sort((one, other) => one.written_at.localeCompare(other.written_at));
    place("queue").replaceChildren(...await Promise.all(entries.map(queueRow)));
    visits.sort((one, other) => one.when.localeCompare(other.when));
    const cards = visits.map(visitRow);
    const none = meta ? words.no_visits : tried || !navigator.onLine ? words.never : words.fetching;
    place("visits").replaceChildren(...(cards.length ? cards : [element("p", none, { className: "muted" })]));
    place("held").hidden = !cards.length;
  }

  function visitRow(visit) {
    const row = element("a", undefined, { className: "card-x phone-visit", href: `#${visit.number}` });
    row.append(element("strong", `${visit.when} ${visit.title}`), element("div", visit.place, { className: "muted small" }),
      element("span", visit.label, { className: `st ${visit.state}` }));
    return row;
  }

  async function queueRow(entry) {
    const row = element("div", undefined, { className: "suggest phone-entry" });
    row.dataset.state = entry.state;
    const text = element("div", undefined);
    const photos = (await PhoneStore.photosOf(entry.id)).length;
    const when = new Date(entry.receipt || entry.written_at).toLocaleString();
    text.append(element("strong", `${entry.number} ${entry.title}`),
      element("div", [words[entry.state], when, photos ? say("photos", photos) : ""].filter(Boolean).join(" · "), { className: "small" }));
    if (entry.reason && entry.state !== "sent") text.append(element("div", entry.reason, { className: "error" }));
    for (const fault of entry.state === "wrong" ? entry.errors : []) text.append(element("div", `${fault.label} ${fault.message}`, { className: "error" }));
    const acts = element("div", undefined, { className: "phone-acts" });
    const own = !meta || entry.user === meta.user;
    if (!own) text.append(element("div", words.other, { className: "small" }));
    else if (entry.state === "queued" && !entry.tried) acts.append(button(words.correct, () => reopen(entry)));
    else if (["draft", "conflict", "wrong"].includes(entry.state)) acts.append(button(words.correct, () => reopen(entry), "btn-primary"));
    if (own && entry.state === "conflict") acts.append(button(words.resend, () => resend(entry)));
    if (["draft", "conflict", "wrong"].includes(entry.state)) acts.append(button(words.discard, () => discard(entry), "btn-outline-danger"));
    row.append(text, acts);
    return row;
  }

  async function reopen(entry) {
    await PhoneStore.put("entries", { ...entry, state: "draft", tried: false });
    location.hash = entry.number;
    if (location.hash.slice(1) === entry.number) await showOne(entry.number);
  }

  async function resend(entry) {
    await refresh();
    const visit = await PhoneStore.read("visits", entry.number);
    if (!visit) { warn(words.gone); return; }
    await PhoneStore.put("entries", { ...entry, state: "queued", version: visit.version, turn: entry.turn + 1, reason: "" });
    await wakeLater();
    await send();
  }

  async function discard(entry) {
    if (!confirm(words.sure)) return;
    await PhoneStore.drop(entry.id);
    await showList();
  }

  // --- one visit ------------------------------------------------------------------------------------------------
  async function showOne(number) {
    const entries = await PhoneStore.all("entries");
    let entry = entries.find((one) => one.number === number && one.state !== "sent" && (!meta || one.user === meta.user));
    const visit = await PhoneStore.read("visits", number) || (entry && { ...entry, html: entry.html });
    const one = place("one");
    one.replaceChildren(element("a", `‹ ${words.back}`, { className: "btn", href: "#" }));
    if (!visit) { one.append(element("p", words.gone)); return; }
    one.append(element("h2", `${visit.number} ${visit.title}`));
    const body = element("div");
    body.innerHTML = entry && entry.version !== visit.version ? entry.html : visit.html;
    one.append(body);
    const form = place("entry", body);
    if (entry && entry.state !== "draft") {
      form.replaceChildren(element("p", `${words[entry.state]} ${entry.reason || ""}`));
      return;
    }
    entry = entry || { id: crypto.randomUUID(), state: "draft", turn: 0, tried: false, fields: [], number, user: meta.user,
      version: visit.version, title: visit.title, html: visit.html, written_at: new Date().toISOString() };
    fill(form, entry);
    wire(form, entry);
    await showPhotos(form, entry);
  }

  function fill(form, entry) {
    if (!entry.fields.length) return;
    form.querySelectorAll("input[type=checkbox], input[type=radio]").forEach((box) => { box.checked = false; });
    for (const [name, value] of entry.fields) {
      for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (["checkbox", "radio"].includes(field.type)) field.checked = field.checked || field.value === value;
        else field.value = value;
      }
    }
    for (const fault of entry.errors || []) {
      const field = form.querySelector(`[name="${CSS.escape(fault.field)}"]`);
      if (field) field.closest(".field").append(element("div", fault.message, { className: "error" }));
    }
  }

  const localNow = () => new Date(Date.now() - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 16);

  // Who arrives before the agreed day is asked whether he means it; the server would refuse the entry otherwise.
  function askEarly(form) {
    const asked = place("early", form);
    if (!asked) return;
    asked.hidden = (form.elements.arrived_at.value || localNow()).slice(0, 10) >= asked.dataset.early;
    form.elements.early.required = !asked.hidden;
  }

  function wire(form, entry) {
    const keep = async (changes = {}) => {
      entry.fields = [...new FormData(form).entries()].filter(([, value]) => typeof value === "string");
      Object.assign(entry, changes);
      await PhoneStore.put("entries", entry);
      place("kept", form).textContent = words.kept;
    };
    const kept = (changes) => keep(changes).catch(warn);
    askEarly(form);
    form.addEventListener("input", () => { askEarly(form); kept(); });
    form.querySelectorAll("[data-now]").forEach((now) => now.addEventListener("click", () => {
      document.getElementById(now.dataset.now).value = localNow();
      askEarly(form);
      kept();
    }));
    form.querySelectorAll("input[type=file]").forEach((input) => input.addEventListener("change", async () => {
      try {
        await keep();
        for (const file of input.files) {
          await PhoneStore.put("photos", { id: crypto.randomUUID(), entry: entry.id, name: file.name, blob: file, sent: false });
        }
        input.value = "";
        await showPhotos(form, entry);
      } catch (error) { warn(error); }
    }));
    drawSignature(form, kept);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        await keep({ state: "queued", tried: false, turn: entry.turn + 1, errors: [], reason: "", written_at: new Date().toISOString() });
        location.hash = "";
        await wakeLater();
        await send();
      } catch (error) { warn(error); }
    });
  }

  function drawSignature(form, kept) {
    const canvas = form.querySelector("canvas[data-signature]");
    if (!canvas) return;
    const field = document.getElementById(canvas.dataset.signature);
    const ratio = Math.max(window.devicePixelRatio || 1, 1);
    Object.assign(canvas, { width: canvas.offsetWidth * ratio, height: canvas.offsetHeight * ratio });
    canvas.getContext("2d").scale(ratio, ratio);
    const pad = new SignaturePad(canvas, { backgroundColor: "rgb(255,255,255)" });
    if (field.value) pad.fromDataURL(field.value);
    pad.addEventListener("endStroke", () => { field.value = pad.toDataURL("image/png"); kept(); });
    form.querySelector("[data-clear-signature]").addEventListener("click", () => { pad.clear(); field.value = ""; kept(); });
  }

  async function showPhotos(form, entry) {
    const photos = await PhoneStore.photosOf(entry.id);
    place("photos", form).replaceChildren(...photos.map((photo) => {
      const box = element("figure");
      box.append(photo.blob.type.startsWith("image/") ? element("img", undefined, { src: URL.createObjectURL(photo.blob), alt: photo.name })
        : element("span", photo.name));
      if (!photo.sent) box.append(button("×", async () => { await PhoneStore.dropPhoto(photo.id); await showPhotos(form, entry); }));
      box.lastElementChild.setAttribute("aria-label", photo.sent ? photo.name : words.remove);
      return box;
    }));
  }

  // --- the network ----------------------------------------------------------------------------------------------
  async function refresh() {
    // What was written here is asked for by its number: its visit may have been moved to a later day.
    const unsent = (await PhoneStore.all("entries")).filter((entry) => entry.state !== "sent").map((entry) => ["number", entry.number]);
    const answer = await fetch(`${root}facts.json?${new URLSearchParams(unsent)}`, { headers: { Accept: "application/json" } });
    if (answer.redirected || answer.status === 401) { problem = words.signin; return; }
    if (!answer.ok) throw new Error(`${answer.status}`);
    const facts = await answer.json();
    await PhoneStore.keepFacts(facts);
    meta = await PhoneStore.read("meta", "facts");
    problem = "";
    await PhoneStore.keepDrawings(root, [...new Set(facts.visits.flatMap((visit) => visit.drawings))]);
  }

  async function fetchFacts() {
    try { await refresh(); } catch { problem = ""; }
    tried = true;
  }

  // Asks the browser to wake the worker when there is a network; where it cannot, the next opening sends.
  async function wakeLater() {
    const worker = navigator.serviceWorker && await navigator.serviceWorker.getRegistration(root);
    if (worker && worker.sync) await worker.sync.register("bihuan-entries").catch(() => {});
  }

  async function send() {
    clearTimeout(timer);
    const before = PhoneSending.moved();
    if (meta) {
      try {
        const result = await PhoneSending.sendAll(root, meta.user, listed);
        if (result === "signin") problem = words.signin;
        else if (result === "done") problem = "";
        wait = 2000;
      } catch (error) {
        problem = navigator.onLine ? say("failed", error.message) : "";
        // A connection that carries something is tried again soon, a dead one ever more seldom.
        wait = PhoneSending.moved() > before ? 2000 : Math.min(wait * 2, 15000);
        await wakeLater();
      }
    }
    await listed();
    const left = (await PhoneStore.all("entries")).some((entry) => entry.state === "queued");
    if (left && problem !== words.signin) timer = setTimeout(send, wait);
  }

  async function listed() {
    if (!location.hash.slice(1)) await showList();
  }

  async function show() {
    const number = decodeURIComponent(location.hash.slice(1));
    place("alert").hidden = true;
    place("list").hidden = Boolean(number);
    place("one").hidden = !number;
    if (number) await showOne(number);
    else await showList();
  }

  async function renew() {
    await fetchFacts();
    await send();
    await show();
  }

  async function begin() {
    if (!window.isSecureContext) { warn(words.unsafe); return; }
    await navigator.serviceWorker.register(`${root}worker.js`, { scope: root }).catch(() => {});
    if (navigator.storage && navigator.storage.persist) await navigator.storage.persist();
    meta = await PhoneStore.read("meta", "facts");
    await show();
    await fetchFacts();
    await send();
    if (!location.hash.slice(1)) await listed();
    else if (!place("one").querySelector("form")) await show();
  }

  if (navigator.serviceWorker) navigator.serviceWorker.addEventListener("message", () => listed().catch(warn));
  window.addEventListener("hashchange", () => show().catch(warn));
  window.addEventListener("online", () => renew().catch(warn));
  window.addEventListener("offline", () => listed().catch(warn));
  place("refresh").addEventListener("click", () => renew().catch(warn));
  place("send").addEventListener("click", () => send().catch(warn));
  begin().catch(warn);
})();
