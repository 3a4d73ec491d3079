"""Plain NumPy twins of the compiled tools: what tests compare them with."""
