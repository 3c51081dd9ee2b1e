"""The tabs of limits, timings and rules: sections with their counts, a page of rows at a time, and the download."""

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

import streamlit as st

from advisor.fact_names import subject_name
from advisor.fact_rows import FactRow, matching, rows_csv
from advisor.facts import Facts
from advisor.pages import _facts_list
from advisor.pages._facts_rules import rule_articles
from advisor.pages.own_html import block, safe
from advisor.rule_texts import found_rules, rule_texts

__all__ = ["limits", "nothing", "rules", "timings"]

T = TypeVar("T")
PAGE_ROWS: Final = 30
_EVERYTHING: Final = "Everything"


def nothing(what: str, search: str, total: int) -> None:
    """That a search found none. Arguments: `what`, one such thing; `total`, how many there are without the search."""
    if not search:
        st.html(
            block(
                f'<p role="status">No {what} is left. Choose {_EVERYTHING}, or switch the filter off.</p>',
                testid="nothing",
            )
        )
        return
    said = f"No {what} contains “{safe(search)}”. Clear the search to see all {total:,}."
    st.html(block(f'<p role="status">{said}</p>', testid="nothing"))


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _page(rows: Sequence[T], key: str) -> tuple[int, Sequence[T]]:
    """The rows of the open page, and how many come before them; other rows than before begin at their first page."""
    if st.session_state.get(f"{key}_of", len(rows)) != len(rows):
        st.session_state[key] = 1
    st.session_state[f"{key}_of"] = len(rows)
    open_page = int(st.session_state.get(key, 1))
    return (open_page - 1) * PAGE_ROWS, rows[(open_page - 1) * PAGE_ROWS : open_page * PAGE_ROWS]


def _section(
    title: str, rows: Sequence[Any], key: str, draw: Callable[[Sequence[Any], str], str], *, paged: bool = False
) -> None:
    """A heading with its count and the rows. Arguments: `paged` shows a page of them at a time; one section of a tab
    may be, since two rows of page numbers cannot be told apart by ear.
    """
    if not rows:
        return
    first, shown = _page(rows, f"facts_{key}_page") if paged else (0, rows)
    st.header(title if len(shown) == len(rows) else f"{title}, {first + 1} to {first + len(shown)} shown")
    st.html(draw(shown, key))
    if len(shown) < len(rows):
        st.pagination(-(-len(rows) // PAGE_ROWS), key=f"facts_{key}_page", persist_state="session")


def _download(rows: Sequence[FactRow], what: str, file: str) -> None:
    st.download_button(f"{what} as CSV", lambda: rows_csv(rows), file, "text/csv", key="facts_csv", on_click="ignore")


def limits(all_rows: Sequence[FactRow], search: str, whose: str) -> None:
    """Limits: those that differ between the profiles, then the user's own, then the others.

    Arguments: `whose`, the name of the workload at hand; empty where no row is used by an answer.
    """
    rows = [row for row in all_rows if row.kind == "limit"]
    subjects = list(dict.fromkeys(row.fact.option for row in rows))
    left, right = st.columns([1, 1], vertical_alignment="bottom")
    about = left.selectbox(
        "About", [_EVERYTHING, *subjects], key="facts_about", bind="query-params",
        format_func=lambda name: name if name == _EVERYTHING else subject_name(name),
    )  # fmt: skip
    used = sum(row.used for row in rows)
    only = used and right.toggle(
        f"Only the {used:,} that the verdicts on {plain(whose)} rest on", key="facts_used", bind="query-params"
    )
    chosen = [row for row in rows if about in {_EVERYTHING, row.fact.option, *row.options} and (row.used or not only)]
    found = matching(chosen, search)
    if not found:
        nothing("limit", search, len(chosen))
        return
    differ = [row for row in found if row.taught is not None]
    own = [row for row in found if row.taught is None and row.shipped is not None]
    rest = [row for row in found if row.taught is None and row.shipped is None]
    title = f"{count(len(differ), 'limit differs', 'limits differ')} between AWS today and the study card"
    _section(title, differ, "differ", _facts_list.articles)
    _section(f"{count(len(own), 'limit')} of yours", own, "own", _facts_list.articles)
    alone = not differ and not own
    _section(count(len(rest), "limit" if alone else "more limit"), rest, "rest", _facts_list.articles, paged=True)
    _download(found, count(len(found), "limit"), "limits.csv")


def timings(all_rows: Sequence[FactRow], search: str) -> None:
    """Timings: what the simulator takes, then what AWS and users published."""
    rows = [row for row in all_rows if row.kind == "timing"]
    found = matching(rows, search)
    if not found:
        nothing("timing", search, len(rows))
        return
    taken = [row for row in found if row.fact.option != "observed"]
    observed = [row for row in found if row.fact.option == "observed"]
    _section(f"{count(len(taken), 'timing')} that simulations rest on", taken, "taken", _facts_list.articles)
    _section(count(len(observed), "published measurement"), observed, "observed", _facts_list.articles, paged=True)
    _download(found, count(len(found), "timing"), "timings.csv")


def rules(facts: Facts, search: str) -> None:
    """The rules that judge every option."""
    known = rule_texts(facts)
    found = found_rules(known, search)
    if not found:
        nothing("rule", search, len(known))
        return
    _section(f"{count(len(found), 'rule')}, each tried on every option", found, "rules", rule_articles, paged=True)
    st.caption("The same with the places where each rule changes its mind: endpoint-advisor rules --markdown")


def plain(text: str) -> str:
    """A name as Markdown that shows exactly it."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]()#+-.!|<>~$:" else c for c in text)
