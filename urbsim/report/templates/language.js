(function () {
  "use strict";
  var boxes = document.querySelectorAll('input[name="language"]');
  function known(word) {
    return Array.prototype.some.call(boxes, function (box) { return box.id === "show-" + word; });
  }
  function show(word) {
    document.getElementById("show-" + word).checked = true;
    document.documentElement.lang = word;
  }
  function ofLink() {
    var asked = new URLSearchParams(location.search).get("lang");
    var hash = location.hash.slice(1).split("-")[0];
    return known(hash) ? hash : known(asked) ? asked : null;
  }
  function follow() {
    var word = ofLink();
    if (word) {
      show(word);
      var spot = document.getElementById(location.hash.slice(1));
      if (spot) { spot.scrollIntoView(); }
    }
  }
  if (!boxes.length) { return; }
  var own = String(navigator.language || "").toLowerCase().slice(0, 2) === "zh" ? "zh" : "en";
  if (known(own)) { show(own); }
  follow();
  window.addEventListener("hashchange", follow);
  Array.prototype.forEach.call(boxes, function (box) {
    box.addEventListener("change", function () {
      var word = box.id.slice(5);
      show(word);
      try { history.replaceState(null, "", "#" + word); } catch (refused) { location.hash = word; }
    });
  });
})();
