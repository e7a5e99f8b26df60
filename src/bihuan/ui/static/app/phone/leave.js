"use strict";
// Signing out forgets the customers' facts on this telephone; entries that were not received are never dropped unasked.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-signout]");
  if (!form || !window.indexedDB || !window.caches) return;
  event.preventDefault();
  const count = (await PhoneStore.unsent()).length;
  if (count && !confirm(form.dataset.signout.replace("{count}", count))) return;
  await PhoneStore.forget();
  form.submit();
});
// The engineer's own page says what still waits on this telephone.
(async () => {
  const place = document.querySelector("[data-unsent]");
  if (!place || !window.indexedDB) return;
  const count = (await PhoneStore.unsent()).length;
  if (!count) return;
  place.querySelector("[data-unsent-count]").textContent = count;
  place.hidden = false;
})();
