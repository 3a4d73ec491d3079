"""What people and places do: hazards, utilities and rules as tables, one file a process."""
