"""What people type about forges and targets: where versions go, and how we get there."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.access.forms import RefusableForm
from workflows.targets.models import Environment, Flavour, ForgeKind, Target
from workflows.targets.operations import TargetSettings

NAMED = ("labels", "reviewers", "assignees")
SETTINGS = (
    "environment",
    "forge",
    "repository",
    "base_branch",
    "path",
    "flavour",
    "values_key",
    "deployment",
    "image_there",
    "position",
    "soak_s",
    "health_required",
    "application",
)
HOUR_S = 3600
# What belongs together, in the order in which somebody thinks of it.
PARTS = (
    (
        _("Where it goes"),
        (
            "name",
            "portfolio",
            "environment",
            "forge",
            "repository",
            "base_branch",
            "path",
            "active",
        ),
    ),
    (_("What is written there"), ("flavour", "values_key", "deployment", "image_there")),
    (_("Its place in the route"), ("position", "soak_h", "health_required", "application")),
    (_("The pull request"), ("labels", "reviewers", "assignees", "milestone", "draft")),
)


class TokenForm(RefusableForm):
    """A token, never shown again, and the secret that the forge signs its hints with."""

    token = forms.CharField(
        label=_("Token"),
        max_length=4096,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    token_ends_on = forms.DateField(
        label=_("Ends on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    webhook_secret = forms.CharField(
        label=_("Secret of its webhook"),
        required=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Empty: hints of this forge are not heard, and it is polled only."),
    )


class ConnectionForm(TokenForm):
    """A way to a forge. Name, kind and address stay for ever."""

    name = forms.CharField(label=_("Name"), max_length=40)
    kind = forms.ChoiceField(label=_("Kind"), choices=ForgeKind.choices)
    base_url = forms.CharField(
        label=_("Address"), max_length=300, help_text=_("For example https://github.com")
    )
    username = forms.CharField(
        label=_("Account"),
        required=False,
        max_length=100,
        help_text=_("Only where Git asks for a name beside the token."),
    )
    ca_certificate = forms.CharField(
        label=_("Certificate of your own authority"),
        required=False,
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    field_order = (
        "name",
        "kind",
        "base_url",
        "username",
        "token",
        "token_ends_on",
        "webhook_secret",
        "ca_certificate",
    )


class NamesField(forms.CharField):
    """Names with commas between them."""

    def to_python(self, value: Any) -> Any:  # noqa: ANN401  as Django hands it over
        """A list of names; blanks around them and empty ones are left out."""
        names = str(value or "").split(",")
        return [name.strip() for name in names if name.strip()]

    def prepare_value(self, value: Any) -> Any:  # noqa: ANN401
        """As it is typed."""
        return ", ".join(value) if isinstance(value, list) else value


class TargetForm(RefusableForm):
    """The settings of a target. What can work is for the operation to say."""

    environment = forms.ChoiceField(label=_("Environment"), choices=Environment.choices)
    forge = forms.ChoiceField(label=_("Forge"))
    repository = forms.CharField(
        label=_("Repository"), max_length=200, help_text=_("For example risk-models/prod")
    )
    base_branch = forms.CharField(label=_("Base branch"), max_length=100, initial="main")
    path = forms.CharField(
        label=_("Path"),
        max_length=200,
        initial="models/{model}",
        help_text=_(
            "Folder of our files. {model}, {target}, {environment}, {portfolio} are known."
        ),
    )
    flavour = forms.ChoiceField(
        label=_("Flavour"),
        choices=Flavour.choices,
        help_text=_(
            "One file stands alone in the folder. An overlay of a team's own is their "
            "kustomization.yaml there, in which only our entries change; a Deployment in it, and "
            "the image that it runs, have the model's name unless you say otherwise."
        ),
    )
    values_key = forms.CharField(
        label=_("Place in the values"),
        max_length=100,
        initial="model",
        help_text=_(
            "Helm values only: where our values stand, as in serving.model or models[name=credit]."
        ),
    )
    deployment = forms.CharField(
        label=_("Deployment"),
        required=False,
        max_length=100,
        help_text=_(
            "Deployment in an overlay of a team's own only: its name there. {model} and {target} "
            "are known. Empty: the model's name."
        ),
    )
    image_there = forms.CharField(
        label=_("Image there"),
        required=False,
        max_length=200,
        help_text=_(
            "Deployment in an overlay of a team's own only: the image that it runs, as its base "
            "names it, without a tag. Empty: the model's name."
        ),
    )
    position = forms.IntegerField(
        label=_("Order"),
        initial=1,
        help_text=_("Place in the route; the same number goes at the same time."),
    )
    soak_h = forms.DecimalField(
        label=_("Soak, hours"),
        initial=0,
        min_value=0,
        decimal_places=2,
        help_text=_("How long a version stands here before the next target gets it."),
    )
    application = forms.CharField(
        label=_("Application"),
        required=False,
        max_length=200,
        help_text=_("Its name in Argo CD or Flux; {model} and {target} are known."),
    )
    health_required = forms.BooleanField(label=_("Must report healthy"), required=False)
    labels = NamesField(
        label=_("Labels"),
        required=False,
        max_length=2000,
        help_text=_(
            "What a pull request shall carry where the forge has it; commas between names."
        ),
    )
    reviewers = NamesField(label=_("Reviewers"), required=False, max_length=2000)
    assignees = NamesField(label=_("Assignees"), required=False, max_length=2000)
    milestone = forms.CharField(label=_("Milestone"), required=False, max_length=100)
    draft = forms.BooleanField(label=_("Open pull requests as drafts"), required=False)

    def __init__(self, *args: Any, forges: Iterable[str], **options: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **options)
        names = [(name, name) for name in forges]
        self.fields["forge"].choices = [("local", _("embedded")), *names]  # type: ignore[attr-defined]

    def parts(self) -> Iterator[tuple[Any, list[forms.BoundField]]]:
        """The fields in their parts, each part with its title."""
        for title, names in PARTS:
            yield title, [self[name] for name in names if name in self.fields]

    def settings(self) -> TargetSettings:
        """What was typed, as the operations take it."""
        typed = self.cleaned_data
        wishes = {name: typed[name] for name in (*NAMED, "milestone", "draft")}
        kept: Any = {name: typed[name] for name in SETTINGS if name in typed}
        return {**kept, "soak_s": int(typed["soak_h"] * HOUR_S), "wishes": wishes}  # type: ignore[typeddict-item]

    def add_error(self, field: str | None, error: Any) -> None:  # noqa: ANN401
        """A refusal of the soak in seconds belongs to the hours."""
        super().add_error("soak_h" if field == "soak_s" else field, error)


class AddTargetForm(TargetForm):
    """A new target: its name and whose it is stay for ever."""

    name = forms.CharField(label=_("Name"), max_length=40, help_text=_("For example production-eu"))
    portfolio = forms.ChoiceField(label=_("Portfolio"), required=False)

    def __init__(
        self,
        *args: Any,  # noqa: ANN401
        portfolios: Iterable[tuple[str, Any]],
        **options: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(*args, **options)
        self.fields["portfolio"].choices = list(portfolios)  # type: ignore[attr-defined]


class ChangeTargetForm(TargetForm):
    """Other settings of a target, and whether versions go there at all."""

    active = forms.BooleanField(label=_("Versions go there"), required=False)

    def settings(self) -> TargetSettings:
        """As of a new one, and whether it is on."""
        return {**super().settings(), "active": self.cleaned_data["active"]}

    @staticmethod
    def initial_of(target: Target) -> dict[str, Any]:
        """The form as the target stands."""
        kept = {name: getattr(target, name) for name in (*SETTINGS, "active")}
        return {**kept, "soak_h": target.soak_s / HOUR_S, **target.wishes}
