"use strict";
// Sends what was handed in: photos first, then the words. An entry leaves the queue only by the server's receipt.
// The page runs it, and so does the service worker when the browser says that the network is back.
const PhoneSending = (() => {
  const PATIENCE = { photo: 120000, words: 60000 };

  // A worker has no cookies to read: it uses the token that came with the facts.
  async function token() {
    if (self.document) return (document.cookie.match(/(?:^|; )csrftoken=([^;]+)/) || [])[1] || "";
    return (await PhoneStore.read("meta", "facts"))?.csrf || "";
  }

  async function post(address, body, key, patience) {
    const headers = { "X-CSRFToken": await token(), "Idempotency-Key": key, Accept: "application/json" };
    const answer = await fetch(address, { method: "POST", body, headers, signal: AbortSignal.timeout(patience) });
    const isJson = (answer.headers.get("Content-Type") || "").includes("json");
    return { status: answer.status, data: isJson ? await answer.json() : null };
  }

  // What an answer means for the entry: done, try again later, sign in, or a person must look at it.
  function meaning({ status, data }) {
    if (data === null) return status >= 500 ? "later" : "signin";
    if (status < 300) return "done";
    if (status === 401) return "signin";
    if (data.code === "cut" || (data.code || "").startsWith("key_")) return "later";
    if (status >= 500 || status === 429) return "later";
    // What another person changed is a conflict; what the rules refuse is corrected on the phone.
    const changed = status === 403 || status === 404 || ["changed", "state", "conflict"].includes(data.code);
    return changed ? "conflict" : "wrong";
  }

  let moved = 0;

  async function digest(blob) {
    const sum = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
    return [...new Uint8Array(sum)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  async function sendPhotos(root, entry) {
    for (const photo of await PhoneStore.photosOf(entry.id)) {
      if (photo.sent) continue;
      const body = new FormData();
      body.append("sha256", await digest(photo.blob));
      body.append("photo", photo.blob, photo.name);
      const answer = await post(`${root}${entry.number}/photo/`, body, photo.id, PATIENCE.photo);
      if (meaning(answer) !== "done") return answer;
      await PhoneStore.put("photos", { ...photo, sent: true });
      moved += 1;
    }
    return null;
  }

  async function sendOne(root, entry) {
    entry.tried = true;
    await PhoneStore.put("entries", entry);
    let answer = await sendPhotos(root, entry);
    if (!answer) {
      const body = new URLSearchParams(entry.fields);
      body.set("key", entry.id);
      body.set("version", entry.version);
      body.set("written_at", entry.written_at);
      answer = await post(`${root}${entry.number}/`, body, `${entry.id}.${entry.turn}`, PATIENCE.words);
    }
    const result = meaning(answer);
    if (result === "done") {
      await PhoneStore.received(entry, answer.data.received_at);
      moved += 1;
    } else if (result === "later") throw new Error(`${answer.status}`);
    else if (result !== "signin") {
      const { title, errors } = answer.data;
      await PhoneStore.put("entries", { ...entry, state: result, reason: title || "", errors: errors || [] });
    }
    return result;
  }

  // All queued entries of this person in their order; of several open pages one sends.
  async function sendAll(root, user, changed) {
    return navigator.locks.request("bihuan-sending", { ifAvailable: true }, async (lock) => {
      if (!lock) return "busy";
      const rows = (await PhoneStore.all("entries")).filter((entry) => entry.state === "queued" && entry.user === user);
      rows.sort((one, other) => one.written_at.localeCompare(other.written_at));
      for (const entry of rows) {
        if (await sendOne(root, entry) === "signin") return "signin";
        await changed();
      }
      return "done";
    });
  }

  return { sendAll, moved: () => moved };
})();
