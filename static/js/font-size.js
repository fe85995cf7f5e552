// 字号 大中小: sets data-font-size on <html> and remembers it in this browser only.
"use strict";
{
  const root = document.documentElement;
  const buttons = document.querySelectorAll("button[data-font-size]");

  const show = () => {
    const current = root.dataset.fontSize || "medium";
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.fontSize === current));
  };

  const remember = (size) => {
    try {
      localStorage.setItem("font-size", size);
    } catch {
      // The size still holds for this page.
    }
  };

  for (const button of buttons) {
    button.addEventListener("click", () => {
      root.dataset.fontSize = button.dataset.fontSize;
      remember(button.dataset.fontSize);
      show();
    });
  }
  show();
}
