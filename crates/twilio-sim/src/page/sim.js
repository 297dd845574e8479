// Keeps the phones up to date and sends answers. What somebody is typing is never touched.
"use strict";

const POLL_MS = 1000;

async function refresh() {
  const answer = await fetch("/phones");
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("phones");
  const shown = document.getElementById("phones");
  if (fresh.innerHTML === shown.dataset.seen) return;
  shown.dataset.seen = fresh.innerHTML;
  const known = new Map([...shown.querySelectorAll(".phone")].map((phone) => [phone.dataset.number, phone]));
  const phones = [...fresh.querySelectorAll(".phone")];
  for (const none of shown.querySelectorAll(".none")) none.hidden = phones.length > 0;
  phones.forEach((phone, place) => {
    const old = known.get(phone.dataset.number);
    known.delete(phone.dataset.number);
    if (old) updateList(old.querySelector("ol"), phone.querySelector("ol"));
    else shown.insertBefore(phone, shown.querySelectorAll(".phone")[place] ?? null);
  });
  for (const gone of known.values()) gone.remove();
}

function updateList(shown, fresh) {
  if (shown.innerHTML === fresh.innerHTML) return;
  const atEnd = shown.scrollHeight - shown.scrollTop - shown.clientHeight < 40;
  shown.replaceChildren(...fresh.children);
  if (atEnd) shown.scrollTop = shown.scrollHeight;
}

async function send(form) {
  const input = form.elements.body;
  const from = form.closest(".phone").dataset.number;
  const answer = await fetch("/control/inbound", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ from, body: input.value }),
  });
  if (answer.ok) input.value = "";
  await refresh();
}

document.addEventListener("submit", (event) => {
  event.preventDefault();
  send(event.target).catch(() => {});
});

async function poll() {
  // A stand-in that is being restarted is asked again.
  if (!document.hidden) await refresh().catch(() => {});
  setTimeout(poll, POLL_MS);
}
for (const list of document.querySelectorAll(".phone ol")) list.scrollTop = list.scrollHeight;
poll();
