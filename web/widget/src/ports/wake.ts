/** Notices that the network or the whole computer was away: a connection may then be dead without knowing it. */

const LOOK_EVERY_MS = 10_000;
const SLEPT_MS = 30_000;

export function onWake(woke: () => void): void {
  window.addEventListener("online", woke);
  window.addEventListener("pageshow", (event) => event.persisted && woke());
  let last = Date.now();
  setInterval(() => {
    const now = Date.now();
    if (now - last > LOOK_EVERY_MS + SLEPT_MS && document.visibilityState === "visible") woke();
    last = now;
  }, LOOK_EVERY_MS);
}
