"""Measurements that the documents quote, each by a command.

`python -m bench.spread`: how T1 spreads over seeds, draws and parameters. `python -m bench.dose_response`: levers.
"""
