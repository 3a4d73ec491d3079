"""Hot loops, one file a process: compiled, without the interpreter lock, over rows [lo, hi) or lists of rows.

Every kernel has a plain NumPy twin of the same name in `urbsim.reference`; both share only the draws and the tables.
"""
