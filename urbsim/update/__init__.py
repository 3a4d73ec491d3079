"""The model as a monitor: stored draws reweighted by rows published after the forecast, what `urbsim update` does."""
