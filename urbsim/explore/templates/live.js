// What the page of `urbsim explore` adds to its sliders: exact runs beside the emulator, and scenario files.
(function () {
  "use strict";
  var element = urbsimSliders.element, filled = urbsimSliders.filled;
  var words = JSON.parse(document.getElementById("live-words").textContent);
  var EVERY = 500;  // milliseconds between two looks at a run
  var panels = [], ofRun = null, timer = null;

  function asked(state) {
    var doses = {}, conditions = {};
    state.emulator.levers.forEach(function (lever, k) { doses[lever.key] = state.setting.doses[k]; });
    state.emulator.conditions.forEach(function (condition, c) {
      conditions[condition.key] = state.setting.conditions[c];
    });
    return { doses: doses, conditions: conditions };
  }

  function post(path, content) {
    return fetch(path, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(content)
    });
  }

  function refused(reply) {
    return reply.json().then(function (said) { throw new Error(said.errors.join("\n")); });
  }

  // In every language: key of a word and what fills it, or a text as it is.
  function tell(key, values) {
    panels.forEach(function (panel) {
      panel.said.textContent = key in panel.words ? filled(panel.words[key], values || {}) : key;
    });
  }

  function failed(error) { tell(error instanceof TypeError ? "gone" : error.message); }

  function shows(state, run) {
    var running = run.state === "running";
    panels.forEach(function (panel) {
      panel.run.disabled = running;
      panel.stop.disabled = !running;
      panel.bar.hidden = !running;
      panel.bar.max = run.of || 1;
      panel.bar.value = run.done || 0;
    });
    if (run.state === "idle") { return; }
    tell(run.state, run);
    if (run.state !== "done") { return; }
    if (ofRun !== JSON.stringify(asked(state))) { tell("moved_on"); return; }
    state.exact = run.answer;
    state.tell();
  }

  function look(state) {
    fetch("/run").then(function (reply) { return reply.ok ? reply.json() : refused(reply); }).then(function (run) {
      shows(state, run);
      timer = run.state === "running" ? setTimeout(look, EVERY, state) : null;
    }).catch(function (error) {
      timer = null;
      shows(state, { state: "idle" });
      failed(error);
    });
  }

  function live(view) {
    var state = view.state, said = words[view.words.lang], box = element("div", "live"), id = view.root.id;
    var size = element("select");
    size.id = id + "-size";
    size.setAttribute("aria-label", said.run);
    [["draws", said.run_draws], ["full", said.run_full]].forEach(function (one) {
      var option = element("option", "", one[1]);
      option.value = one[0];
      size.append(option);
    });
    var run = element("button", "run", said.run), stop = element("button", "stop", said.stop);
    run.type = stop.type = "button";
    stop.disabled = true;
    run.addEventListener("click", function () {
      var content = asked(state);
      ofRun = JSON.stringify(content);
      content.size = size.value;
      state.exact = null;
      state.tell();
      post("/run", content).then(function (reply) { return reply.ok ? reply.json() : refused(reply); })
        .then(function (begun) {
          shows(state, begun);
          if (timer === null) { timer = setTimeout(look, EVERY, state); }
        }).catch(failed);
    });
    stop.addEventListener("click", function () {
      stop.disabled = true;
      post("/stop", {}).then(function (reply) { return reply.ok ? null : refused(reply); }).catch(failed);
    });
    var name = element("input"), save = element("button", "save", said.save);
    name.type = "text";
    name.id = id + "-name";
    name.value = "my_scenario";
    name.maxLength = 60;
    name.setAttribute("aria-label", said.name);
    save.type = "button";
    save.addEventListener("click", function () {
      var content = asked(state);
      content.name = name.value;
      post("/scenario", content).then(function (reply) { return reply.ok ? reply.blob() : refused(reply); })
        .then(function (file) {
          var link = element("a");
          link.href = URL.createObjectURL(file);
          link.download = content.name + ".yaml";
          link.click();
          setTimeout(URL.revokeObjectURL, 10000, link.href);
          tell("saved", { name: content.name });
        }).catch(failed);
    });
    var bar = element("progress"), message = element("p", "state");
    bar.hidden = true;
    message.setAttribute("role", "status");
    var first = element("div", "row"), second = element("div", "row");
    first.append(size, run, stop);
    second.append(name, save);
    box.append(first, bar, message, second);
    view.results.append(box);
    panels.push({ run: run, stop: stop, bar: bar, said: message, words: said });
  }

  urbsimSliders.start(live);
})();
