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
