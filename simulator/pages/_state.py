"""What a session holds: the workload as last accepted, texts that were not, profile, seed, recording; and its link."""

import functools
import shutil
import tempfile
import weakref
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import streamlit as st

from advisor.check import check_workload
from advisor.errors import AdvisorError, InputError
from advisor.facts import PROFILES, Facts
from advisor.terms import LIST_PRICE, Terms
from advisor.terms_text import read_line, term_texts, terms_line
from advisor.workload import TraceTraffic, Workload, examples, load_workload
from simulator.in_force import in_force
from simulator.pages import _fields, _link
from simulator.pages._question import Question

__all__ = [
    "Draft", "Recording", "commit", "current", "example", "first", "link", "listed", "parameters", "plain", "problem_lines", "refill", "seed_fields",
]  # fmt: skip

_KEY: Final = "workload_draft"
_ADDRESS: Final = "workload_address"
_FIRST: Final = "invoice-ocr"
OWN: Final = ("w", "profile", "facts", "seed", "trace", "terms")
"""The parameters of the address that hold the question; the others are the view state of a page."""
_MOST_SEED: Final = 2**32 - 1
_MOST_SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class Recording:
    """An uploaded trace: where it lies for this session, and how a link names it."""

    path: Path
    name: str
    rows: int
    digest: str

    @property
    def tag(self) -> str:
        """Name, requests and the begin of its hash: what a link carries instead of the file."""
        return f"{self.name[:60]}~{self.rows}~{self.digest[:12]}"


@dataclass(eq=False)
class Draft:
    """One session's question."""

    workload: Workload
    profile: str = PROFILES[0]
    seed: int = 0
    terms: Terms = LIST_PRICE
    pending: dict[str, str] = field(default_factory=dict)
    """Texts that were not accepted, by field key."""
    errors: dict[str, str] = field(default_factory=dict)
    """What to say below those fields; `workload_text`, `workload_file` and `workload_trace` are fields too."""
    notices: tuple[str, ...] = ()
    recording: Recording | None = None
    awaited: str = ""
    """The recording that a link or a saved question named: the receiver is asked for it."""
    uploads: dict[str, Path] = field(default_factory=dict)
    """Where the recordings lie that this session uploaded, by the upload's own number."""
    imported: object = None
    """What is to be said of the last import."""
    _folder: Path | None = None

    @property
    def facts(self) -> Facts:
        """The facts in force."""
        return in_force(self.profile)

    @property
    def question(self) -> Question:
        """What its answers depend on."""
        path, digest = (self.recording.path, self.recording.digest) if self.recording else (None, "")
        return Question(self.workload, self.facts, self.seed, self.terms, path, digest)

    @property
    def needs_recording(self) -> bool:
        """The traffic is a recording that this session does not have."""
        return isinstance(self.workload.traffic, TraceTraffic) and self.recording is None

    def folder(self) -> Path:
        """A folder of this session, removed with it."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="endpoint-advisor-"))
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        return self._folder


@functools.lru_cache(maxsize=32)
def example(name: str) -> Workload:
    """A bundled example by name."""
    return load_workload(examples()[name])


def _default() -> Workload:
    names = list(examples())
    return example(_FIRST if _FIRST in names else names[0])


def first() -> Draft:
    """The draft of a session whose address holds no question."""
    return Draft(_default())


def _seed(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= _MOST_SEED else None


def _from_query() -> Draft:
    """A draft from the address; whatever in it cannot be used is said, and the example stands in."""
    query, notices = st.query_params, []
    workload, found = _default(), None
    profile = query.get("profile", PROFILES[0])
    if profile not in PROFILES:
        notices.append("The link names limits that do not exist. Showing those of AWS today.")
        profile = PROFILES[0]
    if "w" in query:
        try:
            found = _link.decode(query["w"])
            check_workload(found, in_force(profile))
        except AdvisorError:
            found = None
            notices.append("This link is damaged. Showing the example instead.")
    seed = _seed(query.get("seed", "0"))
    if seed is None:
        notices.append("The link names no usable seed. Using 0.")
    made = query.get("facts", "")
    terms = LIST_PRICE
    try:
        terms = read_line(query.get("terms", ""))
    except InputError:
        notices.append("The billing terms of the link cannot be used. Showing list prices.")
    today = dated(in_force(profile))
    if found is not None and made and made != today:
        notices.append(_other_facts(made, today))
    awaited = query.get("trace", "")[:120] if isinstance((found or workload).traffic, TraceTraffic) else ""
    return Draft(found or workload, profile, seed or 0, terms, notices=tuple(notices), awaited=awaited)


def dated(facts: Facts) -> str:
    """The newest day on which a fact was read; values of the user's own add the begin of their digest."""
    day = max(fact.checked for fact in facts.all()).isoformat()
    return f"{day}-own-{facts.digest[:8]}" if facts.overrides else day


def _other_facts(made: str, today: str) -> str:
    """What to say of a link that was made with other facts. Arguments: both as `dated` writes them."""
    if made[:10] != today[:10]:
        return f"This link was made with facts of {made[:10]}; the answer here uses those of {today[:10]}."
    return "This link was made with other facts or prices than this app uses, of somebody's own: the answer here may differ."


def current() -> Draft:
    """The draft of this session. An address that the page did not write (a link, the back button) is taken over."""
    draft: Draft | None = st.session_state.get(_KEY)
    shown, written = _shown(), st.session_state.get(_ADDRESS, {})
    if draft is not None and shown != written and shown == parameters(draft):
        st.session_state[_ADDRESS] = shown  # a link of ours that leads on
    elif draft is None or (shown.get("w") and shown != written):
        kept = draft
        draft = _from_query()
        if kept is not None and draft.workload == kept.workload:
            draft.recording = kept.recording
        st.session_state[_KEY] = draft
        st.session_state[_ADDRESS] = shown
        seed_fields(draft)
    elif not shown.get("w") and written.get("w"):
        _write(parameters(draft))  # the menu leads to an address without the question
    return draft


def _write(wanted: dict[str, str]) -> None:
    """Put the question into the address, and leave the view state of the page beside it alone."""
    for name in [name for name in OWN if name in st.query_params and name not in wanted]:
        del st.query_params[name]
    if wanted:
        st.query_params.update(wanted)
    st.session_state[_ADDRESS] = _shown()


def _shown() -> dict[str, str]:
    """What the address holds of a question."""
    return {name: st.query_params[name] for name in OWN if name in st.query_params}


def _texts(draft: Draft) -> dict[str, str]:
    """What every field of the sidebar reads for the question as accepted."""
    table = draft.workload.to_mapping()
    return {
        **{entry.key: entry.read(table) for entry in _fields.fields(table, draft.facts)},
        **{f"terms_{name}": text for name, text in term_texts(draft.terms).items()},
        "workload_pattern": draft.workload.traffic.kind, "workload_text": draft.workload.to_toml(),
        "workload_profile": draft.profile, "workload_seed": str(draft.seed),
    }  # fmt: skip


def seed_fields(draft: Draft) -> None:
    """Put the workload's own texts into every field of the sidebar."""
    st.session_state.update(_texts(draft))
    draft.pending.clear()
    draft.errors.clear()


def refill(draft: Draft) -> None:
    """The same on another page, where Streamlit makes every field anew; a text that was refused stays with its error."""
    for key, text in _texts(draft).items():
        refused = draft.pending.get(key) or (st.session_state.get(key) if key in draft.errors else None)
        st.session_state[key] = refused or text


def parameters(draft: Draft) -> dict[str, str]:
    """The query string of this question."""
    found = {
        "w": _link.encode(draft.workload), "profile": draft.profile, "facts": dated(draft.facts), "seed": str(draft.seed),
    }  # fmt: skip
    if draft.terms != LIST_PRICE:
        found["terms"] = terms_line(draft.terms)
    if isinstance(draft.workload.traffic, TraceTraffic) and draft.recording is not None:
        found["trace"] = draft.recording.tag
    return found


def link(draft: Draft) -> str:
    """The query string as text, or nothing where it would be too long to survive."""
    from urllib.parse import urlencode

    query = urlencode(parameters(draft))
    return f"?{query}" if len(query) < _link.LONGEST_QUERY else ""


def commit(draft: Draft, workload: Workload | None = None, *, reseed: bool = True) -> None:
    """Take a workload (or a changed profile, seed or recording) as the question, and write the address.

    Arguments: `reseed` puts the workload's texts into the fields; an edit of one field keeps what was typed.
    """
    if workload is not None:
        draft.workload = workload
        if not isinstance(workload.traffic, TraceTraffic):
            draft.recording, draft.awaited = None, ""
    draft.notices = ()
    if reseed:
        seed_fields(draft)
    st.session_state["workload_text"] = draft.workload.to_toml()
    wanted = parameters(draft)
    short = sum(len(name) + len(value) + 2 for name, value in wanted.items()) < _link.LONGEST_QUERY
    _write(wanted if short else {})


def problem_lines(error: InputError) -> str:
    """The problems of a file or a pasted text, a line each; of very many the first, and how many there are."""
    shown = [str(problem) for problem in error.problems[:_MOST_SHOWN]]
    if (more := len(error.problems) - len(shown)) > 0:
        shown.append(f"And at least {more} more.")
    return "\n".join(shown)


def listed(lines: str) -> str:
    """Lines as a list in Markdown that shows exactly them."""
    return "\n".join(f"- {plain(line)}" for line in lines.splitlines())


def plain(text: str) -> str:
    """A text as Markdown that shows exactly it."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]()#+-.!|<>~$:" else c for c in text)
