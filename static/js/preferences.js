// Runs before the first paint: says that scripts work, and brings back the reader's own text size.
"use strict";
{
  const root = document.documentElement;
  root.classList.add("with-script");
  try {
    const size = localStorage.getItem("font-size");
    if (size === "large" || size === "small") root.dataset.fontSize = size;
  } catch {
    // Storage may be forbidden; the default size is the one everybody can read.
  }
}
