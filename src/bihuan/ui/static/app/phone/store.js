"use strict";
// What the phone keeps in its own database: the coming visits, the entries that were written, their photos.
const PhoneStore = (() => {
  const NAMES = ["visits", "entries", "photos", "meta"];
  const DRAWINGS = "bihuan-drawings";
  let base;

  function open() {
    return new Promise((done, fail) => {
      const ask = indexedDB.open("bihuan-phone", 1);
      ask.onupgradeneeded = () => NAMES.forEach((name) => ask.result.createObjectStore(name, { keyPath: "id" }));
      ask.onsuccess = () => done(ask.result);
      ask.onerror = () => fail(ask.error);
    });
  }

  // One transaction; it counts only when the disk has it.
  async function run(mode, work) {
    base = base || open();
    const db = await base;
    return new Promise((done, fail) => {
      const turn = db.transaction(NAMES, mode, { durability: "strict" });
      const ask = work(Object.fromEntries(NAMES.map((name) => [name, turn.objectStore(name)])));
      turn.oncomplete = () => done(ask && ask.result);
      turn.onabort = () => fail(turn.error);
    });
  }

  const read = (name, id) => run("readonly", (stores) => stores[name].get(id));
  const all = (name) => run("readonly", (stores) => stores[name].getAll());
  const put = (name, row) => run("readwrite", (stores) => { stores[name].put(row); });

  async function keepFacts(facts) {
    await run("readwrite", (stores) => {
      stores.visits.clear();
      facts.visits.forEach((visit) => stores.visits.put({ ...visit, id: visit.number }));
      stores.meta.put({ id: "facts", user: facts.user, name: facts.name, at: facts.at, csrf: facts.csrf });
    });
  }

  const photosOf = async (entry) => (await all("photos")).filter((photo) => photo.entry === entry);

  async function drop(entry) {
    const photos = await photosOf(entry);
    await run("readwrite", (stores) => {
      stores.entries.delete(entry);
      photos.forEach((photo) => stores.photos.delete(photo.id));
    });
  }

  // The server has it: only its receipt stays.
  async function received(entry, receipt) {
    const photos = await photosOf(entry.id);
    await run("readwrite", (stores) => {
      photos.forEach((photo) => stores.photos.delete(photo.id));
      stores.entries.put({ ...entry, state: "sent", fields: [], receipt });
    });
  }

  const unsent = async () => (await all("entries")).filter((entry) => entry.state !== "sent");

  // Signing out: what was known of customers goes, what was written and not received stays.
  async function forget() {
    const sent = (await all("entries")).filter((entry) => entry.state === "sent");
    await run("readwrite", (stores) => {
      stores.visits.clear();
      stores.meta.clear();
      sent.forEach((entry) => stores.entries.delete(entry.id));
    });
    await caches.delete(DRAWINGS);
  }

  async function keepDrawings(root, ids) {
    const cache = await caches.open(DRAWINGS);
    const wanted = new Set(ids.map((id) => `${root}drawing/${id}/`));
    for (const request of await cache.keys()) {
      if (!wanted.has(new URL(request.url).pathname)) await cache.delete(request);
    }
    for (const path of wanted) {
      if (await cache.match(path)) continue;
      const answer = await fetch(path);
      if (answer.ok && !answer.redirected) await cache.put(path, answer);
    }
  }

  return { read, all, put, keepFacts, photosOf, drop, received, unsent, forget, keepDrawings,
    dropPhoto: (id) => run("readwrite", (stores) => { stores.photos.delete(id); }) };
})();
