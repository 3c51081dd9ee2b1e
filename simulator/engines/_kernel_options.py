"""How kernels are compiled: decorators for entry points, helpers, and helpers that are pasted into the loop.

No kernel allocates, so reference counting is left out (`_nrt`): an atomic count per pass of an array to a pasted
helper is dear. Division by zero cannot happen, so it is not looked for (`error_model`).
"""

from typing import Any

import numba

__all__ = ["entry", "helper", "inlined"]

njit: Any = numba.njit  # its type stubs do not know `_nrt`
entry = njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
helper = njit(error_model="numpy", _nrt=False)
inlined = njit(inline="always", error_model="numpy", _nrt=False)
