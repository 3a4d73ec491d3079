"""Measurements that the documents quote, each by a command.

`python -m bench.performance`: speed and memory (`make bench`). `python -m bench.spread`: how T1 spreads over seeds,
draws and parameters. `python -m bench.dose_response`: levers. `python -m bench.hindcast`: the decade 2010-2020.
`python -m bench.means`: whether a 1% sample stands for the whole.
"""
