"""Entrants: the candidates of a study that a ranking plays, by option name, with what the rules say of each."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import NamedTuple

from advisor.advice import Advice, advise
from advisor.options import NAMES, Option
from advisor.places import Place
from advisor.shortlist import candidates
from advisor.verdict import Verdict, examine
from simulator.endpoints import builders
from simulator.offered import offered_concurrency
from simulator.study import Study
from simulator.unplayed import aside, playable

__all__ = ["Entrants", "entrants_of"]


class Entrants(NamedTuple):
    """Who is played: by the rules, and by what can be simulated."""

    advice: Advice
    """What the rules say of a representative of every name."""
    verdicts: dict[Option, Verdict]
    """Of every candidate of a name that is asked for, those that do not fit included."""
    allowed: dict[str, list[Option]]
    """Candidates to play, by name; empty where none is left."""


def entrants_of(
    study: Study, pool: Executor, offered: Callable[[Study, Place], int] = offered_concurrency, also: Sequence[Option] = (),
) -> Entrants:  # fmt: skip
    """Who competes for the workload of a study.

    Arguments: `pool` sizes the serverless places side by side, by their `offered` concurrency; `also` are candidates
    of the user's own, whether or not the workload asks for their kind.

    >>> from concurrent.futures import ThreadPoolExecutor
    >>> from simulator.study import prepare
    >>> with ThreadPoolExecutor(2) as pool:
    ...     found = entrants_of(prepare("fraud-check"), pool)
    >>> [name for name, options in found.allowed.items() if options]
    ['real_time']
    """

    def size(place: Place) -> int:
        return offered(study, place) if place.on.startswith("serverless:") else 0

    sizes = dict(zip(study.places, pool.map(size, study.places.values()), strict=True))
    listed = candidates(study.workload, study.facts, study.load, lambda place: sizes[place.on])
    advice = advise(study.workload, study.facts, load=study.load)
    unasked = {verdict.option.name for verdict in advice.verdicts if verdict.feasible and aside(verdict)}
    found = [option for option in listed if option.name in builders() and option.name not in unasked]
    found += [option for option in also if option not in found]
    verdicts = {option: examine(study.attributes, option, study.facts) for option in found}
    fits = [o for o in found if verdicts[o].feasible and playable(o, study.workload)]
    return Entrants(advice, verdicts, {name: [o for o in fits if o.name == name] for name in NAMES})
