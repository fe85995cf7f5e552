// A <details data-dismiss> closes on Escape (focus returns to its handle), on a touch outside it, and when
// the keyboard goes on to what it would cover.
"use strict";
{
  const opened = () => document.querySelectorAll("details[data-dismiss][open]");

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const details of opened()) {
      const hadFocus = details.contains(document.activeElement);
      details.open = false;
      if (hadFocus) details.querySelector("summary").focus();
    }
  });

  const closeOthers = (event) => {
    for (const details of opened()) {
      if (!details.contains(event.target)) details.open = false;
    }
  };
  document.addEventListener("click", closeOthers);
  document.addEventListener("focusin", closeOthers);
}
