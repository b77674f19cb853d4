"""Policies as YAML files: out of a site, into it as a draft, checked and simulated before."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from governance.access.models import Portfolio, User
from governance.access.queries import person_actor
from governance.actors import Actor, Surface
from governance.errors import FoureyesError
from governance.inventory.models import RegisteredModel
from workflows.lifecycle.queries import (
    OpenOutcome,
    PastOutcome,
    Simulated,
    simulated_cases,
    simulated_decisions,
)
from workflows.policies.models import Policy, PolicyVersion
from workflows.policies.operations import draft_policy
from workflows.policies.operations.enforcing import refuse_looser
from workflows.policies.plain_reader import BadWording
from workflows.policies.queries import (
    definition_of,
    draft_named,
    head_of,
    unsatisfied,
    wording_named,
)
from workflows.policies.simulation import effect_words
from workflows.policies.wording import plain_of
from workflows.policies.yaml_form import (
    LARGEST_BYTES,
    Head,
    PolicyText,
    read_policy,
    write_policy,
)


class Command(BaseCommand):
    help = "Export a policy as YAML, import one as a draft, check a file, or simulate a wording."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        export = verbs.add_parser("export", help="write the wording in force")
        export.add_argument("name", help="such as tier-1")
        export.add_argument("--number", type=int, help="an earlier wording, by its number")
        check = verbs.add_parser("check", help="say what is wrong with a file, and change nothing")
        check.add_argument("file", help="a path, or - for standard input")
        load = verbs.add_parser("import", help="draft a policy from a file")
        load.add_argument("file", help="a path, or - for standard input")
        load.add_argument("--as", dest="account", required=True, help="the account that drafts it")
        load.add_argument("--note", default="", help="what changes, and why")
        would = verbs.add_parser("simulate", help="say what a draft would do, and change nothing")
        would.add_argument("name", help="such as tier-1; without a draft, its wording in force")
        would.add_argument("--as", dest="account", required=True, help="on what this account sees")

    def handle(self, **options: Any) -> None:  # noqa: ANN401
        verbs = {
            "export": self._export,
            "check": self._check,
            "import": self._import,
            "simulate": self._simulate,
        }
        try:
            verbs[options["verb"]](options)
        except BadWording as bad:
            raise CommandError("\n".join(str(problem) for problem in bad.problems)) from bad
        except FoureyesError as refusal:
            raise CommandError(f"{refusal.message} {refusal.remedy}".strip()) from refusal

    def _export(self, options: dict[str, Any]) -> None:
        rows = PolicyVersion.objects.select_related("policy__portfolio", "policy__model")
        rows = rows.filter(policy__name=options["name"])
        if options["number"] is not None:
            wording = rows.filter(number=options["number"]).first()
        else:
            wording = rows.filter(state=PolicyVersion.State.IN_FORCE).first()
        if wording is None:
            raise CommandError(_("There is no such policy."))
        text = write_policy(head_of(wording.policy), definition_of(wording))
        self.stdout.write(text, ending="")

    def _check(self, options: dict[str, Any]) -> None:
        text = _read(options["file"])
        policy = _policy(text.head)
        if problems := unsatisfied(policy, text.definition):
            raise BadWording(text.placed(problems))
        refuse_looser(PolicyVersion(policy=policy, definition=plain_of(text.definition)))
        self.stdout.write(_("{name}: nothing is wrong with it.").format(name=text.head.name))

    def _import(self, options: dict[str, Any]) -> None:
        text = _read(options["file"])
        actor = _actor(options["account"])
        draft = draft_policy(text.head, text.definition, note=options["note"], actor=actor)
        self.stdout.write(
            _("{name} v{number} is a draft. Another administrator puts it in force.").format(
                name=text.head.name, number=draft.number
            )
        )

    def _simulate(self, options: dict[str, Any]) -> None:
        actor, name = _actor(options["account"]), options["name"]
        wording = draft_named(actor, name) or wording_named(actor, name)
        self._tell_cases(wording, simulated_cases(actor, wording, said=self._said))
        self._tell_decisions(simulated_decisions(actor, wording, said=self._said))

    def _tell_cases(self, wording: PolicyVersion, cases: Simulated[OpenOutcome]) -> None:
        head = _("{policy} v{number}, simulated on {done} of {of} open cases:")
        named = {"policy": wording.policy.name, "number": wording.number}
        self.stdout.write(head.format(**named, done=cases.done, of=cases.of))
        for one in cases.rows:
            words = effect_words(one.outcome.effect, one.outcome.more)
            self.stdout.write("  " + ": ".join((one.outcome.title, words, *one.outcome.why)))

    def _tell_decisions(self, past: Simulated[PastOutcome]) -> None:
        head = _("Simulated on {done} of {of} approvals of a year: {stand} would have stood.")
        stand = sum(not row.reasons for row in past.rows)
        self.stdout.write(head.format(done=past.done, of=past.of, stand=stand))
        for row in past.rows:
            if row.reasons:
                title = f"{row.version.model.title} {row.version.label or row.version.number}"
                self.stdout.write(f"  {title}: {', '.join(row.reasons)}")

    def _said(self, done: int, of: int) -> None:
        self.stderr.write(_("{done} of {of} simulated").format(done=done, of=of))


def _policy(head: Head) -> Policy:
    """The policy of a text as it is there, or as it would be."""
    rows = Policy.objects.select_related("portfolio", "model__portfolio")
    known = rows.filter(name=head.name).first()
    if known is None:
        return Policy(name=head.name, title=head.title, tier=head.tier, **_place(head))
    if head_of(known) != replace(head, title=known.title):
        raise CommandError(
            _("The policy {name} is of another tier or place.").format(name=head.name)
        )
    return known


def _place(head: Head) -> dict[str, Any]:
    if head.model:
        model = RegisteredModel.objects.select_related("portfolio").filter(name=head.model).first()
        if model is None:
            raise CommandError(_("There is no model {name}.").format(name=head.model))
        return {"model": model}
    if head.portfolio:
        portfolio = Portfolio.objects.filter(name=head.portfolio).first()
        if portfolio is None:
            raise CommandError(_("There is no portfolio {name}.").format(name=head.portfolio))
        return {"portfolio": portfolio}
    return {}


def _read(file: str) -> PolicyText:
    try:
        with sys.stdin.buffer if file == "-" else Path(file).open("rb") as opened:
            raw = opened.read(LARGEST_BYTES + 1)
        # What is too long is refused for that, wherever it was cut.
        return read_policy(raw.decode(errors="replace" if len(raw) > LARGEST_BYTES else "strict"))
    except OSError as error:
        raise CommandError(str(error)) from error
    except UnicodeDecodeError as error:
        raise CommandError(_("The file is not UTF-8 text.")) from error


def _actor(account: str) -> Actor:
    user = User.objects.select_related("person").filter(username=account, is_active=True).first()
    if user is None or user.person is None:
        raise CommandError(_("There is no account {name}.").format(name=account))
    return person_actor(user, session="", surface=Surface.COMMAND)
