"""Charts of the report: each function draws one matplotlib figure from numbers already counted."""
