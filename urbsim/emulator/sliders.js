// The sliders of an emulator: on the report's page, and on that of `urbsim explore`, which adds `live`.
var urbsimSliders = (function (emulation) {
  "use strict";
  var MINUS = "\u2212";

  function element(tag, name, text) {
    var made = document.createElement(tag);
    if (name) { made.className = name; }
    if (text !== undefined) { made.textContent = text; }
    return made;
  }

  function filled(text, values) {
    return text.replace(/\{(\w+)\}/g, function (whole, key) { return key in values ? values[key] : whole; });
  }

  // Half away from zero, as elsewhere on the page: the shortest decimal form is rounded.
  function rounded(size, digits) {
    var shown = Math.max(digits, 0);
    return size < 1e-6 ? (0).toFixed(shown)
      : Number(Math.round(Number(size + "e" + digits)) + "e" + -digits).toFixed(shown);
  }

  function number(value, digits, sign) {
    var text = rounded(Math.abs(value), digits), zero = !/[1-9]/.test(text);
    var parts = text.split(".");
    parts[0] = parts[0].replace(/\B(?=(\d{3})+(?!\d))/g, ",");
    return (zero ? "" : value < 0 ? MINUS : sign ? "+" : "") + parts.join(".");
  }

  // A figure of an outcome in its unit: `form` is of words.forms.
  function figure(form, value, sign) {
    return number(value * form.factor, form.digits, sign) + form.unit;
  }

  function atPlan(emulator, dose) {
    return {
      doses: emulator.levers.map(function (lever) { return lever.toggle ? (dose > 0 ? 1 : 0) : dose; }),
      conditions: emulator.conditions.map(function () { return null; })
    };
  }

  // Where the sliders of an emulator stand; all views of it, one a language, follow.
  function State(emulator) {
    this.emulator = emulator;
    this.setting = atPlan(emulator, 1);
    this.exact = null;
    this.watchers = [];
  }
  State.prototype.tell = function () { this.watchers.forEach(function (watcher) { watcher(); }); };
  State.prototype.change = function (change) {
    change(this.setting);
    this.exact = null;
    this.tell();
  };

  function slider(id, label, low, high, step, toggle) {
    var row = element("div", "slider"), name = element("label", "name", label), input = element("input");
    var said = element("output", "said");
    input.id = id;
    name.htmlFor = id;
    said.htmlFor = id;
    input.type = toggle ? "checkbox" : "range";
    if (!toggle) { input.min = low; input.max = high; input.step = step; }
    row.append(name, input, said);
    return { row: row, input: input, said: said };
  }

  function View(root, state, words) {
    this.root = root;
    this.state = state;
    this.words = words;
    this.prefix = root.id + "-";
    this.updates = [];
    this.cards = {};
    this.build();
    state.watchers.push(this.show.bind(this));
    this.show();
  }

  View.prototype.build = function () {
    var state = this.state, words = this.words, results = element("div", "results"), controls = element("div", "controls");
    results.setAttribute("aria-live", "polite");
    state.emulator.outcomes.forEach(function (outcome) { results.append(this.card(outcome)); }, this);
    this.results = results;
    var bar = element("div", "buttons");
    [["at_plan", 1], ["at_nothing", 0], ["at_most", state.emulator.largest]].forEach(function (one) {
      var button = element("button", one[0], words[one[0]]);
      button.type = "button";
      button.addEventListener("click", function () {
        state.change(function (setting) { setting.doses = atPlan(state.emulator, one[1]).doses; });
      });
      bar.append(button);
    });
    controls.append(bar);
    state.emulator.programmes.forEach(function (programme, at) { controls.append(this.programme(programme, at)); }, this);
    if (state.emulator.conditions.length) { controls.append(this.conditions()); }
    this.root.replaceChildren(results, controls);
  };

  View.prototype.programme = function (programme, at) {
    var state = this.state, words = this.words, lang = words.lang, box = element("details", "group");
    var mine = [];
    state.emulator.levers.forEach(function (lever, k) { if (lever.programme === at) { mine.push(k); } });
    var all = slider(this.prefix + "programme-" + at, programme[lang], 0, state.emulator.largest, 0.05, false);
    all.row.classList.add("whole");
    all.input.addEventListener("input", function () {
      state.change(function (setting) {
        var dose = Number(all.input.value);
        mine.forEach(function (k) {
          setting.doses[k] = state.emulator.levers[k].toggle ? (dose > 0 ? 1 : 0) : dose;
        });
      });
    });
    this.updates.push(function () {
      var doses = mine.map(function (k) { return state.setting.doses[k]; });
      var mean = doses.reduce(function (a, b) { return a + b; }, 0) / doses.length;
      var same = doses.every(function (dose) { return dose === doses[0]; });
      all.input.value = mean;
      all.said.textContent = filled(words[same ? "times" : "times_mean"], { n: mean.toFixed(2) });
    });
    box.append(element("summary", "", filled(words.levers_of, { n: mine.length })));
    mine.forEach(function (k) { box.append(this.lever(k)); }, this);
    var group = element("div", "programme");
    group.append(all.row, box);
    return group;
  };

  View.prototype.lever = function (k) {
    var state = this.state, words = this.words, lang = words.lang, lever = state.emulator.levers[k];
    var made = slider(
      this.prefix + "lever-" + lever.key.replace(/\W/g, "-"), lever.name[lang], 0, state.emulator.largest, 0.05, lever.toggle
    );
    made.input.addEventListener("input", function () {
      state.change(function (setting) {
        setting.doses[k] = lever.toggle ? Number(made.input.checked) : Number(made.input.value);
      });
    });
    this.updates.push(function () {
      var dose = state.setting.doses[k];
      if (lever.toggle) {
        made.input.checked = dose > 0;
        made.said.textContent = words[dose > 0 ? "there" : "not_there"];
        return;
      }
      made.input.value = dose;
      made.said.textContent = filled(words.times, { n: dose.toFixed(2) }) + (lever.total === null ? "" : filled(
        words.units, { units: number(lever.total * dose, 0), unit: lever.unit[lang] }
      ));
    });
    return made.row;
  };

  View.prototype.conditions = function () {
    var state = this.state, words = this.words, group = element("div", "programme");
    var head = element("div", "slider whole");
    head.append(element("span", "name", words.conditions));
    var reset = element("button", "as_ever", words.conditions_reset);
    reset.type = "button";
    reset.addEventListener("click", function () {
      state.change(function (setting) { setting.conditions = setting.conditions.map(function () { return null; }); });
    });
    head.append(reset);
    group.append(head);
    state.emulator.conditions.forEach(function (condition, c) { group.append(this.condition(condition, c)); }, this);
    var note = element("p", "note", words.off_the_fit);
    this.updates.push(function () {
      note.hidden = !state.emulator.conditions.some(function (condition, c) {
        return condition.off_the_fit && state.setting.conditions[c] !== null;
      });
    });
    group.append(note);
    return group;
  };

  View.prototype.condition = function (condition, c) {
    var state = this.state, words = this.words, wide = condition.high - condition.low;
    var made = slider(
      this.prefix + "condition-" + condition.key.replace(/\W/g, "-"), condition.name[words.lang],
      condition.low, condition.high, "any", condition.toggle
    );
    var values = condition.values, usual = values[0];
    made.input.addEventListener("input", function () {
      state.change(function (setting) {
        // A hundredth of the range is as fine as a slider is moved.
        var step = Math.round((Number(made.input.value) - condition.low) / wide * 100) / 100;
        setting.conditions[c] = condition.toggle
          ? (made.input.checked ? 1 : null)
          : Number((condition.low + step * wide).toPrecision(6));
      });
    });
    this.updates.push(function () {
      var value = state.setting.conditions[c];
      if (condition.toggle) {
        made.input.checked = value === 1;
        made.said.textContent = words[value === 1 ? "there" : "as_scenario"];
        return;
      }
      made.input.value = value === null ? usual : value;
      made.said.textContent = value === null ? words.as_scenario
        : condition.percent ? number(100 * value, 1, true) + "%" : number(value, 2);
    });
    return made.row;
  };

  View.prototype.card = function (outcome) {
    var card = element("section", "outcome"), words = this.words;
    card.dataset.outcome = outcome.id;
    var head = element("h4"), badge = element("span", "badge"), value = element("p", "value");
    head.append(badge, " " + words.names[outcome.id]);
    var range = element("p", "range"), added = element("p", "added"), goals = element("ul", "goals");
    var error = element("p", "error");
    card.append(head, value, range, added, goals, error);
    this.cards[outcome.id] = {
      badge: badge, value: value, range: range, added: added, goals: goals, error: error, card: card
    };
    return card;
  };

  View.prototype.show = function () {
    var state = this.state, emulated = emulation.answer(state.emulator, state.setting);
    this.updates.forEach(function (update) { update(); });
    state.emulator.outcomes.forEach(function (outcome) {
      this.showOutcome(outcome, emulated[outcome.id], state.exact && state.exact[outcome.id]);
    }, this);
  };

  // exact: the same figures of real runs; `one_run` where they are of the central draw alone.
  View.prototype.showOutcome = function (outcome, emulated, exact) {
    var words = this.words, form = words.forms[outcome.id], card = this.cards[outcome.id], said = exact || emulated;
    var single = Boolean(exact && exact.one_run);
    var spends = !outcome.goals.length;
    card.card.classList.toggle("exact", Boolean(exact));
    card.badge.textContent = words[exact ? (single ? "exact_one" : "exact_all") : "emulated"];
    var added = single ? said.central_added : said.added;
    var level = single ? said.central : said.median;
    card.value.textContent = figure(form, spends ? added : level);
    card.range.textContent = spends || single ? "" : filled(words.range, {
      low: figure(form, said.low), high: figure(form, said.high)
    });
    card.added.textContent = spends ? "" : filled(words.adds, { added: figure(form.added, added, true) });
    var instead = single ? emulated.central_added : emulated.added, errors = outcome.errors, full = this.state.emulator.full;
    card.error.textContent = exact
      ? filled(words.instead, { emulated: figure(form.added, instead, true), off: figure(form.added, instead - added, true) })
      : filled(words.error, {
        mean: figure(form.added, errors.mean), largest: figure(form.added, errors.largest), n: errors.worlds
      }) + (full ? filled(words.error_at_full_size, { full: figure(form.added, full.mean[outcome.id]) }) : "");
    card.goals.replaceChildren.apply(card.goals, outcome.goals.map(function (goal) {
      var item = element("li", "", words.goals[goal.id] + " "), share = said.probability[goal.id];
      item.append(element("b", "", single
        ? words[share ? "met" : "missed"]
        : filled(words.chance, { n: Math.round(100 * share) })));
      return item;
    }));
  };

  function read(id) { return JSON.parse(document.getElementById(id).textContent); }

  // Fills every place for sliders on the page; live: called with each state, adds what only a server can do.
  function start(live) {
    var words = read("slider-words"), states = {};
    Array.prototype.forEach.call(document.querySelectorAll(".explorer"), function (root) {
      var of = root.dataset.emulator;
      states[of] = states[of] || new State(read("emulator-" + of));
      var view = new View(root, states[of], words[of][root.dataset.lang]);
      if (live) { live(view); }
    });
  }

  return { start: start, element: element, filled: filled, atPlan: atPlan };
})(urbsimEmulator);
