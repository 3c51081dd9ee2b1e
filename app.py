"""The web app: its pages in order."""

import streamlit as st

from advisor.pages import facts_page, quiz_page
from advisor.pages.style import icon
from simulator.in_force import origin
from simulator.pages import compare, decide, replay, size
from simulator.pages._frame import framed, routes
from simulator.pages._local import own_server
from simulator.pages._quiz_way import simulate

st.set_page_config(page_title="SageMaker endpoint advisor", page_icon=icon(), layout="wide")
pages = {
    "decide": st.Page(framed(decide.body, "decide"), title="Decide", url_path="decide", default=True),
    "compare": st.Page(framed(compare.body, "compare"), title="Compare", url_path="compare"),
    "replay": st.Page(framed(replay.body, "replay"), title="Replay", url_path="replay"),
    "size": st.Page(framed(size.body, "size"), title="Size", url_path="size"),
    "facts": st.Page(
        framed(lambda draft: facts_page.body(draft.facts, draft.workload, origin()), "facts", strip=False),
        title="Facts and prices",
        url_path="facts",
    ),
    "quiz": st.Page(
        framed(
            lambda draft: quiz_page.body(draft.facts, draft.seed, simulate, own=own_server()),
            "quiz",
            strip=False,
            sidebar=False,
        ),
        title="Quiz",
        url_path="quiz",
    ),
}
routes(pages)
st.navigation(list(pages.values()), position="top").run()
