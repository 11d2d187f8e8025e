"""Every attack on the rows of the log, each on a fresh copy, is found by the check that is for it."""

from __future__ import annotations

import pytest

from tests.trust.attacks import FOUND, KNOWN_TO_A_CHECKPOINT, UNCONTRADICTED
from tests.trust.scene import Scene, first_of


@pytest.mark.parametrize("name", FOUND)
def test_an_attack_is_found_by_the_check_that_is_for_it(scene: Scene, name: str) -> None:
    attack, expected = FOUND[name]
    with scene.tampering() as log:
        attack(log)
    assert first_of(scene.audit()) == expected
    assert first_of(scene.audit(scene.before)) == (
        expected if name in UNCONTRADICTED else expected | {"checkpoints": None}
    )


@pytest.mark.parametrize("name", KNOWN_TO_A_CHECKPOINT)
def test_what_might_have_been_recorded_so_is_known_to_a_checkpoint(scene: Scene, name: str) -> None:
    with scene.tampering() as log:
        KNOWN_TO_A_CHECKPOINT[name](log)
    assert scene.lines() != [] or name == "everything cut off"
    scene.forget_views()
    assert scene.audit() == ()
    assert first_of(scene.audit(scene.before)) == {"checkpoints": None}
