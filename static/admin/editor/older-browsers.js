/* What the editor's library takes for granted and Chromium 89 (desktops of 统信 and 麒麟) does not have yet. */
"use strict";
(() => {
  const add = (object, name, value) => {
    if (!object[name]) Object.defineProperty(object, name, { value, writable: true, configurable: true });
  };
  add(Object, "hasOwn", (object, key) => Object.prototype.hasOwnProperty.call(object, key));
  add(Array.prototype, "at", function (index) {
    return this[index < 0 ? this.length + index : index];
  });
  add(Array.prototype, "findLast", function (test) {
    return this.slice().reverse().find(test);
  });
  add(Array.prototype, "toReversed", function () {
    return this.slice().reverse();
  });
  add(Array.prototype, "toSorted", function (compare) {
    return this.slice().sort(compare);
  });
})();
