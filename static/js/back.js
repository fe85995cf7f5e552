// 返回 goes back to the page the reader came from; without scripts it leads home.
"use strict";
{
  const back = document.querySelector("[data-back]");
  if (back && document.referrer.startsWith(location.origin) && history.length > 1) {
    back.addEventListener("click", (event) => {
      event.preventDefault();
      history.back();
    });
  }
}
