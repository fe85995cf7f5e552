// A table wider than the column scrolls by itself; the keyboard must be able to reach it.
"use strict";
for (const table of document.querySelectorAll(".prose table")) {
  if (table.scrollWidth > table.parentElement.clientWidth) table.tabIndex = 0;
}
