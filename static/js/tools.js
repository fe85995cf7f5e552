// 关闭, 打印 and 分享 below an article. Each works without this file: a link, and two explanations.
"use strict";
{
  const close = document.querySelector("[data-close]");
  const print = document.querySelector("[data-print] > summary");
  const share = document.querySelector("[data-share]");

  // Only a window that a script opened may be closed; in any other the link is simply followed.
  if (close) {
    close.addEventListener("click", (event) => {
      if (!window.opener) return;
      event.preventDefault();
      window.close();
      setTimeout(() => location.assign(close.href), 200);
    });
  }

  if (print) {
    print.addEventListener("click", (event) => {
      event.preventDefault();
      window.print();
    });
  }

  if (share) {
    const address = share.querySelector("[data-share-address]");
    const status = share.querySelector("[data-share-status]");
    const system = share.querySelector("[data-share-system]");

    share.querySelector("[data-share-copy]").addEventListener("click", async () => {
      address.select();
      try {
        await navigator.clipboard.writeText(address.value);
        status.textContent = "地址已复制。";
      } catch {
        // Without HTTPS there is no clipboard interface; the old command still copies the selection.
        status.textContent = document.execCommand("copy") ? "地址已复制。" : "没能复制，请长按地址，再点“复制”。";
      }
    });

    if (navigator.share) {
      system.hidden = false;
      system.addEventListener("click", () => {
        navigator.share({ title: system.dataset.shareTitle, url: address.value }).catch(() => {});
      });
    }
  }
}
