"""Calibration: the frozen protocol, the door to the simulator, the smoother, and the posterior on disk."""
