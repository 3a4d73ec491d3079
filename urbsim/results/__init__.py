"""What came out of a run: indicators, verdicts, files."""
