// Small comforts; every page works without them.
"use strict";

// Take the reader to the list of what is wrong.
const summary = document.querySelector(".nhsuk-error-summary");
if (summary) {
  summary.setAttribute("tabindex", "-1");
  summary.focus();
}

// "None of these" and "Not sure" exclude the other boxes of their question, and the other way round.
document.addEventListener("change", ({ target }) => {
  if (target.type !== "checkbox" || !target.checked) return;
  const alone = target.dataset.behaviour === "exclusive";
  for (const box of target.form?.querySelectorAll("input[type=checkbox]") ?? []) {
    const sameQuestion = box.name === target.name && box !== target;
    if (sameQuestion && (alone || box.dataset.behaviour === "exclusive")) box.checked = false;
  }
});

// A date or number and "I do not know" exclude each other: the newer one counts.
document.addEventListener("input", ({ target }) => {
  const group = target.closest(".nhsuk-form-group:has(.app-unknown)");
  const unknown = group?.querySelector(".app-unknown input[type=checkbox]");
  if (!unknown) return;
  if (target !== unknown) unknown.checked = false;
  else if (unknown.checked) for (const box of group.querySelectorAll(".nhsuk-input")) box.value = "";
});

// A second press of a button within a second sends nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 1000);
});
