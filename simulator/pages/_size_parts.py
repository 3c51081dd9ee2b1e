"""What is asked about the plan of a search: each part has a button and a job of its own."""

from collections.abc import Callable, Hashable, Iterable
from typing import Any, Final

import streamlit as st

from advisor.errors import AdvisorError, InputError
from advisor.options import describe
from advisor.pages.own_html import block, safe
from simulator import charts_load, tornado_chart
from simulator.growth import Growth
from simulator.growth_text import growth_text
from simulator.load_curves import LoadCurves
from simulator.load_test import LoadTests
from simulator.load_test_text import load_test_text
from simulator.max_load import MaxLoads
from simulator.pages import _job, _size_loads, _work
from simulator.pages._chart import chart, theme
from simulator.pages._size_asked import Asked
from simulator.pages._size_work import Searched, curves_work, loads_work, matters_work, tests_work
from simulator.plans import Plan
from simulator.sized_csv import tornado_csv
from simulator.tornado import Tornado
from simulator.tornado_text import tornado_text

__all__ = ["SLOTS", "answer", "draw", "growth_answer", "notes"]

SLOTS: Final = ("size_loads", "size_curves", "size_matters", "size_growth", "size_tests")
"""The slots of the jobs of this page beside that of the search."""


def notes(texts: list[str], testid: str) -> str:
    """Some sentences below a table."""
    return block("".join(f'<p class="ea-note">{safe(text)}</p>' for text in texts), testid=testid)


def _lines(found: Iterable[Any]) -> list[str]:
    """The sentences of an answer for the terminal, without its tables."""
    return [text for text in found if isinstance(text, str) and text]


def _refusal(error: AdvisorError) -> str:
    texts = [str(each) for each in error.problems] if isinstance(error, InputError) else [str(error)]
    return notes(texts, "size-refused")


def _press(slot: str, key: Hashable) -> None:
    st.session_state[f"{slot}_asked"] = key
    _work.again(slot)


def answer(
    slot: str, key: Hashable, work: _job.Work, show: Callable[[Any], None], *, start: bool = True, idle: Callable[[], object] | None = None
) -> None:  # fmt: skip
    """The result of one part, or its progress, its refusal, its stop.

    Arguments: `key` has what the result depends on; `show` draws it; `start` asks for it; `idle` draws what stands above
    everything but a result.
    """
    found = _work.found(slot, key, work, start=start)
    if found.result is not None:
        show(found.result)
        return
    if idle is not None:
        idle()
    if found.running:
        _work.watch(slot)
    elif found.refused is not None:
        st.html(_refusal(found.refused))
    elif found.stopped:
        _work.stopped(slot)


def part(
    slot: str, heading: str, label: str, note: str, key: Hashable, work: _job.Work, show: Callable[[Any], None]
) -> None:
    """A part behind a button. Arguments: as of `answer`; `show` draws a heading of its own."""
    wanted = st.session_state.get(f"{slot}_asked") == key

    def idle() -> None:
        st.header(heading)
        st.caption(note)
        if not wanted:
            st.button(label, key=f"{slot}_run", on_click=_press, args=(slot, key))

    answer(slot, key, work, show, start=wanted, idle=idle)


def _tests(found: LoadTests, reference: str) -> None:
    st.header("Types worth a load test")
    if found.rows:
        st.caption(
            "Nobody measured these. Each would cost less than the cheapest plan on instances if it is fast enough."
        )
        st.html(_size_loads.load_tests(found, reference))
    st.html(notes(_lines(load_test_text(found, reference)), "size-tests-notes"))


def _loads(found: MaxLoads) -> None:
    ends = [one for one in found.found if one.factor is not None]
    most = max(ends, key=lambda one: one.factor or 0.0, default=None)
    title = "No plan keeps the promise at any load tried" if most is None else f"{describe(most.option)} bears the most"
    st.header(title)
    st.caption(
        "The largest load that keeps the promise, as times today's, found to 2 %; every rate is raised alike, the budget aside."
    )
    st.html(_size_loads.loads_table(found))


def _curves(found: LoadCurves) -> None:
    figure = charts_load.load_figure(found, theme())
    if figure is None:
        st.header("No request was answered at any load")
        return
    chart(
        figure, "size_curves_chart", alt=charts_load.load_alt(found), title=charts_load.load_title(found), note=charts_load.load_note(found),
        data=lambda: charts_load.load_csv(found), file="latency-against-load.csv",
    )  # fmt: skip


def _matters(found: Tornado) -> None:
    if not found.rows:
        st.header("No input could be varied")
        return
    chart(
        tornado_chart.tornado_figure(found, theme()), "size_matters_chart", alt=tornado_chart.tornado_alt(found),
        title=tornado_chart.tornado_title(found), note=tornado_chart.tornado_note(found), data=lambda: tornado_csv(found),
        file="what-matters.csv",
    )  # fmt: skip
    said = [tornado_chart.turning_text(found)]
    said += [text for text in _lines(tornado_text(found)) if text.startswith(("By swing", "Not varied", "Each input"))]
    st.html(notes(said, "size-matters-notes"))


def growth_answer(found: Growth) -> None:
    """When a plan breaks, its months, and the cheapest plans then."""
    first, *rest = _lines(growth_text(found))
    st.html(block(f"<p><b>{safe(first)}</b></p>", testid="size-growth-answer", attributes='role="status"'))
    st.html(_size_loads.growth_table(found))
    st.html(notes(rest, "size-growth-notes"))


def draw(asked: Asked, searched: Searched, plan: Plan) -> None:
    """The parts about the plan that a search found, or the one that comes closest."""
    sizing, option = searched.sizing, plan.option
    if asked.untested:
        reference = asked.question.workload.service.reference
        answer(
            "size_tests", asked.key, tests_work(asked, sizing), lambda found: _tests(found, reference),
            idle=lambda: st.header("Types worth a load test"),
        )  # fmt: skip
    part(
        "size_curves", "Latency against load", "Draw latency against load",
        f"For {describe(option)}, and one size smaller and larger: up to ten loads each.", (asked.key, option),
        curves_work(asked, option), _curves,
    )  # fmt: skip
    part(
        "size_loads", "The largest load each option survives", "Find the largest loads",
        "How much more traffic the plan of each option bears before it breaks the promise, and what gives way.", asked.key,
        loads_work(asked, sizing), _loads,
    )  # fmt: skip
    part(
        "size_matters", "What matters", "Find out what matters",
        f"What moves the cost of {describe(option)}: traffic, payload, service time, prices, and every assumption, one at a time.",
        (asked.key, option), matters_work(asked, option), _matters,
    )  # fmt: skip
