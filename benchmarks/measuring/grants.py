"""100,000 models in 200 portfolios and 1,000,000 grants, the same rights in three makes.

Ours: a million live assignments. guardian: a million rows of account and model, once in its
generic tables, once in direct-key ones. All ids and titles come from the row's number, so every run
has the same rows.
"""

from django.contrib.auth.models import Permission as DjangoPermission
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from governance.access.models import User
from governance.access.permissions import Permission
from measuring.databases import fill
from measuring.peers.models import (
    DirectPeer,
    DirectPeerGroupPermission,
    DirectPeerUserPermission,
    GenericPeer,
)

MODELS, PORTFOLIOS, PEOPLE, TEAMS, GRANTS = 100_000, 200, 2_000, 100, 1_000_000
BROAD, FEW = PEOPLE + 1, PEOPLE + 2  # two more people: 45 % of all models, three of them
BROAD_PORTFOLIOS, FEW_MODELS = PORTFOLIOS * 45 // 100, 3
OTHERS = GRANTS - BROAD_PORTFOLIOS - FEW_MODELS
ROLE = "risk_officer"


def row_id(kind: str, number: int | str) -> str:
    """SQL for the id of the row with this number."""
    return f"md5('{kind}' || ({number}))::uuid"


# A model's number says its portfolio; each is held by ten people, all far apart in the tables.
HELD = f"""
    SELECT number % {MODELS} AS model, (number % {MODELS} + 199 * (number / {MODELS})) % {PEOPLE}
    AS person FROM generate_series(0, {OTHERS - 1}) AS number
    UNION ALL SELECT number * 30001, {FEW} FROM generate_series(1, {FEW_MODELS}) AS number"""

PEOPLE_AND_MODELS = (
    f"""INSERT INTO governance_person (id, full_name, email, active, created_at)
    SELECT {row_id("person", "n")}, 'Person ' || n, n || '@bank.example', true, now()
    FROM generate_series(0, {FEW}) AS n""",
    f"""INSERT INTO governance_user (id, password, is_superuser, username, email, kind, person_id,
    is_active, is_staff, language, theme, single_keys, date_joined)
    SELECT {row_id("account", "n")}, '', false, 'account-' || n, '', 'person',
    {row_id("person", "n")}, true, false, '', '', true, now()
    FROM generate_series(0, {FEW}) AS n""",
    f"""INSERT INTO governance_portfolio (id, name, title, created_at)
    SELECT {row_id("portfolio", "n")}, 'portfolio-' || n, 'Portfolio ' || n, now()
    FROM generate_series(0, {PORTFOLIOS - 1}) AS n""",
    f"""INSERT INTO governance_registeredmodel (id, portfolio_id, name, title, purpose, description,
    kind, tier, use, complexity, tier_reason, owner_id, created_at)
    SELECT {row_id("model", "n")}, {row_id("portfolio", f"n % {PORTFOLIOS}")}, 'model-' || n,
    'Model ' || md5('title' || n), 'Decides.', '', 'binary', 1 + n % 3, '', '', '',
    {row_id("person", f"n % {PEOPLE}")}, now() FROM generate_series(0, {MODELS - 1}) AS n""",
)

# Every 500th model is held through teams.
ASSIGNMENTS = (
    f"""INSERT INTO governance_team (id, name, title)
    SELECT {row_id("team", "n")}, 'team-' || n, 'Team ' || n
    FROM generate_series(0, {TEAMS - 1}) AS n""",
    f"""INSERT INTO governance_team_members (team_id, person_id)
    SELECT {row_id("team", f"n % {TEAMS}")}, {row_id("person", "n")}
    FROM generate_series(0, {PEOPLE - 1}) AS n""",
    f"""INSERT INTO governance_roleassignment (id, role_id, person_id, team_id, scope_kind,
    portfolio_id, model_id, source, reason, conflict_reason, starts_at, granted_at, revoked_reason)
    SELECT {row_id("held", "person || '-' || model")}, '{ROLE}',
    CASE WHEN model % 500 > 0 THEN {row_id("person", "person")} END,
    CASE WHEN model % 500 = 0 THEN {row_id("team", f"person % {TEAMS}")} END, 'model', NULL,
    {row_id("model", "model")}, 'person', 'Asked for.', '', now(), now(), ''
    FROM ({HELD}) AS held
    UNION ALL SELECT {row_id("held", "'portfolio-' || n")}, '{ROLE}', {row_id("person", BROAD)},
    NULL, 'portfolio', {row_id("portfolio", "n")}, NULL, 'person', 'Asked for.', '', now(), now(),
    '' FROM generate_series(0, {BROAD_PORTFOLIOS - 1}) AS n""",
)

# The same rights model by model, the two people's first, in as many rows as we hold assignments.
SEEN = f"""
    SELECT {BROAD} AS person, n AS model FROM generate_series(0, {MODELS - 1}) AS n
    WHERE n % {PORTFOLIOS} < {BROAD_PORTFOLIOS}
    UNION ALL (SELECT person, model FROM ({HELD}) AS held ORDER BY person DESC
    LIMIT {GRANTS - MODELS * BROAD_PORTFOLIOS // PORTFOLIOS})"""


def set_up() -> None:
    """Fills an empty database: about a minute."""
    with connection.schema_editor() as editor:
        editor.create_model(DirectPeerUserPermission)
        editor.create_model(DirectPeerGroupPermission)
    generic, direct = (_permission(peer) for peer in (GenericPeer, DirectPeer))
    fill("governance_registeredmodel", PEOPLE_AND_MODELS)
    fill("governance_roleassignment", ASSIGNMENTS)
    fill(
        "guardian_userobjectpermission",
        [
            f"""INSERT INTO guardian_userobjectpermission
            (user_id, permission_id, content_type_id, object_pk)
            SELECT {row_id("account", "person")}, {generic.pk}, {generic.content_type_id},
            {row_id("model", "model")}::text FROM ({SEEN}) AS seen"""
        ],
    )
    fill(
        "peers_directpeeruserpermission",
        [
            f"""INSERT INTO peers_directpeeruserpermission
            (user_id, permission_id, content_object_id)
            SELECT {row_id("account", "person")}, {direct.pk}, {row_id("model", "model")}
            FROM ({SEEN}) AS seen"""
        ],
    )


def _permission(peer: type[GenericPeer | DirectPeer]) -> DjangoPermission:
    kind = ContentType.objects.get_for_model(peer)
    found, _made = DjangoPermission.objects.get_or_create(
        codename=Permission.MODEL_VIEW, content_type=kind, defaults={"name": "see"}
    )
    return found


def account(number: int) -> User:
    """The account of a person, with the person."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {row_id('account', number)}")
        (key,) = cursor.fetchone()
    return User.objects.select_related("person").get(pk=key)
