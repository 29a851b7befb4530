// Lets an exercise be dragged to its place. Without this the buttons "Up" and "Down" do it.
"use strict";
(() => {
  const list = document.querySelector("ol[data-order]");
  if (!list) return;
  const hidden = (form, name, value) => {
    const input = document.createElement("input");
    input.type = "hidden";
    input.name = name;
    input.value = value;
    form.append(input);
  };
  for (const row of list.children) {
    const form = row.querySelector("form");
    if (!form) continue;
    const grip = document.createElement("span");
    grip.className = "plan-grip";
    grip.setAttribute("aria-hidden", "true");
    row.append(grip);
    grip.addEventListener("pointerdown", (down) => {
      down.preventDefault();
      const before = [...list.children];
      const put = () => { for (const other of before) list.append(other); };
      row.classList.add("plan-dragged");
      const move = (event) => {
        const others = [...list.children].filter((other) => other !== row);
        const next = others.find((other) => {
          const box = other.getBoundingClientRect();
          return event.clientY < box.top + box.height / 2;
        });
        if (row.nextElementSibling !== (next ?? null)) list.insertBefore(row, next ?? null);
      };
      const end = (event) => {
        for (const [kind, listener] of listeners) document.removeEventListener(kind, listener);
        row.classList.remove("plan-dragged");
        const place = [...list.children].indexOf(row);
        if (event.type !== "pointerup") put();
        else if (place !== before.indexOf(row)) {
          hidden(form, "do", "move");
          hidden(form, "place", String(place));
          form.submit();
        }
      };
      // A row that moves lets go of a captured pointer, so the document listens.
      const listeners = [["pointermove", move], ["pointerup", end], ["pointercancel", end]];
      for (const [kind, listener] of listeners) document.addEventListener(kind, listener);
    });
  }
})();
