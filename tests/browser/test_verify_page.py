"""The verifier in the browser says what the Python one says, and sends nothing."""

import base64
import random
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from governance.audit.merkle import Frontier, leaf_hash, verify_consistency, verify_inclusion
from governance.audit.proofs import Proofs
from governance.trail.verifier import verify as python
from tests.tampering.cases import cases
from tests.tampering.logs import packed, told
from tests.tampering.verdicts import holds

pytestmark = pytest.mark.browser

TREES = """async ([rows]) => {
  const { included, continues } = await import("/static/js/verify.js");
  const bytes = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  const answers = [];
  for (const [kind, ...given] of rows) {
    const read = (value) => typeof value === "string" ? bytes(value) : value;
    const values = given.map((value) => Array.isArray(value) ? value.map(read) : read(value));
    answers.push(await (kind === "included" ? included : continues)(...values));
  }
  return answers;
}"""
EXPORT = """async ([content, keys, since]) => {
  const { verify } = await import("/static/js/verify.js");
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  return verify(bytes, keys, since ?? "");
}"""


def question(chance: random.Random) -> list[Any]:
    """A proof of a random tree, right or with something wrong; hashes as hex."""
    size = chance.choice([chance.randint(1, 9), chance.randint(1, 300)])
    leaves = [leaf_hash(b"%d" % at) for at in range(size)]
    trees = [Frontier()]
    for leaf in leaves:
        tree = Frontier(trees[-1].size, list(trees[-1].hashes))
        tree.append(leaf)
        trees.append(tree)
    proofs = Proofs(size, lambda h, places: {} if h else {p: leaves[p] for p in places if p < size})
    at = chance.randrange(size)
    kind = chance.choice(["included", "continues"])
    proof = proofs.inclusion(at) if kind == "included" else proofs.consistency(at + 1)
    hashes = [part.hex() for part in proof]
    root = trees[size].root().hex()
    first = leaves[at].hex() if kind == "included" else trees[at + 1].root().hex()
    number = at if kind == "included" else at + 1
    wrong = chance.randrange(8)
    if wrong == 0 and hashes:
        hashes.pop()
    if wrong == 1:
        hashes.append(root)
    if wrong == 2:
        root = first
    if wrong == 3:
        number = chance.randrange(-1, size + 2)
    if kind == "included":
        return [kind, first, number, size, hashes, root]
    return [kind, number, first, size, root, hashes]


def answer(asked: list[Any]) -> tuple[bool, bool]:
    """What the stand-alone verifier and the product say."""
    kind, *given = asked
    raw = [
        [bytes.fromhex(part) for part in value]
        if isinstance(value, list)
        else bytes.fromhex(value)
        if isinstance(value, str)
        else value
        for value in given
    ]
    if kind == "included":
        return python.included(*raw), verify_inclusion(*raw)
    return python.continues(*raw), verify_consistency(*raw)


def agree_on_trees(page: Page, number: int) -> None:
    chance = random.Random(number)
    asked = [question(chance) for _ in range(number)]
    answers = [answer(one) for one in asked]
    assert {True, False} == {one for one, _other in answers}
    assert page.evaluate(TREES, [asked]) == [one for one, _other in answers]
    assert all(one == other for one, other in answers)


def test_three_implementations_agree_on_random_trees(page: Page, live_site: str) -> None:
    """Inclusion and consistency, right and wrong: browser, stand-alone verifier, product."""
    page.goto(f"{live_site}/verify/")
    agree_on_trees(page, 500)


@pytest.mark.soak
def test_three_implementations_agree_on_ten_thousand_random_trees(
    page: Page, live_site: str
) -> None:
    """The same at length."""
    page.goto(f"{live_site}/verify/", timeout=120_000)  # it runs beside other long ones
    agree_on_trees(page, 10_000)


def test_every_forgery_is_caught_in_the_browser_too(page: Page, live_site: str) -> None:
    """The cases of tests/tampering, under the same names of checks."""
    page.goto(f"{live_site}/verify/")
    wrong = {}
    for one in cases():
        content = base64.b64encode(one.content).decode()
        found = page.evaluate(EXPORT, [content, list(one.keys), one.since])
        if "refused" in found:
            said: Any = found["refused"] if one.checks is not None else one.why
        else:
            checks = {problem["check"] for problem in found["problems"]}
            said = checks, {(row["check"], row["index"]) for row in found["warnings"]}
        if not holds(one, said):
            wrong[str(one)] = (said, one.checks)
    assert not wrong, wrong


def test_a_dropped_file_is_checked_offline_and_nothing_is_sent(
    page: Page, live_site: str, tmp_path: Path
) -> None:
    """Load the page, pull the plug, choose the file."""
    sent: list[str] = []
    log = told(9)
    path = tmp_path / "export.zip"
    path.write_bytes(packed(log.members()))
    page.goto(f"{live_site}/verify/")
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.on("request", lambda request: sent.append(request.url))
    page.set_input_files("#id_file", path)
    page.fill("#id_keys", log.vkey)
    page.click("button[type=submit]")
    page.wait_for_selector("#verify-result .is-good")
    assert "9 entries of bank.example/log" in page.inner_text("#verify-result")
    assert not sent
    page.fill("#id_since", told(12, seed=2).seal())
    page.click("button[type=submit]")
    page.wait_for_selector("#verify-result .is-bad")
    assert "cut_back" in page.inner_text("#verify-result")
    page.context.set_offline(False)
