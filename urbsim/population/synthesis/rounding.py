"""Controlled rounding: whole persons that keep every sum of a table (ODD equation B8)."""

from __future__ import annotations

import numpy as np

from urbsim.compute.compiled import njit

_EPSILON = 1e-6


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def round_table(x, row_at, column_at, path_row, path_column):
    """Makes a table integers within one of what it was, keeping its (integer) row and column sums (ODD equation B8).

    x: the table; row_at, column_at: room for a number a row and a column; path_row, path_column: room for a walk.
    Shifts fractions around closed walks through fractional cells; each walk settles at least one cell.
    Rounding by walks exists for every two-way table with integer sums (Causey, Cox and Ernst 1985).
    """
    n_rows, n_columns = x.shape
    for start_row in range(n_rows):
        for start_column in range(n_columns):
            while abs(x[start_row, start_column] - np.rint(x[start_row, start_column])) > _EPSILON:
                row_at[:] = -1
                column_at[:] = -1
                r, c, n = start_row, start_column, 0
                begin = -1
                along_row = True
                while True:
                    path_row[n], path_column[n] = r, c
                    found = -1
                    if along_row:  # the next cell lies in the same row
                        if row_at[r] >= 0:
                            begin = row_at[r]
                            break
                        row_at[r] = n
                        for k in range(n_columns):
                            if k != c and abs(x[r, k] - np.rint(x[r, k])) > _EPSILON:
                                found = k
                                if column_at[k] >= 0:
                                    break
                        if found < 0:
                            break
                        c = found
                    else:
                        if column_at[c] >= 0:
                            begin = column_at[c]
                            break
                        column_at[c] = n
                        for k in range(n_rows):
                            if k != r and abs(x[k, c] - np.rint(x[k, c])) > _EPSILON:
                                found = k
                                if row_at[k] >= 0:
                                    break
                        if found < 0:
                            break
                        r = found
                    along_row = not along_row
                    n += 1
                if begin < 0:  # a lone fraction: the remainder of floating arithmetic
                    x[r, c] = np.rint(x[r, c])
                    continue
                # cells begin + 1 .. n form the cycle: the last lies in the line that led to the first
                up, down = 1.0, 1.0
                for k in range(begin + 1, n + 1):
                    value = x[path_row[k], path_column[k]]
                    below = value - np.floor(value)
                    if (k - begin) % 2 == 0:
                        up, down = min(up, 1.0 - below), min(down, below)
                    else:
                        up, down = min(up, below), min(down, 1.0 - below)
                shift = up if up <= down else -down
                for k in range(begin + 1, n + 1):
                    sign = 1.0 if (k - begin) % 2 == 0 else -1.0
                    value = x[path_row[k], path_column[k]] + sign * shift
                    if abs(value - np.rint(value)) <= _EPSILON:
                        value = np.rint(value)
                    x[path_row[k], path_column[k]] = value
