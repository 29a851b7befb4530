// A button that shows what is typed into a password box, so that mistakes can be seen. Without it the box hides as ever.
"use strict";
(() => {
  for (const box of document.querySelectorAll("input[type=password][data-show]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button-quiet show-password";
    button.setAttribute("aria-controls", box.id);
    const say = () => { button.textContent = box.type === "password" ? box.dataset.show : box.dataset.hide; };
    button.addEventListener("click", () => {
      box.type = box.type === "password" ? "text" : "password";
      say();
      box.focus();
    });
    // It goes out hidden again: browsers keep what is typed into visible boxes.
    box.form?.addEventListener("submit", () => { box.type = "password"; say(); });
    say();
    box.after(button);
  }
})();
