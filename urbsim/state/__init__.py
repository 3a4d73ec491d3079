"""What exists while a run goes on: codes, places, columns, stocks, definitions. Nothing here acts."""
