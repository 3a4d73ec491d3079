"""Plain NumPy twins of what kernels ask of persons, households and stocks."""
