"""The words of evaluation: the codes of the pure modules in the reader's language."""

from collections.abc import Mapping

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from governance.evaluation.gate_shapes import GateReason
from governance.evaluation.verdict import Judgement, Reason

Words = str | Promise

GATES: Mapping[str, tuple[Words, Words]] = {
    "accuracy_at_least": (_("Right class"), _("accuracy")),
    "artifact_safe": (_("Safe model files"), _("no format that can run code")),
    "auc_at_least": (_("Separation"), _("AUC")),
    "brier_at_most": (_("Accuracy of probabilities"), _("Brier score")),
    "calibration_error_at_most": (_("Calibration error"), _("ECE over tenths")),
    "dependencies_pinned": (_("Pinned dependencies"), _("lines without one version")),
    "documents_present": (_("Documents"), _("missing documents")),
    "fairness_ratio_at_least": (_("Approval rate by segment"), _("ratio to the highest")),
    "image_pinned": (_("Image pinned by digest"), _("images named by a tag")),
    "ks_at_least": (_("Distance of the classes"), _("KS")),
    "macro_auc_at_least": (_("Separation of the classes"), _("mean AUC of the classes")),
    "mae_at_most": (_("Mean error"), _("MAE")),
    "minimum_sample": (_("Size of the sample"), _("cases of the rarest outcome")),
    "not_worse_than_champion": (
        _("Not worse than champion"),
        _("lower end of the change, in the policy's margin"),
    ),
    "psi_at_most": (_("Stability of the score"), _("PSI against the champion")),
    "r_squared_at_least": (_("Variance explained"), _("R²")),
    "rmse_at_most": (_("Typical error"), _("RMSE")),
    "schema_compatible": (_("Inputs as the champion's"), _("inputs that callers do not send")),
    "segment_auc_at_least": (_("Separation in every segment"), _("lowest AUC")),
    "segment_events_at_least": (_("Smallest segment"), _("events observed")),
    "tests_passed": (_("Tests of the build"), _("failed tests")),
}

METRICS: Mapping[str, Words] = {
    "auc": _("AUC"),
    "gini": _("Gini"),
    "ks": _("KS"),
    "average_precision": _("Average precision"),
    "brier": _("Brier score"),
    "log_loss": _("Log loss"),
    "calibration_slope": _("Calibration slope"),
    "calibration_intercept": _("Calibration intercept"),
    "calibration_error": _("Calibration error"),
    "expected_cost": _("Cost of a case"),
    "rmse": _("RMSE"),
    "ase": _("Average squared error"),
    "mae": _("Mean absolute error"),
    "r_squared": _("R²"),
    "bias": _("Bias"),
    "macro_auc": _("AUC, mean of the classes"),
    "weighted_auc": _("AUC, weighted by cases"),
    "accuracy": _("Accuracy"),
    "macro_f1": _("F1, mean of the classes"),
}

IN_LIMIT = "worse_in_limit"  # how a small loss within the margin is told: not worse, but
JUDGEMENTS: Mapping[str, Words] = {
    Judgement.BETTER: _("Better"),
    Judgement.NOT_WORSE: _("Not worse"),
    IN_LIMIT: _("Worse, in limit"),
    Judgement.WORSE: _("Worse"),
    Judgement.NOT_ENOUGH_DATA: _("Not enough data"),
    Judgement.NO_CHAMPION: _("First version"),
    Judgement.POINT_ONLY: _("No interval"),
}

REASONS: Mapping[str, Words] = {
    Reason.INTERVAL_ABOVE_ZERO: _("the whole interval lies on the better side of zero"),
    Reason.INTERVAL_ABOVE_MARGIN: _("the whole interval lies within the accepted margin"),
    Reason.SMALL_LOSS_WITHIN_MARGIN: _("worse, but by less than the accepted margin"),
    Reason.SAME_RANKING: _("both versions give the same result on every case"),
    Reason.INTERVAL_BELOW_MARGIN: _("worse by more than the accepted margin"),
    Reason.INTERVAL_BELOW_ZERO: _("worse, perhaps by more than the accepted margin"),
    Reason.INTERVAL_TOO_WIDE: _("the interval reaches from worse than the margin to better"),
    Reason.TOO_FEW_EVENTS: _("fewer than ten cases of one outcome"),
    Reason.NO_SPREAD: _("the sample says nothing about its own error"),
    Reason.NO_INTERVAL: _("this measure has a value only"),
    Reason.NOT_DEFINED: _("the measure is not defined on this sample"),
    Reason.FIRST_VERSION: _("there is no champion to compare with"),
    Reason.WORSE_ELSEWHERE: _("no worse in what leads, but in another deciding measure"),
    Reason.WORSE_IN_SEGMENT: _("no worse over all cases, but worse in a part of them"),
}

GATE_REASONS: Mapping[str, Words] = {
    GateReason.WITHIN_THRESHOLD: _("The value keeps the threshold."),
    GateReason.BEYOND_THRESHOLD: _("The value misses the threshold."),
    GateReason.FIRST_VERSION: _("Passed because there is no champion to compare with."),
    GateReason.NO_COMPARISON: _("There is no scored table to measure."),
    GateReason.NO_SEGMENTS: _("The scored table has no segment column."),
    GateReason.SEGMENT_UNKNOWN: _("The scored table has no such segment."),
    GateReason.SEGMENTS_TOO_SMALL: _("No segment is large enough to judge."),
    GateReason.SMALL_SEGMENTS_LEFT_OUT: _(
        "The value keeps the threshold; segments too small to judge are left out."
    ),
    GateReason.NOT_ENOUGH_DATA: _("The sample is too small to tell."),
    GateReason.NOT_DEFINED: _("The measure is not defined on this sample."),
    GateReason.TOO_FEW_ROWS: _("The sample has too few rows."),
    GateReason.DOCUMENTS_MISSING: _("Documents are missing."),
    GateReason.DOCUMENTS_PRESENT: _("All documents are there."),
    GateReason.FORMATS_SAFE: _("All model files hold data only."),
    GateReason.FORMAT_UNSAFE: _("Files that can run code, or of an unknown format."),
    GateReason.NO_ARTIFACT: _("There is no model file."),
    GateReason.SCHEMA_SAME: _("It asks for nothing that the champion's callers do not send."),
    GateReason.SCHEMA_ABSENT: _("It does not say which inputs it takes."),
    GateReason.SCHEMA_BROKEN: _("Inputs are new, or of another type than the champion's."),
    GateReason.IMAGE_PINNED: _("The image is named by its digest."),
    GateReason.IMAGE_FLOATS: _("The image is named by a tag, which may move."),
    GateReason.IMAGE_NONE: _("It brings no image of its own."),
    GateReason.DEPENDENCIES_PINNED: _("Every dependency has one version."),
    GateReason.DEPENDENCIES_FLOAT: _("Dependencies without one version."),
    GateReason.DEPENDENCIES_ABSENT: _("There is no requirements file."),
    GateReason.TESTS_PASSED: _("All tests passed."),
    GateReason.TESTS_FAILED: _("Tests failed."),
    GateReason.TESTS_ABSENT: _("There are no test results."),
    GateReason.TESTS_TOO_FEW: _("Too few tests ran."),
    GateReason.TESTS_UNREADABLE: _("The test results cannot be read."),
    GateReason.OTHER_KIND: _(
        "The gate measures models of another kind; a policy for this model would ask other gates."
    ),
    GateReason.OWN_GATE: _("A gate of this site said so."),
    GateReason.OWN_GATE_BROKEN: _("The site's own gate broke."),
    GateReason.OWN_GATE_GONE: _("The site's own gate is not installed."),
}

CAUTIONS: Mapping[str, Words] = {
    "champion_from_challenger": _(
        "The champion's scores came with the challenger's table, not with the champion."
    ),
    "dates_ahead": _("The table has dates after the day on which it came, up to %(detail)s."),
    "few_common": _("Fewer than half of the cases are in both tables: %(detail)s."),
    "label_in_inputs": _(
        "The column of outcomes, %(detail)s, is also named among the inputs of the model."
    ),
    "older_cases": _(
        "All cases of the challenger are older than those of the champion; the last is of "
        "%(detail)s."
    ),
    "no_join": _(
        "The keys of the two tables have %(detail)s cases in common: too few to compare case by "
        "case. The two are compared as different samples; check that both name cases alike."
    ),
    "repeated_rows": _(
        "%(detail)s rows repeat an earlier one in everything, the score included. Name a key, or "
        "take them out: repeated cases make intervals narrower than they are."
    ),
    "same_rows": _(
        "The tables have no common key, but seem to hold the same cases: what happened is the same "
        "in the same order in %(detail)s rows. Name a key, so that they are compared case by case."
    ),
    "some_rows": _(
        "The tables have no common key, but %(detail)s rows seem to stand in both: the samples "
        "overlap. Name a key, so that they are compared case by case."
    ),
    "same_file": _("Both versions brought the same file, byte for byte."),
    "same_scores": _("Both versions give every case the same score."),
    "too_good": _("%(detail)s is too good to be true; does an input know the outcome?"),
}


READING, READING_CHAMPION, READING_ORIGINAL = "reading", "reading_champion", "reading_original"
MEASURING, MEASURING_ORIGINAL, ASKING = "measuring", "measuring_original", "asking"
STAGES: Mapping[str, Words] = {
    READING: _("Reading the version's rows"),
    READING_CHAMPION: _("Reading the rows of the version it is compared with"),
    MEASURING: _("Computing the statistics"),
    READING_ORIGINAL: _("Reading the rows of the version that was retrained"),
    MEASURING_ORIGINAL: _("Comparing with the version that was retrained"),
    ASKING: _("Asking the gates"),
}
_COUNTED: Mapping[str, Words] = {
    READING: _("%(done)s of %(total)s rows read"),
    READING_CHAMPION: _("%(done)s of %(total)s rows read"),
    MEASURING: _("%(done)s of %(total)s groups of statistics done"),
    READING_ORIGINAL: _("%(done)s of %(total)s rows read"),
    MEASURING_ORIGINAL: _("%(done)s of %(total)s groups of statistics done"),
}


def stage_words(stage: str) -> Words:
    """Give what a job that compares is at; before its first word it waits."""
    return STAGES.get(stage, _("Waiting for a worker"))


def counted_words(stage: str, done: int, total: int) -> str:
    """Give how far a stage is; empty where nothing is counted."""
    if not total:
        rows = number_format(done, force_grouping=True)
        return str(_("%(done)s rows read")) % {"done": rows} if done else ""
    if stage not in _COUNTED:
        return ""
    counts = {"done": done, "total": total}
    written = {name: number_format(n, force_grouping=True) for name, n in counts.items()}
    return str(_COUNTED[stage]) % written


def caution_words(caution: Mapping[str, str]) -> str:
    """Give what is doubtful, as a sentence."""
    detail = caution["detail"]
    return str(CAUTIONS[caution["code"]]) % {"detail": str(METRICS.get(detail, detail))}


def gate_title(name: str) -> Words:
    """Give a gate's name as people read it."""
    return GATES[name][0] if name in GATES else name.removeprefix("own.").replace("_", " ")


def gate_note(name: str) -> Words:
    """Give what a gate measures, in few words."""
    return GATES[name][1] if name in GATES else ""


def gate_reason(kept: str) -> str:
    """Give the sentence of a gate's reason, as `GateOutcome.reason_kept` wrote it."""
    code, _bar, detail = kept.partition("|")
    sentence = str(GATE_REASONS.get(code, code))
    return f"{sentence} ({detail})" if detail else sentence


def metric_title(name: str) -> Words:
    """Give a measure's name as people read it."""
    return METRICS.get(name, name)


def judgement_title(judgement: str) -> Words:
    """Give a verdict in one or two words; a small loss within the margin has its own."""
    return JUDGEMENTS.get(judgement, judgement)


def reason_words(reason: str) -> Words:
    """Give why a verdict was given."""
    return REASONS.get(reason, reason)
