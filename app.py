"""The web app: its pages in order."""

from pathlib import Path

import streamlit as st

from simulator import pages
from simulator.pages import decide

st.set_page_config(
    page_title="SageMaker endpoint advisor", page_icon=str(Path(pages.__file__).with_name("icon.png")), layout="wide",
)  # fmt: skip
st.navigation([st.Page(decide.page, title="Decide", url_path="decide", default=True)], position="top").run()
