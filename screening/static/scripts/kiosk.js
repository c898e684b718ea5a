// The tablet at reception: after a while without a touch it asks, then nothing is left. A page without scripts
// clears itself by its own refresh, and the server ends the session in any case.
"use strict";

const still = document.querySelector(".app-still");
const { here, idle, left, token, welcome } = still.dataset;
const [after, asks] = [Number(still.dataset.after), Number(still.dataset.asks)];
const countdown = still.querySelector(".app-still__left");
const TELL_EVERY = 10000; // less than the grace that the server gives
const TRY_AGAIN = 5000;
let touched = Date.now();
let told = touched;
still.dataset.awake = "yes";

// Whatever the network does, the screen is empty first; a browser's own error page would be in nobody's hands.
const clear = async () => {
  clearInterval(beat);
  document.body.replaceChildren();
  try {
    await fetch(idle);
    location.replace(welcome);
  } catch {
    setTimeout(clear, TRY_AGAIN);
  }
};

// While somebody types on a long page, the server hears of it; if it knows nobody here, nothing may stay.
const tell = async () => {
  told = Date.now();
  const answer = await fetch(here, { method: "POST", headers: { "X-CSRFToken": token }, redirect: "manual" }).catch(
    () => null,
  );
  if (answer?.type === "opaqueredirect") clear();
};

const touch = () => {
  if (still.open) return;
  touched = Date.now();
  if (token && touched - told >= TELL_EVERY) tell();
};

const tick = () => {
  const rest = Math.ceil(after - (Date.now() - touched) / 1000);
  if (rest <= 0) {
    clear();
  } else if (rest <= asks) {
    countdown.textContent = left.replace("{n}", rest);
    if (!still.open) still.showModal();
  }
};

const beat = setInterval(tick, 1000);
document.addEventListener("visibilitychange", tick);
for (const kind of ["pointerdown", "keydown", "input", "scroll"]) {
  document.addEventListener(kind, touch, { capture: true, passive: true });
}

still.querySelector(".app-still__stay").addEventListener("click", () => still.close());
still.addEventListener("close", () => {
  touched = Date.now();
  tell();
});

// A page that the browser kept is hidden before it is kept, and fetched anew before it is seen.
addEventListener("pagehide", () => {
  document.documentElement.hidden = true;
});
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) location.reload();
});
