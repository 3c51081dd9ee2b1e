"""Words of a replay: numbers as ordinals, times of a run as people say them, and who served."""

from typing import Final

from advisor.options import title
from advisor.units import format_duration
from simulator.replay import Replay
from simulator.timeline import unit_words

__all__ = ["START", "carriers", "carry", "counted", "ordinal", "over", "when"]

START: Final = "at the start"

_HOUR_US: Final = 3_600_000_000
_DAY_US: Final = 24 * _HOUR_US
_WEEK: Final = 7
_NUMBERS: Final = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")
_ORDINALS: Final = (
    "", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
)  # fmt: skip


def ordinal(number: int) -> str:
    """A place in a row.

    >>> ordinal(3), ordinal(11), ordinal(22)
    ('third', '11th', '22nd')
    """
    if number < len(_ORDINALS):
        return _ORDINALS[number]
    end = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{end}"


def counted(number: int, unit: str) -> str:
    """A number of instances, copies or environments.

    >>> counted(1, "copies"), counted(12, "instances")
    ('One copy', '12 instances')
    """
    said = _NUMBERS[number] if number < len(_NUMBERS) else f"{number:,}"
    return f"{said} {unit_words(number, unit)}"


def carriers(told: Replay) -> str:
    """Who served, as the subject of a sentence."""
    served = told.whole.fleet
    if served.unit == "environments" and served.average:
        return title(told.option.name)
    if served.low == served.high:
        return counted(served.high, served.unit)
    if served.low == 0:
        return f"Up to {counted(served.high, served.unit).lower()}"
    return f"{counted(served.low, served.unit).split(' ')[0]} to {counted(served.high, served.unit).lower()}"


def carry(told: Replay) -> str:
    """The verb that agrees with `carriers`."""
    served = told.whole.fleet
    return "carries" if (served.unit == "environments" and served.average) or served.high == 1 else "carry"


def over(end_us: int) -> str:
    """The length of a run as people call it.

    >>> over(7 * 86_400_000_000), over(3_600_000_000), over(90 * 60_000_000)
    ('week', 'hour', '1\xa0h\xa030\xa0min')
    """
    if end_us >= 2 * _DAY_US:
        days = round(end_us / _DAY_US)  # a last job may end some hours after the traffic
        return "week" if days == _WEEK else f"{days} days"
    if end_us in {_HOUR_US, _DAY_US}:
        return "hour" if end_us == _HOUR_US else "day"
    if end_us % _HOUR_US == 0:
        return f"{end_us // _HOUR_US} hours"
    return format_duration(end_us)


def when(told: Replay, us: int) -> str:
    """A time of the run: of the day where its traffic follows the day, else from the start.

    >>> from types import SimpleNamespace as N
    >>> week = N(whole=N(end_us=7 * 86_400_000_000), daily=True)
    >>> when(week, 2 * 86_400_000_000 + 37_800_000_000)
    'at 10:30 on day 3'
    >>> when(N(whole=N(end_us=3_600_000_000), daily=False), 720_000_000)
    '12 min in'
    """
    if us < 60_000_000 and not told.daily:
        return START
    days, rest = divmod(us, _DAY_US)
    hour = f"{rest // _HOUR_US:02}:{rest % _HOUR_US // 60_000_000:02}"
    if told.daily and told.whole.end_us <= _DAY_US:
        return f"at {hour}"
    if told.daily or told.whole.end_us > 2 * _DAY_US:
        return f"at {hour} on day {days + 1}"
    hours, minutes = divmod(us // 60_000_000, 60)
    return f"{hours} h{f' {minutes} min' if minutes else ''} in" if hours else f"{minutes} min in"
