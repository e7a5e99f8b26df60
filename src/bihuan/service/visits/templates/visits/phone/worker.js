"use strict";
// Answers the phone's page without a network: its shell and files from one cache, drawings from another.
// When the network is back it sends what was handed in, though no page be open.
importScripts(...{{ needed|safe }});
const SHELL = "bihuan-phone-{{ version }}";
const DRAWINGS = "bihuan-drawings";
const FILES = {{ files|safe }};

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith("bihuan-phone-") && name !== SHELL);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== location.origin) return;
  if (address.pathname.startsWith(`${FILES[0]}drawing/`)) event.respondWith(kept(DRAWINGS, address.pathname, event.request));
  else if (FILES.includes(address.pathname)) event.respondWith(kept(SHELL, address.pathname, event.request));
});

async function kept(name, path, request) {
  const found = await (await caches.open(name)).match(path);
  return found || fetch(request);
}

self.addEventListener("sync", (event) => {
  if (event.tag === "bihuan-entries") event.waitUntil(sendKept());
});

// What fails here fails the event, and the browser tries again by itself.
async function sendKept() {
  const meta = await PhoneStore.read("meta", "facts");
  if (!meta) return;
  const result = await PhoneSending.sendAll(FILES[0], meta.user, tell);
  // The page is at it: should it be closed before it is through, the browser asks again.
  if (result === "busy") throw new Error(result);
}

async function tell() {
  for (const page of await self.clients.matchAll()) page.postMessage("sent");
}
