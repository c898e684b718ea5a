// One key per answer: what is on the paper goes in without the mouse. The page works without this.
"use strict";

const form = document.querySelector("[data-type-in]");
const questions = [...form.querySelectorAll("[data-question]")];
const inputs = (question) => [...question.querySelectorAll("input, textarea")];
const questionOf = (input) => input.closest("[data-question]");
const isPlace = (input) => input.closest(".app-regions") !== null;
const keys = new Map([["y", "yes"], ["n", "no"], ["u", "unsure"], ["x", "10"]]);

const arrive = (input) => {
  input.focus();
  if (input.type === "text") input.select();
};

const leave = (question) => {
  const next = questions[questions.indexOf(question) + 1];
  if (next) arrive(inputs(next)[0]);
};

const isInner = (question) => question.classList.contains("app-type-in--inner");

// After a no the paper goes past the details of that question; the tabulator still reaches them.
const leaveWithDetails = (question) => {
  const later = questions.slice(questions.indexOf(question) + 1);
  arrive(inputs(later.find((each) => !isInner(each)))[0]);
};

// The box that a key means: by its value, else by its place in the question.
const meant = (question, key) => {
  const boxes = inputs(question);
  const value = keys.get(key) ?? key;
  const place = boxes.length > 9 || boxes[0].closest(".app-scale") ? undefined : boxes[Number(key) - 1];
  return boxes.find((box) => box.value === value) ?? place;
};

const jump = (input, letter) => {
  const boxes = inputs(questionOf(input));
  const name = (box) => box.closest(".app-regions__row").querySelector(".app-regions__place").textContent;
  const row = (box) => box.closest(".app-regions__row");
  const from = boxes.indexOf(input);
  const round = [...boxes.slice(from + 1), ...boxes.slice(0, from)];
  const found = round.find((box) => row(box) !== row(input) && name(box).trim().toLowerCase().startsWith(letter));
  found?.focus();
};

const choose = (input, key) => {
  const question = questionOf(input);
  const box = meant(question, key);
  if (!box) return;
  box.click();
  if (box.type !== "radio") box.focus();
  else if (box.value === "no" && !isInner(question)) leaveWithDetails(question);
  else leave(question);
};

const moveOn = (input) => {
  const question = questionOf(input);
  const boxes = inputs(question);
  const later = boxes[boxes.indexOf(input) + 1];
  if (input.type === "text" && later?.type === "text") arrive(later);
  else leave(question);
};

form.addEventListener("keydown", (event) => {
  const { target, key } = event;
  const question = target.closest("[data-question]");
  if (!question || event.ctrlKey || event.altKey || event.metaKey) return;
  if (key === "Enter" && !event.shiftKey && target.name !== "then") {
    event.preventDefault();
    moveOn(target);
  } else if (["radio", "checkbox"].includes(target.type) && /^[a-z0-9]$/i.test(key)) {
    event.preventDefault();
    if (isPlace(target)) jump(target, key.toLowerCase());
    else choose(target, key.toLowerCase());
  }
});

// A date goes on by itself when its box is full.
form.addEventListener("input", ({ target }) => {
  const most = { day: 2, month: 2, year: 4 }[target.name.split("-").pop()];
  if (most && target.closest(".nhsuk-date-input") && target.value.length === most) moveOn(target);
});

const first = document.getElementById(location.hash.slice(1)) ?? inputs(questions[0])[0];
if (!document.querySelector(".nhsuk-error-summary")) arrive(first);
