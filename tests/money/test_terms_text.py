"""Terms as texts and as one line: what is written is what is read back, and what cannot be is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.errors import InputError
from advisor.terms import LIST_PRICE, METERS, Saving, Terms
from advisor.terms_text import TERM_TEXTS, read_line, read_terms, term_texts, terms_line

SAVINGS = st.lists(
    st.builds(Saving, st.sampled_from(METERS), st.integers(0, 100).map(lambda n: n / 100), st.booleans()),
    max_size=3,
    unique_by=lambda saving: saving.meter,
).map(tuple)
TERMS = st.builds(
    Terms,
    savings=SAVINGS,
    free_tier=st.booleans(),
    releases_per_month=st.integers(0, 1000),
    release_hours=st.none() | st.integers(1, 744),
    month_hours=st.none() | st.integers(1, 744),
    retention_us=st.integers(0, 10**14),
)


@given(TERMS)
def test_texts_and_the_line_are_read_back_as_they_were(terms: Terms) -> None:
    assert set(term_texts(terms)) == {term.name for term in TERM_TEXTS}
    assert read_terms(term_texts(terms)) == terms
    assert read_line(terms_line(terms)) == terms


def test_nothing_stated_is_the_list_price() -> None:
    assert read_terms({}) == read_line("") == LIST_PRICE
    assert terms_line(LIST_PRICE) == ""


def test_every_text_that_cannot_be_is_named_at_once() -> None:
    with pytest.raises(InputError) as caught:
        read_terms({"savings": "130%", "releases": "many", "retention": "long", "free_tier": "perhaps", "month_hours": "0"})  # fmt: skip
    assert {problem.path for problem in caught.value.problems} == {
        "savings", "releases", "retention", "free_tier", "month_hours",
    }  # fmt: skip


@pytest.mark.parametrize("line", ["savings", "rebate:30%", "savings:instance=30%;" * 40, "releases:<script>"])
def test_a_damaged_line_is_refused(line: str) -> None:
    with pytest.raises(InputError):
        read_line(line)
