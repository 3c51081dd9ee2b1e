"""Decide: which option to use, why, and what it costs. It simulates, so it lives here and not in advisor."""

from typing import Any, Final

import streamlit as st

from advisor.errors import AdvisorError, InputError
from advisor.options import title
from simulator import charts
from simulator.identity import tokens
from simulator.pages import _answer, _cards, _fields, _job, _open, _over_time, _sidebar, _state, _tables
from simulator.pages._answer import Answer
from simulator.pages._boundary import boundary
from simulator.pages._html import block, safe
from simulator.pages._state import Draft
from simulator.ranking import Ranking, rank_study
from simulator.study import prepare

__all__ = ["page"]

_JOB: Final = "decide_job"
_ANSWER: Final = "decide_answer"


@st.cache_resource(show_spinner=False)
def _answers() -> _job.Answers:
    return _job.Answers()


@st.cache_resource(show_spinner=False)
def _style() -> str:
    from pathlib import Path

    return f"<style>{tokens()}\n{Path(__file__).with_name('app.css').read_text(encoding='utf-8')}</style>"


def _key(draft: Draft) -> tuple[str, str, int, str]:
    recording = draft.recording.digest if draft.recording else ""
    return (draft.workload.digest, draft.facts.digest, draft.seed, recording)


def _work(draft: Draft) -> _job.Work:
    """The computation of a question, holding only what it needs of the session."""
    workload, facts, seed = draft.workload, draft.facts, draft.seed
    path = draft.recording.path if draft.recording else None

    def work(cancel: Any, progress: Any) -> Answer:
        study = prepare(workload, facts, seed=seed, trace=path, cancel=cancel)
        ranking = rank_study(study, progress=progress)
        return Answer(_answer.light(ranking))

    return work


def _ask(draft: Draft) -> tuple[Answer | None, AdvisorError | None, bool]:
    """The answer to this question, or the error that refuses it, and whether it is being computed."""
    key = _key(draft)
    known = _answers().get(key)
    job: _job.Job | None = st.session_state.get(_JOB)
    if known is not None:
        if job is not None:
            job.stop()
        st.session_state[_JOB] = None
        return known, None, False
    if draft.stopped == key:
        return None, None, False
    if job is None or job.key != key:
        if job is not None:
            job.stop()
        job = st.session_state[_JOB] = _job.Job(key, _work(draft))
    ended = job.wait(_job.PATIENCE_S)
    if job.stopped:
        draft.stopped, st.session_state[_JOB] = key, None
        return None, None, False
    if not ended:
        return None, None, True
    if job.refused is not None:
        return None, job.refused, False
    if job.error is not None:
        st.session_state[_JOB], draft.stopped = None, key
        raise job.error
    _answers().put(key, job.result)
    st.session_state[_JOB] = None
    return job.result, None, False


@st.fragment(run_every="500ms")
def _watch() -> None:
    """Progress of the running job; reruns the page when it has ended."""
    job: _job.Job | None = st.session_state.get(_JOB)
    if job is None or job.stopped or not job.running:
        st.rerun()
    done, of, what = job.step
    at = f" (step {min(done + 1, of)} of {of})" if of else ""
    st.progress(
        min(1.0, done / of) if of else 0.0, text=f"{what[:1].upper()}{what[1:]}{at}, {job.elapsed_s:.0f} s so far"
    )
    st.button("Stop", key="decide_stop", on_click=job.stop)


def _refused(error: AdvisorError) -> str:
    lines = error.problems if isinstance(error, InputError) else (error,)
    items = "".join(f"<li>{safe(line)}</li>" for line in lines)
    return _boxed(f"<b>This workload cannot be simulated as it stands.</b><ul>{items}</ul>")


def _boxed(body: str) -> str:
    return block(body, testid="problems").replace('class="ea"', 'class="ea ea-problems"', 1)


def _summary(draft: Draft) -> None:
    """What was wrong with the fields and the link, on top of the answer."""
    for notice in draft.notices:
        st.warning(_state._plain(notice))  # noqa: SLF001 - the same escaping everywhere
    if len(draft.errors) > 1:
        labels = {entry.key: entry.label for entry in _fields.fields(draft.workload.to_mapping(), draft.facts)}
        items = "".join(
            f"<li>{safe(labels.get(key, 'Load or save'))}: {safe(text.removeprefix('- '))}</li>"
            for key, text in draft.errors.items()
        )
        st.html(_boxed(f"<b>{len(draft.errors)} fields need attention</b><ul>{items}</ul>"))


def _accepted(draft: Draft) -> str:
    """For which values the answer is, while other texts in their fields were not accepted."""
    table = draft.workload.to_mapping()
    wrong = [entry for entry in _fields.fields(table, draft.facts) if entry.key in draft.errors]
    return ", ".join(f"for {entry.label} {entry.read(table) or 'not stated'}" for entry in wrong)


def _actions(draft: Draft) -> None:
    with st.container(horizontal=True, key="decide_actions"), st.popover("Share", key="decide_share"):
        query = _state.link(draft)
        if query:
            base = (st.context.url or "").split("?")[0]
            st.caption("This link holds the whole question; nothing is stored anywhere.")
            st.code(f"{base}{query}", language=None, wrap_lines=True)
            if draft.recording is not None:
                st.caption("The recording itself is not in the link: the receiver is asked for the file.")
        else:
            st.caption("The workload is too long for a link. Send the TOML file instead: Load or save, in the sidebar.")


def _chart(ranking: Ranking) -> None:
    """Cost against latency, with its title, how to read it, and its numbers."""
    theme = (st.context.theme.type if st.context.theme else None) or "light"
    st.header(charts.cost_title(ranking))
    figure = charts.cost_figure(ranking, theme)
    if figure is None:
        st.caption("There is nothing to draw: an option needs a price and answered requests.")
        return
    st.caption(charts.cost_note(ranking))
    st.plotly_chart(figure, theme=None, key="decide_chart", config=charts.CONFIG, alt=charts.cost_alt(ranking))
    st.download_button(
        "Data as CSV",
        charts.cost_csv(ranking),
        "cost-against-latency.csv",
        "text/csv",
        key="decide_csv",
        on_click="ignore",
    )


def _bill(ranking: Ranking) -> None:
    if not ranking.ranked:
        return
    names = [entry.name for entry in ranking.ranked]
    if st.session_state.get("decide_bill") not in names:
        st.session_state["decide_bill"] = names[0]
    chosen = st.session_state["decide_bill"]
    entry = next(e for e in ranking.ranked if e.name == chosen)
    st.header(f"The bill of a month: {title(chosen).lower()}")
    if len(names) > 1:
        st.segmented_control("Bill of", names, key="decide_bill", required=True, format_func=title)
    st.html(_tables.bill(entry.bill, entry.name))


def _show(answer: Answer, stale: str) -> None:
    st.html(_answer.recommendation(answer, stale=stale))


def _evidence(answer: Answer, draft: Draft | None = None) -> None:
    """Everything below the recommendation; the run over time only of the answer to `draft`, the open question."""
    ranking = answer.ranking
    advice, facts = ranking.advice, ranking.study.facts
    if asked := _open.question(advice, answer.workload, facts):
        st.html(asked)
    st.html(_cards.draw(ranking))
    if differ := _open.profiles(advice, facts):
        st.html(differ)
    if ranking.ranked:
        st.header("Ranking")
        st.caption(f"{ranking.heading}. Options whose costs do not clearly differ share a rank.")
        st.html(_tables.ranking_table(ranking))
        _chart(ranking)
        if draft is not None:
            _over_time.draw(ranking, _key(draft), draft.recording.path if draft.recording else None)
        _bill(ranking)
        st.header("What it rests on")
        st.html(_tables.assumptions(ranking))
    st.html(_answer.footer(answer))


def _body() -> None:
    draft = _state.current()
    _sidebar.draw(draft)
    st.html(_answer.strip(draft.workload))
    _summary(draft)
    old: Answer | None = st.session_state.get(_ANSWER)
    if draft.needs_recording:
        from simulator.pages._load import recording_line

        st.html(
            block(
                f"<h1>This workload plays a recording that is not here yet.</h1><p>{safe(recording_line(draft))}</p>",
                testid="answer",
            )
        )
        return
    answer, refused, running = _ask(draft)
    if answer is not None:
        st.session_state[_ANSWER] = answer
        _show(answer, _accepted(draft))
        _actions(draft)
        _evidence(answer, draft)
        return
    if refused is not None:
        st.html(_refused(refused))
    elif running:
        _watch()
    else:
        st.info("Stopped. Nothing was changed.")
        st.button("Run it", key="decide_again", on_click=_again)
    if old is not None:
        with st.container(key="decide_old"):
            _show(old, "the answer to the question before")
            _evidence(old)
    elif running:
        st.html(block("<h1>Working out the first answer.</h1>", testid="answer"))


def _again() -> None:
    _state.current().stopped = None


def page() -> None:
    """The page, with one boundary around its body."""
    st.html(_style())
    with boundary():
        _body()
