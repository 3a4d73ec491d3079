// What an emulator says of a setting of its sliders (ODD equation W10): answer.py, step by step, to the same numbers.
var urbsimEmulator = (function () {
  "use strict";

  function moved(condition, value, draw) {
    var middle = (condition.low + condition.high) / 2, half = (condition.high - condition.low) / 2;
    var now = (value - middle) / half, before = (condition.values[draw] - middle) / half;
    return [now - before, now * now - before * before];
  }

  function addedByDraw(emulator, outcome, setting) {
    var programmes = emulator.programmes.length, i, j, k = 0;
    var ofProgrammes = [], total = [], number = [];
    for (i = 0; i < programmes; i += 1) { ofProgrammes.push(0); total.push(0); number.push(0); }
    emulator.levers.forEach(function (lever, at) {
      var slopes = outcome.levers[at], dose = setting.doses[at];
      ofProgrammes[lever.programme] += slopes.first * dose + slopes.bend * Math.max(dose - 1, 0);
      total[lever.programme] += dose;
      number[lever.programme] += 1;
    });
    var means = total.map(function (t, at) { return number[at] ? t / number[at] : 0; });
    var together = 0;
    for (i = 0; i < programmes; i += 1) {
      for (j = i; j < programmes; j += 1) {
        together += outcome.together[k] * means[i] * means[j];
        k += 1;
      }
    }
    return outcome.factors.map(function (factors, draw) {
      var ofDraw = together;
      for (i = 0; i < programmes; i += 1) { ofDraw += factors[i] * ofProgrammes[i]; }
      emulator.conditions.forEach(function (condition, c) {
        var value = setting.conditions[c];
        if (value !== null) {
          var by = moved(condition, value, draw), slopes = outcome.conditions[c];
          ofDraw += factors[programmes + c] * (slopes.first * by[0] + slopes.bend * by[1]);
        }
      });
      return ofDraw;
    });
  }

  function shareMet(goal, values) {
    var met = 0;
    values.forEach(function (value) { if (goal.sign * (value - goal.level) >= 0) { met += 1; } });
    return met / values.length;
  }

  function mean(values) {
    var total = 0;
    values.forEach(function (value) { total += value; });
    return total / values.length;
  }

  function quantile(ordered, share) {
    var place = share * (ordered.length - 1), low = Math.floor(place);
    var high = Math.min(low + 1, ordered.length - 1);
    return ordered[low] + (place - low) * (ordered[high] - ordered[low]);
  }

  function ofOutcome(emulator, outcome, setting) {
    var added = addedByDraw(emulator, outcome, setting);
    var values = outcome.base.map(function (base, draw) { return base + added[draw]; });
    var over = values.slice(1), probability = {};
    var ordered = over.slice().sort(function (a, b) { return a - b; });
    outcome.goals.forEach(function (goal) { probability[goal.id] = shareMet(goal, over); });
    return {
      median: quantile(ordered, 0.5), low: quantile(ordered, 0.05), high: quantile(ordered, 0.95),
      added: mean(added.slice(1)), central: values[0], central_added: added[0], probability: probability
    };
  }

  function answer(emulator, setting) {
    var said = {};
    emulator.outcomes.forEach(function (outcome) { said[outcome.id] = ofOutcome(emulator, outcome, setting); });
    return said;
  }

  return { answer: answer };
})();
if (typeof module !== "undefined") { module.exports = urbsimEmulator; }
