"""Measurements that the documents quote, each by a command: `python -m bench` or `python -m bench.spread`."""
