"""Where the spread of the verdicts comes from: levers, parameters by status, climate of the years, luck."""
