"""A case lived through on the pages of the real application: everybody acts by the forms they are shown, and time passes with the worker awake."""

import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType

from credentialing.app.product import create_app
from credentialing.certificate.outcomes import Verdict
from credentialing.domain.calendars import local_day
from credentialing.domain.contacts import parse_contact
from credentialing.domain.errors import RefusedError
from credentialing.domain.people import Actor, Role
from credentialing.services import applying, confirming, deadlines, evidence, people, signing_in
from credentialing.services.demonstration import Applicant, engineer, welder
from credentialing.services.looking import CaseView
from credentialing.services.verifying import verify_file
from credentialing.workflow.clocks import ClockView
from credentialing.workflow.law import must_declare, recordable
from credentialing.workflow.model import Definition
from credentialing.workflow.registry import FIELDS, choices_of
from tests.journeys.website import Browser
from tests.services.stage import World

WHY = "Revisado con los papeles a la vista."
SOURCE = "El texto vigente de la autoridad, leído entero y comparado regla por regla."
FORWARD = ("confirm_coverage", "pay", "confirm_payment", "accept", "pass_on", "close_guidance")
"""The moves that lead to where a case is judged, when nothing is amiss."""
GOOD: Mapping[str, str] = MappingProxyType({"expert_opinion": "for_recognition", "knowledge_shown": "not_needed", "originals_seen": "match"})


@dataclass
class Town:
    """An office with its website, and everybody who comes to it."""

    world: World
    hired: dict[Role, Actor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.app = create_app(self.world.office.settings, office=self.world.office)

    def browser(self, actor: Actor | None = None) -> Browser:
        """A browser in which this person, or nobody, is signed in."""
        client = self.app.test_client()
        client.set_cookie("lang", "es")
        if actor is not None:
            assert actor.person_id is not None
            client.set_cookie("session", signing_in.enter_demonstration(self.world.office, person_id=actor.person_id).token)
        return Browser(client)

    def other(self, role: Role) -> Actor:
        """A second person in a role: of the office, or hired when it has only one."""
        known = {**self.world.story.second, **self.hired}
        if role not in known:
            contact = parse_contact(f"segunda.{role}@puente.example", "CO")
            person_id = people.hire(self.world.office, actor=None, contact=contact, display_name=f"Segunda {role}", roles=frozenset({role}), language="es")
            known[role] = self.hired[role] = Actor(person_id, frozenset({Role.APPLICANT, role}))
        return known[role]

    def newest(self, procedure: str) -> Definition:
        """The rules of a procedure as they are published last."""
        return next(view.definition for view in self.world.office.library.procedures() if view.id == procedure)

    def confirm(self, procedure: str) -> None:
        """As many administrators as it needs stand for the rules of a procedure."""
        definition = self.newest(procedure)
        names = (self.world.staff[Role.ADMINISTRATOR], self.other(Role.ADMINISTRATOR))
        for actor in names[: confirming.NEEDED[definition.procedure.confidence]]:
            confirming.confirm_procedure(
                self.world.office, actor=actor, procedure=procedure, version=definition.version, digest=definition.digest, source_read=SOURCE
            )

    def confirms_on_screen(self, who: Role | Actor, procedure: str) -> None:
        """An administrator stands for the rules on the page of the procedure, naming what they read and when."""
        browser = self.browser(self.world.staff[who] if isinstance(who, Role) else who)
        browser.open(f"/admin/procedures/{procedure}")
        day = {"read_on-day": "1", "read_on-month": "3", "read_on-year": "2026"}
        browser.send(f"/admin/procedures/{procedure}/confirmations", source_read=SOURCE, **day)
        assert browser.status == 200, browser.words

    def newcomer(self, definition: Definition, answers: Mapping[str, str]) -> Applicant:
        """An invented person with whatever papers a procedure may ask for."""
        person = self.world.person(welder if definition.standards else engineer)
        papers = {kind: ((rule.accepts[0], "diploma.pdf"),) for kind, rule in definition.evidence.items()}
        known = {**welder("", "", "", "").answers, **person.answers, **MORE, **answers}
        return replace(person, answers=MappingProxyType(known), papers=MappingProxyType(papers))

    def begin(self, procedure: str, *, without: tuple[str, ...] = (), as_in: Mapping[str, str] = MappingProxyType({})) -> "Life":
        """Somebody comes, presses the button of the procedure's page and fills in the whole application, but for the papers that they are `without`."""
        person = self.newcomer(self.newest(procedure), as_in)
        return self._begun(procedure, person, without)

    def begin_again(self, life: "Life") -> "Life":
        """The person of a case begins another of the same procedure."""
        return self._begun(life.view.definition.id, life.person, ())

    def _begun(self, procedure: str, person: Applicant, without: tuple[str, ...]) -> "Life":
        actor = self.world.story.welcome(person)
        browser = self.browser(actor)
        browser.open(f"/procedures/{procedure}")
        browser.send("/applications/", procedure=procedure)
        life = Life(self, browser.path.removeprefix("/applications/"), actor, person)
        life.fill_in(without)
        return life


MORE: Mapping[str, str] = MappingProxyType(
    {
        "papers_language": "spanish", "names_differ": "same", "school_level": "school_leaving", "languages": "español",
        "certificate_name": "Certificación en soldadura de estructuras", "certificate_issuer": "ChileValora", "certificate_number": "CV-2024-118",
        "certificate_country": "CL",
    }
)  # fmt: skip


class Life:
    """One case. A person is a role (whoever of the office holds it), an actor, or None for the applicant."""

    def __init__(self, town: Town, case_id: str, owner: Actor, person: Applicant) -> None:
        self.town, self.world, self.case_id, self.owner, self.person = town, town.world, case_id, owner, person
        self.url, self.desk = f"/applications/{case_id}", f"/desk/cases/{case_id}"

    # ── what is there

    @property
    def view(self) -> CaseView:
        """What the applicant sees, as values."""
        return self.world.view(self.case_id)

    def state(self) -> str:
        """Where the case stands."""
        return self.world.case(self.case_id).state

    def reads(self, page: str = "") -> str:
        """What a page of the case says to the applicant."""
        return self.town.browser(self.owner).open(self.url + page)

    def must_read(self, *passages: str) -> str:
        """The page of the case says each of these to the applicant, word by word."""
        said = self.reads()
        assert [passage for passage in passages if passage not in said] == [], said
        return said

    def sees(self, who: Role | Actor) -> str:
        """What the page of the case says at the desk."""
        return self.town.browser(self._actor(who)).open(self.desk)

    def clock(self, name: str) -> ClockView:
        """One clock of the case."""
        return next(view for view in self.view.clocks if view.name == name)

    def last_day(self, name: str) -> date:
        """The last day of a running limit, where the procedure belongs."""
        due = self.clock(name).due_at
        assert due is not None
        return local_day(self.view.definition.procedure.country, due - timedelta(seconds=1))

    def letters(self) -> list[str]:
        """The subjects of the letters to the applicant, without the name of the service and the number, oldest first."""
        self.world.run_jobs()
        return [letter.subject.partition(": ")[2] for letter in self.world.messages.sent]

    def _actor(self, who: Role | Actor) -> Actor:
        return self.world.staff[who] if isinstance(who, Role) else who

    # ── what the applicant does

    def fill_in(self, without: tuple[str, ...]) -> None:
        """Answers, permission and papers of the draft."""
        office, definition, person = self.world.office, self.view.definition, self.person
        answers = {name: person.answers[name] for name in definition.fields if name in person.answers}
        for name in definition.fields:
            if FIELDS[name].required and name not in answers:
                answers[name] = choices_of(definition, name)[0] if FIELDS[name].kind == "choice" else "1"
        applying.save_answers(office, actor=self.owner, case_id=self.case_id, answers=answers)
        applying.give_consent(office, actor=self.owner, case_id=self.case_id, consents=frozenset({"processing"}))
        self.hands_in(*(kind for kind, rule in definition.evidence.items() if "draft" in rule.asked_in and kind not in without))

    def hands_in(self, *kinds: str) -> None:
        """Papers of these kinds."""
        for kind in kinds:
            accepted = self.view.definition.evidence[kind].accepts[0]
            evidence.add_evidence(
                self.world.office, actor=self.owner, case_id=self.case_id, kind=kind, accepted_as=accepted, file_name=f"{kind}.png", data=kind.encode()
            )

    def sends(self) -> str:
        """The application goes off; what the receipt says."""
        browser = self.town.browser(self.owner)
        browser.open(f"{self.url}/check")
        said = browser.send(f"{self.url}/check", declared="yes")
        assert browser.path == f"{self.url}/received", said
        self.world.run_jobs()
        return said

    def wants_other_way(self, kind: str, way: str, text: str) -> None:
        """Another way for a paper is asked for, from the card of the paper."""
        browser, here = self.town.browser(self.owner), f"{self.url}/papers/{kind}/otherwise"
        browser.open(f"{self.url}/papers")
        browser.follow(here)
        assert way in browser.form(here).choices["way"]
        browser.open(f"{here}?way={way}")
        browser.send(here, way_text=text)
        assert browser.path.startswith(f"{self.url}/papers"), browser.words

    def answers_letter(self, text: str) -> None:
        """Every question of the letter is answered in the same words, and sent."""
        browser = self.town.browser(self.owner)
        browser.open(self.url)
        browser.follow(f"{self.url}/answer")
        form = browser.form(f"{self.url}/answer")
        browser.send(f"{self.url}/answer", do="send", **{name: text for name in form.names if name.startswith("answer")})
        self.world.run_jobs()

    # ── what everybody does

    def does(self, who: Role | Actor | None, move: str, **given: str) -> str:
        """A move by the form that stands on the pages of whoever makes it; the new state."""
        if who is None:
            self._moves_as_applicant(move, given)
        else:
            self._moves_at_desk(self._actor(who), move, given)
        self.world.run_jobs()
        return self.state()

    def _moves_as_applicant(self, move: str, given: Mapping[str, str]) -> None:
        browser, here, seen = self.town.browser(self.owner), f"{self.url}/moves/{move}", self._revision()
        browser.open(self.url)
        if here not in browser.links:
            browser.follow(f"{self.url}/decision")
        browser.follow(here)
        browser.send(here, **given)
        assert (browser.status, self._revision() > seen) == (200, True), browser.words

    def _moves_at_desk(self, actor: Actor, move: str, given: Mapping[str, str]) -> None:
        browser, here, seen = self.town.browser(actor), f"{self.desk}/moves/{move}", self._revision()
        browser.open(self.desk)
        browser.send(here, **{f"{move}-{name}": value for name, value in given.items()})
        assert (browser.status, self._revision() > seen) == (200, True), browser.words

    def _revision(self) -> int:
        return self.world.case(self.case_id).revision

    def cannot(self, who: Role | Actor | None, move: str, **given: str) -> set[str]:
        """The codes of every reason why a move is refused."""
        try:
            self.world.move(self.owner if who is None else self._actor(who), self.case_id, move, **given)
        except RefusedError as error:
            return {reason.code for reason in error.reasons}
        return {f"it went through to {self.state()}"}

    def declares(self, *whom: Role | Actor, value: str = "none") -> None:
        """These people say what ties them to the applicant, on the page of the case."""
        for who in whom:
            browser = self.town.browser(self._actor(who))
            browser.open(self.desk)
            browser.send(f"{self.desk}/declaration", declaration=value)
            assert browser.status == 200, browser.words

    def finds(self, who: Role | Actor, reason: str = WHY, **findings: str) -> None:
        """Findings of one person, all for one reason, one after the other from the strip of subjects."""
        browser = self.town.browser(self._actor(who))
        for subject, value in findings.items():
            here = f"{self.desk}/findings/{subject}"
            if here not in browser.forms:  # after saving, the next open subject stands there already
                browser.open(f"{self.desk}?subject={subject}")
            browser.send(here, value=value, reason=reason)
            assert browser.status == 200, browser.words

    def settles(self, *whom: Role | Actor, **values: str) -> None:
        """Every open subject that these people may judge now: the given value, else the first good one. Whoever has to declare does it first."""
        for who in whom:
            actor, definition = self._actor(who), self.view.definition
            working = replace(actor, roles=actor.roles - {Role.APPLICANT})
            if must_declare(definition, self.view.facts, actor=working):
                self.declares(actor)
            open_now = [each for each in recordable(definition, self.view.facts, actor=working) if each not in self.view.facts.findings]
            self.finds(actor, **{subject: values.get(subject, self._good(definition, subject)) for subject in open_now})

    def _good(self, definition: Definition, subject: str) -> str:
        if subject in definition.checks:
            check = definition.checks[subject]
            return GOOD.get(subject, (check.passes_with or check.values)[0])
        if subject in definition.criteria:
            return definition.criteria[subject].values[0]
        return "granted" if subject.startswith("waiver_") else "competent"

    def goes_to(self, state: str, *, by: Mapping[Role, Actor] = MappingProxyType({}), **values: str) -> None:
        """Onwards by everybody whose turn it is, nothing being amiss, until the case stands in `state`."""
        while self.state() != state:
            definition, here = self.view.definition, self.state()
            move = next(name for name in FORWARD if name in definition.moves and here in definition.moves[name].from_states)
            roles = definition.moves[move].by
            if Role.APPLICANT in roles:
                self.hands_in(*(kind for kind, rule in definition.evidence.items() if here in rule.asked_in and kind not in self.view.facts.evidence))
                self.does(None, move)
                continue
            who = by.get(roles[0], self.world.staff[roles[0]])
            self.settles(who, **values)
            if "choose_route" in definition.moves and here in definition.moves["choose_route"].from_states and self.view.facts.route is None:
                self.does(who, "choose_route", route=definition.routes[0])
            self.does(who, move, **dict.fromkeys(definition.moves[move].asks, "Universidad Estatal del país."))

    # ── what happens by itself

    def today(self) -> date:
        """The day it is where the procedure belongs."""
        return local_day(self.view.definition.procedure.country, self.world.clock.now())

    def pass_days(self, days: int) -> None:
        """Days go by, with the worker awake."""
        self.pass_until(self.world.clock.now() + timedelta(days=days))

    def pass_until(self, moment: datetime) -> None:
        """The same until a moment: the worker looks whenever an alarm goes off, and once a day besides."""
        while self.world.clock.now() < moment:
            rings = self.world.case(self.case_id).wake_at
            steps = [moment, self.world.clock.now() + timedelta(days=1), *([rings] if rings and rings > self.world.clock.now() else [])]
            self.world.clock.set(min(steps))
            deadlines.sweep(self.world.office)
            self.world.run_jobs()

    def pass_limit(self, name: str) -> None:
        """Until the very moment at which a limit is over."""
        due = self.clock(name).due_at
        assert due is not None
        self.pass_until(due)

    # ── the end

    def is_certified(self, *, page: str) -> str:
        """The registrar issues, the worker seals; a stranger finds the certificate good and of this page. What the answer says."""
        assert self.does(Role.REGISTRAR, "issue") == "certified"
        certificate = self.view.certificate
        assert certificate is not None
        browser = self.town.browser(self.owner)
        browser.open(self.url)
        assert f"{self.url}/certificate.pdf" in browser.links
        pdf = browser.client.get(f"{self.url}/certificate.pdf").data
        answer = verify_file(self.world.office, data=pdf)
        assert answer.face is not None
        found = answer.verdict, answer.face.number, answer.face.document
        assert found == (Verdict.ORIGINAL, certificate.number, page), found
        poppler = _pdfsig(pdf)
        assert ("Signature is Valid" in poppler, "Total document signed" in poppler) == (True, True), poppler
        return self.town.browser().open(f"/c/{certificate.code}")


def _pdfsig(pdf: bytes) -> str:
    """What a reader that nobody here wrote says of the signature."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        return subprocess.run(["pdfsig", file.name], capture_output=True, text=True, check=False).stdout
