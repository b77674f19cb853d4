"""The model cards: words that stay, numbers that training fills in."""

from collections.abc import Mapping
from pathlib import Path
from textwrap import fill

from examples.credit.applicants import INPUTS
from examples.credit.measures import COST_OF_DEFAULT, Measured

PURPOSE = """\
Estimates the probability that a consumer loan defaults. An application is refused from the
cutoff on. For use on applications of private persons at one bank, by loan officers who can
overrule it. Not for pricing, limits, provisioning or capital, and not for other populations.
"""

DATA = """\
Statlog German Credit Data (Hans Hofmann, 1994; UCI Machine Learning Repository,
doi 10.24432/C5NC77, CC BY 4.0): 1,000 loans of 1973 to 1975, 300 of them defaults. `default` is
1 where the source says *bad*. No row was left out and no value filled in. The source's column on
sex and marital status is left out of the file.
"""

METHODS: Mapping[int, str] = {
    1: """\
A scorecard: logistic regression on two one-hot categories and on the duration, cut into four
bands at its quartiles. Each band has one weight, and the sum of three weights is the whole
explanation of a score.
""",
    2: """\
The mean of two probabilities, from a logistic regression on one-hot categories and standardised
numbers, and from 150 boosted trees of depth 3 with at least 20 applicants a leaf. The linear half
keeps scores smooth, the trees add interactions. Single scores are harder to explain than those of
the scorecard that it is meant to replace.
""",
}

CHOICES: Mapping[int, str] = {
    1: """\
The inputs were chosen among a handful of short lists with the folds of two other seeds on the
same 1,000 applicants, so the numbers below are slightly too good. There is no untouched sample.
""",
    2: """\
The form (linear, trees, or the mean of both; with or without age) was chosen with the folds of two
other seeds on the same 1,000 applicants, so the numbers below are slightly too good. There is no
untouched sample. Age was left out although it adds a little.
""",
}

LIMITS = """\
- The loans are half a century old. Nothing here says how the model does on today's applicants.
- Defaults were oversampled: 30 % here, far fewer in the bank's book. Scores rank, but as
  probabilities they must be calibrated to the book before anybody uses them as such.
- Only granted loans are in the data. Those who were refused then are missing.
- The published code table is known to hold errors (Grömping 2019, *South German Credit Data:
  Correcting a Widely Used Data Set*). The values are used as published, so the model ranks well
  but the names of single values may be wrong: do not read weights as statements about people.
- The source mixes sex with marital status in one column, which is left out. So fairness by sex is
  not measured, and that is a gap.
- Age and foreign worker are not inputs. Other inputs are related to age, and refusals differ by
  age group (above): whether that is acceptable is for validation to say.
- Groups are small, so their numbers are rough: about 190 applicants are under 26.
"""


def card(version: int, measured: Measured) -> str:
    """The model card of a version as Markdown."""
    names = ", ".join(f"`{name}`" for name in INPUTS[version])
    inputs = fill(f"Inputs ({len(INPUTS[version])}): {names}.", width=99, break_on_hyphens=False)
    return f"""\
# Credit default, version {version}

## Purpose

{PURPOSE}
## Data

{DATA}
{inputs}

## Method

{METHODS[version]}
Scores are out of fold: ten stratified folds with a fixed seed, each applicant scored by a model
that was trained on the other nine folds. The model that is submitted is the same recipe on all
applicants.

{CHOICES[version]}
## Cutoff

Refuse from 0.166667 on. The source states that a default costs {COST_OF_DEFAULT} times as much as
a good applicant refused; so refusing pays from a probability of 1 / (1 + {COST_OF_DEFAULT}).

## Results, out of fold

{_results(measured)}
By age group:

{_segments(measured)}
## Limits

{LIMITS}"""


def _results(measured: Measured) -> str:
    rows = {
        "applicants": f"{measured.rows}",
        "area under the ROC curve": f"{measured.auc:.3f}",
        "Kolmogorov-Smirnov distance": f"{measured.ks:.3f}",
        "Brier score": f"{measured.brier:.3f}",
        "mean score": f"{measured.mean_score:.3f}",
        "share of defaults": f"{measured.default_rate:.3f}",
        "refused at the cutoff": f"{measured.refused:.1%}",
        "defaults among them, of all defaults": f"{measured.defaults_caught:.1%}",
        "cost an applicant (one good refused = 1)": f"{measured.cost:.3f}",
    }
    body = "".join(f"| {name} | {value} |\n" for name, value in rows.items())
    return f"| measure | value |\n|---|---|\n{body}"


def _segments(measured: Measured) -> str:
    body = "".join(
        f"| {one.name} | {one.rows} | {one.default_rate:.1%} | {one.auc:.3f} "
        f"| {one.refused:.1%} |\n"
        for one in measured.segments
    )
    return f"| age group | applicants | defaults | AUC | refused |\n|---|---|---|---|---|\n{body}"


def write_card(path: Path, version: int, measured: Measured) -> None:
    """Write the model card of a version."""
    path.write_text(card(version, measured), encoding="utf-8")
