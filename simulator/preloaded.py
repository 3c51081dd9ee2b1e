"""What every worker of our pool needs, imported once by the server that workers are forked from."""

from simulator import workers
from simulator.engines._load import kernels

__all__ = ["workers"]

kernels()
