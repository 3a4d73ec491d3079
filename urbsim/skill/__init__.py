"""How good forecasts were: scored on what was counted, beside rivals that need no model."""
