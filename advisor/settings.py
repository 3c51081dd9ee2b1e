"""Settings: the parameters of an API call that are not sizes, as somebody wrote them down."""

from dataclasses import dataclass

__all__ = ["Settings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a configured option states; None is a parameter that the call leaves out.

    >>> Settings(execution_role=True).model_name is None
    True
    """

    execution_role: bool | None = None
    """The endpoint configuration names an execution role."""
    model_name: bool | None = None
    """The production variant names a model."""
