// The figure ticks the boxes of the list, and shows what is ticked there. The list is the answer.
"use strict";

for (const chart of document.querySelectorAll("[data-chart]")) {
  const all = (selector, within = chart) => [...within.querySelectorAll(selector)];
  const [figures, tabs, zooms] = ["figure", "tab", "looks"].map((part) => all(`.app-chart__${part}`));
  const shapes = all("[data-token]");
  const boxes = new Map(all("input[type=checkbox]", chart.closest("fieldset")).map((box) => [box.value, box]));
  const names = new Map(shapes.map((shape) => [shape.dataset.token, shape.querySelector("title").textContent]));
  const [status, pointed, heading, chips] = ["status", "pointed", "heading", "chips"].map((part) =>
    chart.querySelector(`.app-chart__${part}`),
  );
  const chip = chart.querySelector(".app-chart__marked template").content;
  const filled = (sentence, word, value) => chart.dataset[sentence].replace(`{${word}}`, () => value);
  const isMarked = (shape) => boxes.get(shape.dataset.token)?.checked ?? false;

  // --- what is ticked -------------------------------------------------------------------------

  const draw = () => {
    for (const shape of shapes) {
      const marked = isMarked(shape);
      shape.classList.toggle("is-marked", marked);
      if (marked) shape.setAttribute("fill", `url(#${shape.ownerSVGElement.dataset.hatch})`);
      else shape.removeAttribute("fill");
    }
    for (const [i, tab] of tabs.entries()) {
      const count = tab.querySelector(".app-chart__count");
      count.textContent = all(".is-marked", figures[i]).length;
      count.hidden = count.textContent === "0";
    }
    const marked = [...boxes.values()].filter((box) => box.checked && names.has(box.value));
    heading.textContent = filled("heading", "count", marked.length);
    chips.replaceChildren(...marked.map((box) => chipFor(box.value)));
    chips.parentElement.hidden = marked.length === 0;
  };

  const chipFor = (token) => {
    const item = chip.cloneNode(true);
    const button = item.querySelector("button");
    button.dataset.remove = token;
    button.setAttribute("aria-label", filled("remove", "place", names.get(token)));
    button.querySelector("span").textContent = names.get(token);
    return item;
  };

  const toggle = (token) => {
    const box = boxes.get(token);
    if (!box) return;
    box.checked = !box.checked;
    box.dispatchEvent(new Event("change", { bubbles: true }));
    status.textContent = filled(box.checked ? "marked" : "cleared", "place", names.get(token));
    point();
  };

  // --- what is shown --------------------------------------------------------------------------

  const show = (id, look) => {
    for (const part of [...figures, ...zooms]) part.hidden = part.dataset.figure !== id;
    for (const tab of tabs) tab.setAttribute("aria-pressed", tab.dataset.figure === id);
    for (const button of all("button", look.parentElement)) button.setAttribute("aria-pressed", button === look);
    const figure = figures.find((each) => each.dataset.figure === id);
    figure.querySelector("svg").setAttribute("viewBox", look.dataset.box);
    figure.classList.toggle("is-near", look !== look.parentElement.firstElementChild);
    const [start, end] = all(".app-chart__sides span");
    start.textContent = look.dataset.start;
    end.textContent = look.dataset.end;
  };

  const showWhole = (tab) => show(tab.dataset.figure, zooms[tabs.indexOf(tab)].querySelector("button"));

  const point = (name) => {
    pointed.textContent = name ?? (status.textContent ? "" : chart.dataset.hint);
    pointed.classList.toggle("is-hint", !name);
    pointed.hidden = !pointed.textContent;
    status.classList.toggle("nhsuk-u-visually-hidden", Boolean(name));
  };

  // --- what people do -------------------------------------------------------------------------

  chart.addEventListener("click", ({ target }) => {
    const shape = target.closest("[data-token]");
    const button = target.closest("button");
    if (shape) toggle(shape.dataset.token);
    else if (button?.dataset.remove) {
      const place = all("button", chips).indexOf(button);
      toggle(button.dataset.remove);
      const left = all("button", chips);
      (left[Math.min(place, left.length - 1)] ?? tabs[0]).focus();
    } else if (button?.dataset.box) show(button.parentElement.dataset.figure, button);
    else if (button) showWhole(button);
  });

  chart.addEventListener("pointerover", ({ target, pointerType }) => {
    if (pointerType === "mouse") point(names.get(target.dataset.token));
  });

  // What is marked grows above the list; the list stays where the finger is.
  chart.closest("fieldset").addEventListener("change", ({ target, isTrusted }) => {
    const before = target.getBoundingClientRect().top;
    draw();
    if (!isTrusted) return;
    status.textContent = "";
    point();
    window.scrollBy(0, target.getBoundingClientRect().top - before);
  });

  // Whoever moves through the list sees on the figure where they are.
  chart.closest("fieldset").addEventListener("focusin", ({ target }) => {
    for (const shape of shapes) shape.classList.toggle("is-pointed", shape.dataset.token === target.value);
  });

  // Going back in the browser brings ticks back without an event.
  window.addEventListener("pageshow", draw);

  draw();
  point();
  const marksOn = (tab) => Number(tab.querySelector(".app-chart__count").textContent);
  showWhole(tabs.reduce((most, tab) => (marksOn(tab) > marksOn(most) ? tab : most)));
  for (const part of [chart, ...all("[data-live]")]) if (part !== chips.parentElement) part.hidden = false;
}
