"""Writes of targets and promotions: one function per user-visible action."""

from workflows.targets.operations.promoting import (
    CLOSE,
    OBSERVE,
    OPEN,
    close_promotions,
    create_promotions,
    deploy_promotion,
    locked,
    move_promotion,
    repeat_promotion,
)
from workflows.targets.operations.settings import (
    TargetSettings,
    add_target,
    change_target,
    checked_target,
)

__all__ = [
    "CLOSE",
    "OBSERVE",
    "OPEN",
    "TargetSettings",
    "add_target",
    "change_target",
    "checked_target",
    "close_promotions",
    "create_promotions",
    "deploy_promotion",
    "locked",
    "move_promotion",
    "repeat_promotion",
]
