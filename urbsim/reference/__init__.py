"""Plain NumPy twins of the kernels: slow, easy to read, written from the equations, equal to the last bit.

Twins share with `urbsim.kernels` the draws, the risk classes and the tables, nothing else. Where the order of
events matters (families that move together, households) a twin is a plain loop, elsewhere whole arrays.
"""
