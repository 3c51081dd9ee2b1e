"""Costs worked out by hand, from nothing but the words of a stem and of a choice."""

import re

UNITS = {"ms": 0.001, "s": 1, "min": 60, "h": 3600}
PER = {"a second": 1, "a minute": 60, "an hour": 3600, "a day": 86_400}


def plain(text):
    return text.replace("\u00a0", " ")


def number(text):
    return float(text.replace(",", ""))


def seconds(text):
    return sum(number(value) * UNITS[unit] for value, unit in re.findall(r"([\d.,]+) (ms|s|min|h)\b", text))


def prices(stem):
    """Price of a second or an hour by what it buys: ("an instance-hour", "ml.m5.large")."""
    line = re.search(r"Prices in (\S+) \(list of [^)]*\): (.*?)\.(?: |$)", plain(stem))
    found = {}
    for group in line[2].split("; "):
        words = group.partition(" **")[0]
        for usd, what in re.findall(r"\*\*\$([\d.]+)\*\* (?:on|with) (ml\.[\w.-]*\w|\d+ GiB)", group):
            found[words, what] = float(usd)
    return found


def rate(stem):
    """Requests per second."""
    count, per = re.search(r"\*\*([\d,]+) [\w' -]+? (a second|a minute|an hour|a day)\*\*", plain(stem)).groups()
    return number(count) / PER[per]


def times(stem):
    """Seconds of one request by place."""
    line = next(part for part in plain(stem).split("\n\n") if " takes **" in part)
    where = r"(?: on an| in a serverless environment with| with) (ml\.[\w.-]*\w|\d+ GiB)"
    return {place: seconds(time) for time, place in re.findall(r"\*\*([\d.]+ \w+(?: \d+ \w+)?)\*\*" + where, line)}


def hours(stem):
    return number(re.search(r"(\d+) hours", plain(stem))[1])


def cost(stem, choice):
    """USD of computing in a month of one choice."""
    text, price = plain(choice), prices(stem)
    if "serverless" in text:
        size = re.search(r"\d+ GiB", text)[0]
        month = hours(stem) * 3600
        used = rate(stem) * times(stem)[size] * month
        kept = re.search(r"(\d+) kept warm", text)
        if kept is None:
            return used * price["a second of serverless processing on demand", size]
        held = price["a second that an environment is kept warm", size]
        busy = price["a second of processing in an environment that is kept warm", size]
        return int(kept[1]) * month * held + used * busy
    count, kind = re.search(r"(\d+) × (ml\.[\w.-]*\w)", text).groups()
    each = price["an instance-hour", kind] * int(count)
    several = re.match(r"(\d+) real-time endpoints", text)
    each *= int(several[1]) if several else 1
    days = re.search(r"on (\d+) days", text)
    if days:
        return each * number(re.search(r"(?:for|running) ([\d.]+) h", text)[1]) * int(days[1])
    if "done after" in text:
        runs = int(re.search(r"\*\*(\d+) days\*\*", plain(stem))[1])
        return each * seconds(text.partition("done after")[2]) / 3600 * runs
    if "a day" in text:
        return (
            each
            * number(re.search(r"for (\d+) h a day", text)[1])
            * int(re.search(r"count (\d+) days", plain(stem))[1])
        )
    return each * hours(stem)
