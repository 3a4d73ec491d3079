"""How it is computed, with no word of Guangxi in it: compiler, randomness, threads, lists, rationing, rounding."""
