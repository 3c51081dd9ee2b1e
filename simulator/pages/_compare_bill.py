"""What a month is made of: a bar for each option, and the line items of a chosen one."""

import streamlit as st

from advisor.options import title
from simulator import charts_bill
from simulator.pages import _tables
from simulator.pages._chart import chart, theme
from simulator.ranking import Ranking

__all__ = ["bars", "lines"]


def bars(ranking: Ranking) -> None:
    """The chart, or that nothing has a price."""
    figure = charts_bill.bill_figure(ranking, theme())
    if figure is None:
        st.header(charts_bill.bill_title(ranking))
        st.caption(f"There is no price in our table for {ranking.study.workload.needs.region}; no option counts as $0.")
        return
    chart(
        figure, "compare_bills", alt=charts_bill.bill_alt(ranking), title=charts_bill.bill_title(ranking),
        note=charts_bill.bill_note(ranking), data=lambda: charts_bill.bill_csv(ranking), file="bills.csv",
    )  # fmt: skip


def lines(ranking: Ranking) -> None:
    """The line items of one option, the first of the ranking unless another is chosen."""
    names = [entry.name for entry in ranking.ranked]
    st.header("The bill of a month, line by line")
    chosen = names[0]
    if len(names) > 1:
        chosen = st.segmented_control(
            "Bill of", names, default=names[0], key="compare_bill", required=True, format_func=title, bind="query-params"
        )  # fmt: skip
    entry = next(one for one in ranking.ranked if one.name == chosen)
    st.html(_tables.bill(entry.bill, entry.name))
