"""Helm values: a few places in a file of somebody else's, and everything else untouched."""

import pytest

from governance.errors import Invalid
from tests.workflows.targets.test_render_manifests import TARGET, VERSION
from workflows.targets.contents import stands, text_for
from workflows.targets.edits import edited, values_at
from workflows.targets.manifests import render
from workflows.targets.rendered import TargetFacts, content_digest, of_plain

HELM = TargetFacts("production", "production", "charts/{model}", "helm_values", "serving.model")
THEIRS = """\
# Owned by the platform team.
replicaCount: 3  # three zones
tolerations:
  - key: "gpu"
    operator: Exists
serving:
  port: 8080   # do not change
  model:
    version: 1
    storageUri: old   # set by Foureyes
"""


def test_only_our_places_change() -> None:
    """Comments, order and quotes of the others stay as they are, line by line."""
    (file,) = render(VERSION, HELM)
    after = text_for(file, THEIRS)
    kept = [line for line in THEIRS.splitlines() if "version:" not in line and "old" not in line]
    assert [line for line in after.splitlines() if line in kept] == kept
    assert "# set by Foureyes" in after
    assert stands(file, after)
    assert not stands(file, THEIRS)


def test_what_others_change_beside_ours_is_no_difference() -> None:
    """Another team raises its replicas: our approval is not about that."""
    (file,) = render(VERSION, HELM)
    after = text_for(file, THEIRS).replace("replicaCount: 3", "replicaCount: 5")
    assert stands(file, after)
    assert not stands(file, after.replace("version: 2", "version: 7"))


def test_the_digest_is_over_our_values_only() -> None:
    """The same version gives the same digest whatever the file holds; another one does not."""
    (file,) = render(VERSION, HELM)
    assert content_digest([file]) == content_digest([of_plain(file.plain())])
    stopped = TargetFacts(*list(vars_of(HELM)), stopped=True)
    assert content_digest(render(VERSION, stopped)) != content_digest([file])


def vars_of(target: TargetFacts) -> tuple[str, ...]:
    return (target.name, target.environment, target.path, target.flavour, target.values_key)


def test_a_place_of_none_is_taken_away() -> None:
    """Retired: nothing of ours is left, and theirs is."""
    after = edited(THEIRS, {"serving.model.version": None, "serving.model.gone": None})
    assert values_at(after, {"serving.model.version": 1}) == {"serving.model.version": None}
    assert "port: 8080   # do not change" in after


@pytest.mark.parametrize(
    "text",
    ["- a\n- b\n", "serving: 7\n", "a: [", "a: 1\na: 2\n", "just words", "x" * 1_100_000],
    ids=["a list", "a value in the way", "no yaml", "twice", "a word", "too large"],
)
def test_a_file_that_cannot_be_edited_says_so(text: str) -> None:
    """The message names the setting to change."""
    (file,) = render(VERSION, HELM)
    with pytest.raises(Invalid) as refusal:
        text_for(file, text)
    assert "path" in refusal.value.remedy
    assert not stands(file, text)


def test_a_missing_values_file_is_not_invented() -> None:
    """A chart without its values is somebody else's mistake to mend."""
    (file,) = render(VERSION, HELM)
    with pytest.raises(Invalid, match=r"values\.yaml"):
        text_for(file, None)


def test_the_other_flavours_give_whole_files() -> None:
    """What stands there before does not matter to them."""
    for file in render(VERSION, TARGET):
        assert text_for(file, "anything") == file.text
