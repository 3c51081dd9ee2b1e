"""Items of every type, made by hand with texts that a format might take for its own signs."""

from dataclasses import replace

from advisor.quiz.item import Choice, Item, Prompt

PAGE = "https://docs.aws.amazon.com/sagemaker/latest/dg/page.html?a=1&b={2}#part~3:4"
HOSTILE = (
    "Say \"hi\" & 'bye' {~=#:} \\ \\n \\{ -> => // :: **9 <b>MB</b>** <script>alert(1)</script> &lt; &&058; "
    "[html] [sound:x.mp3] {{Scenario}} {{c1::x}} \\(x^2\\) $$y$$ `code` _a_ *b* ~~c~~ | d | ![i](j) [k](l) <m@n.de> – é 漢 \u00a0€"
)
STARTS = (
    "# head",
    "- list",
    "+ list",
    "1. one",
    "12) two",
    "> quote",
    "=~#",
    "[plain] text",
    "// no comment",
    "====",
    "| a | b |",
    "    code",
    "$CATEGORY: x",
    "%50%half",
    "->",
    "\t####",
    "}",
    "{",
    "&#35;",
)


def choice(text: str, correct: bool, number: int = 0) -> Choice:
    belief = "" if correct else "PAY001/serverless"
    return Choice(
        text, correct, f"Because {number}: {HOSTILE}", PAGE, f"PAY00{number}", "async" if number else "", belief
    )


def item(kind: str, choices: tuple[Choice, ...], key: tuple[int, ...], **more: object) -> Item:
    made = Item(
        f"by-hand-{kind}", 5, kind, f"{HOSTILE}\n\nSecond paragraph\nof **two** lines.\n\n{STARTS[0]}", f"What of {HOSTILE}?", 2,
        "options", "3.1", "aws", f"by-hand-{kind}/target", choices, key, f"Remember {HOSTILE}.\n\n- And {STARTS[3]}", (PAGE,),
    )  # fmt: skip
    return replace(made, **more)


def four(*right: int, texts: tuple[str, ...] = STARTS[:4]) -> tuple[Choice, ...]:
    return tuple(choice(text, place in right, place) for place, text in enumerate(texts))


def by_hand() -> tuple[Item, ...]:
    """One of each type, and a few more whose choices begin with what a format might take for its own."""
    prompts = (
        Prompt(f"First -> {HOSTILE}", f"Why {HOSTILE}", PAGE, "PAY001"),
        Prompt("- Second", "So =", PAGE),
        Prompt("3. Third", "", ""),
    )
    return (
        item("single", four(2, texts=(HOSTILE, *STARTS[4:7])), (2,), brief=(("payload_mb", 4.0), ("list", ("a", ("b", 1)))), changed=True),
        item("multiple", four(0, 2, 3, texts=(*STARTS[6:10], HOSTILE)), (0, 2, 3)),
        item("matching", four(texts=(*STARTS[:3], HOSTILE)), (1, 3, 1), prompts=prompts),
        item("ordering", four(texts=(*STARTS[4:8], HOSTILE)), (3, 1, 4, 0, 2)),
        item("numeric", (), (), answer=1234.5, tolerance=0.05, unit="requests {per} <minute>"),
        item("numeric", (), (), answer=600.0, seed=6),
        item("case", four(0, texts=STARTS[10:14]), (0,), profile="study-card"),
        item("case", four(3, texts=STARTS[14:19]), (3,), question="", explanation="", sources=()),
    )  # fmt: skip
