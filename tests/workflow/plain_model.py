"""The rules once more, as plain tables read from the YAML files by other code than the product's: what the law is compared with.

Written from the files and from docs/procedures.md, not from `law.py`. It answers yes or no, keeps what happened as lists, and knows nothing of speed.
"""

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from credentialing.domain.calendars import DayType, Span, add_span, local_day, used_days

LISTS = ("from", "by", "guards", "effects", "asks", "not_by_whoever_did", "back_over", "done_in", "values", "passes_with", "counts_in", "starts_with",
         "asked_in", "instead", "waived_by", "waived_in", "between", "and", "kept_after")
FIRST_INSTANCE = ("judging", "verifying", "deciding")
UNITS = {"working": DayType.WORKING, "day": DayType.CALENDAR, "days": DayType.CALENDAR, "month": DayType.MONTHS, "months": DayType.MONTHS,
         "hour": DayType.HOURS, "hours": DayType.HOURS}


def laid_on(below: Any, above: Any) -> Any:
    """One file on another: mappings key by key, nothing removes, a list that begins with + adds."""
    if isinstance(above, list) and above[:1] == ["+"]:
        base = below if isinstance(below, list) else [] if below is None else [below]
        return base + [entry for entry in above[1:] if entry not in base]
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return above
    result = dict(below)
    for key, value in above.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = laid_on(result.get(key, {} if isinstance(value, dict) else None), value)
    return result


def _file(root: Path, path: Path) -> Any:
    rules = YAML(typ="safe", pure=True).load(path)
    extends = rules.pop("extends", [])
    below: Any = None
    for name in [extends] if isinstance(extends, str) else extends:
        template = _file(root, root / "templates" / f"{name}.yaml")
        below = template if below is None else laid_on(below, template)
    return rules if below is None else laid_on(below, rules)


def _listed(tree: Any) -> Any:
    if not isinstance(tree, dict):
        return tree
    return {key: ([value] if key in LISTS and not isinstance(value, list | dict) else _listed(value)) for key, value in tree.items()}


@functools.cache
def plain_rules(root: Path, name: str, version: int) -> dict[str, Any]:
    """A definition's rules with every template under them, as the files say."""
    rules: dict[str, Any] = _listed(_file(root, root / "procedures" / name / f"v{version}.yaml"))
    return rules


@functools.cache
def unit_codes(root: Path, standard: str) -> tuple[str, ...]:
    """The units of a standard (`cooking.v1`)."""
    name, _, version = standard.rpartition(".v")
    return tuple(YAML(typ="safe", pure=True).load(root / "standards" / name / f"v{version}.yaml")["units"])


def span(text: str) -> Span:
    """`20 working days` as the calendar wants it."""
    words = text.split()
    return Span(int(words[0]), UNITS[words[1]])


@dataclass
class Somebody:
    """Who acts: the account, every account of the same human being, the roles."""

    account: str | None
    accounts: frozenset[str]
    roles: frozenset[str]


@dataclass
class PlainCase:
    """A case as lists of what happened."""

    rules: dict[str, Any]
    units_known: tuple[str, ...]
    applicant: str
    now: datetime
    stays: list[tuple[str, datetime, datetime | None]] = field(default_factory=list)
    done: list[tuple[str, str | None, datetime]] = field(default_factory=list)
    found: dict[str, tuple[str, int]] = field(default_factory=dict)  # subject -> value, and the number of the deed
    papers: dict[str, int] = field(default_factory=dict)
    ways: dict[str, str] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    choices: dict[str, str] = field(default_factory=dict)
    form_full: bool = False
    drafted: int = 0
    asked: int = 0
    route: str | None = None
    units: tuple[str, ...] = ()
    proposal: str | None = None
    sealed: bool = False

    def __post_init__(self) -> None:
        self.stays = [(self.rules["starts_in"], self.now, None)]

    @property
    def state(self) -> str:
        """Where the case stands."""
        return self.stays[-1][0]

    # --- people

    def deeds(self, name: str) -> set[str]:
        """The deeds that a name stands for."""
        if name in self.rules.get("duties", {}):
            return set().union(*(self.deeds(part) for part in self.rules["duties"][name]))
        if name == "criteria":
            return set(self.rules.get("criteria", {}))
        if name == "units":
            return set(self.units_known)
        if name == "waivers":
            return {f"waiver_{kind}" for kind, rule in self.rules["evidence"].items() if rule.get("instead")}
        return {name}

    def duty(self, deed: str) -> str | None:
        """The duty to which a deed belongs."""
        return next((duty for duty in self.rules.get("duties", {}) if deed in self.deeds(duty)), None)

    def stopped(self, deed: str, who: Somebody, named: Iterable[str]) -> bool:
        """Whether the person did something that must be apart from this deed; `named` are the names that its own rule lists."""
        mine = {what for what, by, _ in self.done if by in who.accounts}
        apart: set[str] = set().union(*(self.deeds(name) for name in named))
        for rule in self.rules.get("separation", {}).values():
            one, other = ({deed for duty in rule[side] for deed in self.deeds(duty)} for side in ("between", "and"))
            apart |= (other if deed in one else set()) | (one if deed in other else set())
        return bool(mine & apart) or self.undeclared(deed, who) or self.took_part(deed, who)

    def undeclared(self, deed: str, who: Somebody) -> bool:
        """Whether the person must declare first, or has declared what keeps them out."""
        duty, said = self.duty(deed), {self.said[account] for account in who.accounts if account in self.said}
        before = self.rules.get("conflict_declared_before", [])
        if before and duty is not None and "conflict" in said:
            return True
        return duty in before and (("trained" in said and duty == "judging") or who.account not in self.said)

    def took_part(self, deed: str, who: Somebody) -> bool:
        """Whether the case was sent to be judged anew after the person had judged it."""
        anew = [number for number, (what, _, _) in enumerate(self.done) if what in self.rules.get("fresh_after", [])]
        if not anew or self.duty(deed) not in FIRST_INSTANCE:
            return False
        return any(by in who.accounts and self.duty(what) in FIRST_INSTANCE for what, by, _ in self.done[: anew[-1]])

    def may(self, roles: Iterable[str], who: Somebody) -> bool:
        """Whether one of the person's roles may act on this case: applicants on their own only, staff never on their own."""
        held = [role for role in roles if role in who.roles]
        if who.account is None:
            return "system" in held
        own, tied = self.applicant == who.account, self.applicant in who.accounts
        return any(own if role == "applicant" else not tied for role in held if role != "system")

    # --- time

    def over(self, name: str) -> bool:
        """Whether a clock's time is used up."""
        rule, country = self.rules["deadlines"][name], self.rules["procedure"]["country"]
        if rule["kind"] == "minimum":
            return False
        stays = self._counted(rule)
        if not stays:
            return False
        routes = {route: span(text) for route, text in rule.get("limit_by_route", {}).items()}
        limit = span(rule["limit"]) if "limit" in rule else routes.get(self.route or "", max(routes.values(), key=lambda each: each.count))
        if limit.unit is DayType.MONTHS:
            last = add_span(country, stays[0][1], limit) - timedelta(microseconds=1)
            limit = Span((local_day(country, last) - local_day(country, stays[0][1])).days, DayType.CALENDAR)
        if stays[-1][2] is not None:  # it rests: more than the limit was used
            return self._spent(country, stays, limit.unit) > limit.count
        # The institution's time ran out when it ran out; whoever must act again has the rest of the day.
        lasts = stays if rule["kind"] != "applicant" else stays[-1:]
        for stay in lasts:
            before = stays[: stays.index(stay)]
            if (stay[2] or self.now) >= self._end(country, stay[1], limit, before):
                return True
        return False

    def _spent(self, country: str, stays: list[tuple[str, datetime, datetime | None]], unit: DayType) -> float:
        if unit is DayType.HOURS:
            return sum(((left or self.now) - entered).total_seconds() for _, entered, left in stays) // 3600
        return sum(used_days(country, entered, left or self.now, unit) for _, entered, left in stays)

    def _end(self, country: str, entered: datetime, limit: Span, before: list[tuple[str, datetime, datetime | None]]) -> datetime:
        if limit.unit is DayType.HOURS:
            gone = sum((((left or self.now) - since) for _, since, left in before), timedelta())
            return entered + timedelta(hours=limit.count) - gone
        return add_span(country, entered, Span(max(0, limit.count - int(self._spent(country, before, limit.unit))), limit.unit))

    def _counted(self, rule: dict[str, Any]) -> list[tuple[str, datetime, datetime | None]]:
        stays = [stay for stay in self.stays if stay[0] in rule["counts_in"]]
        starts = rule.get("starts_with")
        if not starts:
            return stays
        begun = [at for what, _, at in self.done if what in starts]
        if not begun:
            return stays if "begin" in starts else []
        return [stay for stay in stays if stay[1] >= begun[-1]]

    # --- what must be true

    def _needs(self, kind: str) -> bool:
        rule = self.rules["evidence"][kind]
        wanted = rule.get("required_when", {})
        short = self.papers.get(kind, 0) < rule["at_least"]
        return rule["at_least"] > 0 and short and all(self.choices.get(name) in values for name, values in wanted.items())

    def _value(self, subject: str) -> str | None:
        return self.found[subject][0] if subject in self.found else None

    def guard(self, name: str) -> bool:
        """Whether one guard holds."""
        if name.startswith("proposal_"):
            return self.proposal == name.removeprefix("proposal_")
        if "check" in name:
            return self._of_checks(name)
        if "unit" in name:
            return self._of_units(name)
        if "waiver" in name:
            return self._of_ways(name)
        table: dict[str, Callable[[], bool]] = {
            "evidence_complete": lambda: not any(
                self.state in rule["asked_in"] and self._needs(kind) and not (kind in self.ways and self._value(f"waiver_{kind}") in (None, "granted"))
                for kind, rule in self.rules["evidence"].items()
            ),
            "answers_complete": lambda: self.form_full, "consent_given": lambda: self.form_full, "standard_chosen": lambda: self.form_full,
            "questions_drafted": lambda: self.drafted > 0, "letter_not_begun": lambda: self.drafted == 0, "questions_answered": lambda: self.asked == 0,
            "criteria_judged": lambda: all(name in self.found for name in self.rules.get("criteria", {})),
            "route_chosen": lambda: self.route is not None, "certificate_sealed": lambda: self.sealed,
            "silence_is_no": lambda: any(
                rule["kind"] == "statutory" and rule.get("silence") == "negative" and self.over(clock) for clock, rule in self.rules["deadlines"].items()
            ),
            "evaluation_begun": lambda: self._judged_once(), "evaluation_not_begun": lambda: not self._judged_once(),
            "appeal_in_time": lambda: "appeal_time" not in self.rules["deadlines"] or not self.over("appeal_time"),
        }
        return table[name]()

    def _judged_once(self) -> bool:
        """Whether the case ever stood where criteria or units are judged, or an outcome is proposed."""
        judged = {state for rule in self.rules.get("criteria", {}).values() for state in rule["done_in"]}
        judged |= {state for rule in self.rules["moves"].values() if "outcome" in rule.get("asks", []) for state in rule["from"]}
        judged |= set(self.rules["units"]["done_in"]) if self.rules.get("units") else set()
        return any(state in judged for state, *_ in self.stays)

    def _of_checks(self, name: str) -> bool:
        here = {check: rule for check, rule in self.rules.get("checks", {}).items() if self.state in rule["done_in"]}
        values = {check: self._value(check) for check in here}
        failed = any(value is not None and value not in here[check].get("passes_with", here[check]["values"]) for check, value in values.items())
        settled = all(value is not None for value in values.values())
        return {"checks_settled": settled, "checks_passed": settled and not failed, "a_check_failed": failed}[name]

    def _of_units(self, name: str) -> bool:
        passing = self.rules["units"]["passes_with"]
        judged = self.form_full and bool(self.units) and all(unit in self.found for unit in self.units)
        shown = [unit for unit in self.units if self._value(unit) in passing]
        return judged and {
            "units_judged": True, "all_units_competent": len(shown) == len(self.units), "some_unit_not_competent": len(shown) < len(self.units),
            "some_unit_competent": bool(shown), "no_unit_competent": not shown,
        }[name]

    def _of_ways(self, name: str) -> bool:
        here = [kind for kind in self.ways if self.state in self.rules["evidence"][kind].get("waived_in", [])]
        refused = any(self._value(f"waiver_{kind}") == "refused" and self._needs(kind) for kind in here)
        if name == "a_waiver_refused":
            return refused
        return not refused and all(f"waiver_{kind}" in self.found for kind in here)

    # --- acts

    def lets(self, move: str, who: Somebody) -> bool:
        """Whether the person may make a move now, if it carries what it asks for."""
        rule = self.rules["moves"][move]
        if self.state not in rule["from"] or not self.may(rule["by"], who):
            return False
        if "at_most" in rule and sum(what == move for what, _, _ in self.done) >= rule["at_most"]:
            return False
        if who.account is not None and self.stopped(move, who, rule.get("not_by_whoever_did", [])):
            return False
        if who.account is None and not rule.get("automatic"):
            ending = [name for name, each in self.rules["deadlines"].items() if each["then"].get("move") == move and self.state in each["counts_in"]]
            if ending and not self.over(ending[-1]):
                return False
        return all(self.guard(name) for name in rule.get("guards", []))

    def leads_to(self, move: str) -> str:
        """Where a lawful move leads."""
        rule = self.rules["moves"][move]
        if rule["to"] == "stay":
            return self.state
        if rule["to"] == "back":
            return next(state for state, _, _ in reversed(self.stays) if state not in (*rule["from"], *rule.get("back_over", [])))
        return str(rule["to"])

    def make(self, move: str, who: Somebody, given: dict[str, str]) -> None:
        """Write down a lawful move."""
        rule, to = self.rules["moves"][move], self.leads_to(move)
        self.done.append((move, who.account, self.now))
        if to != self.state:
            state, entered, _ = self.stays[-1]
            self.stays[-1] = (state, entered, self.now)
            self.stays.append((to, self.now, None))
        self.proposal, self.route = given.get("outcome", self.proposal), given.get("route", self.route)
        self.units = tuple(given["units"].split()) if "units" in given else self.units
        if "send_questions" in rule.get("effects", []):
            self.asked, self.drafted = self.asked + self.drafted, 0
        if move in self.rules.get("fresh_after", []):
            self.found = {subject: each for subject, each in self.found.items() if self.duty(subject) not in FIRST_INSTANCE}

    def lets_find(self, subject: str, who: Somebody) -> bool:
        """Whether the person may record a finding now."""
        rule, named = self._subject(subject)
        if rule is None or self.state not in rule["done_in"] or not self.may(rule["by"], who) or self.stopped(subject, who, named):
            return False
        return not (subject in self.units and self._kept(subject))

    def _subject(self, subject: str) -> tuple[dict[str, Any] | None, list[str]]:
        kind = subject.removeprefix("waiver_")
        if subject in self.rules.get("checks", {}):
            return self.rules["checks"][subject], self.rules["checks"][subject].get("not_by_whoever_did", [])
        if subject in self.rules.get("criteria", {}):
            return self.rules["criteria"][subject], []
        if subject in self.units:
            return self.rules["units"], self.rules["units"].get("not_by_whoever_did", [])
        if subject.startswith("waiver_") and kind in self.ways:
            return {"done_in": self.rules["evidence"][kind]["waived_in"], "by": self.rules["evidence"][kind]["waived_by"]}, []
        return None, []

    def _kept(self, unit: str) -> bool:
        again = [number for number, (what, _, _) in enumerate(self.done) if what in self.rules["units"].get("kept_after", [])]
        return bool(again) and unit in self.found and self.found[unit][0] in self.rules["units"]["passes_with"] and not any(
            what == unit for what, _, _ in self.done[again[-1] :]
        )

    def record(self, subject: str, value: str, who: Somebody) -> None:
        """Write down a lawful finding."""
        self.done.append((subject, who.account, self.now))
        self.found[subject] = (value, len(self.done))
