"""Measurements that the documents quote, each by a command: `python -m bench.spread`, `python -m bench.dose_response`."""
