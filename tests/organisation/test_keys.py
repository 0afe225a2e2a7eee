"""API keys over time: they expire, get a new secret while the old one goes on for a while, and are revoked."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM, AuditEntry
from siyu.kernel.db import Role
from siyu.organisation.actions.keys import revoke_api_key, rotate_api_key, use_api_key
from siyu.organisation.contracts import ApiKeyInfo
from siyu.organisation.errors import ExpiryPast, KeyRevoked, ScopeNotYours
from siyu.organisation.rules.keys import key_opens
from siyu.organisation.rules.permissions import PERMISSIONS
from tests.organisation.makers import NOW, make_key

HOUR = timedelta(hours=1)
ALL = frozenset(PERMISSIONS)


@pytest.mark.parametrize(
    ("revoked", "expires", "previous", "until", "opens"),
    [
        (None, None, False, None, True),
        (NOW, None, False, None, False),
        (None, NOW + HOUR, False, None, True),
        (None, NOW, False, None, False),  # the last moment is over
        (None, None, True, NOW + HOUR, True),
        (None, None, True, NOW, False),
        (None, None, True, None, False),  # rotated without an overlap
        (NOW, None, True, NOW + HOUR, False),  # revoking ends both
        (None, NOW - HOUR, True, NOW + HOUR, False),  # and so does expiry
    ],
)
def test_until_when_a_key_opens(revoked, expires, previous: bool, until, opens: bool) -> None:
    assert (
        key_opens(revoked_at=revoked, expires_at=expires, by_previous=previous, previous_until=until, now=NOW)
        is opens
    )


def used(app: App, secret: str, *, after: timedelta = timedelta()) -> ApiKeyInfo | None:
    with app.db.transaction(brand_id=None, role=Role.LOGIN) as session:
        found = use_api_key(session, secret=secret, now=NOW + after)
    return found[0] if found else None


def test_after_a_rotation_both_secrets_open_until_the_overlap_ends(app: App, brand_id: int) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        old = make_key(session)
    with app.db.transaction(brand_id=brand_id) as session:
        new = rotate_api_key(
            session, api_key_id=old.key.api_key_id, overlap_hours=24, held=ALL, actor=SYSTEM, now=NOW
        )
    assert new.key.api_key_id == old.key.api_key_id
    assert (new.key.prefix, new.key.source) != (old.key.prefix, "")
    assert new.secret.startswith(new.key.prefix)
    by_old = used(app, old.secret, after=2 * HOUR)
    assert by_old is not None
    assert by_old.previous_used_at == NOW + 2 * HOUR
    by_new = used(app, new.secret, after=3 * HOUR)
    assert by_new is not None
    assert (by_new.last_used_at, by_new.previous_used_at) == (NOW + 3 * HOUR, NOW + 2 * HOUR)
    assert used(app, old.secret, after=24 * HOUR) is None
    assert used(app, new.secret, after=24 * HOUR) is not None


def test_a_second_rotation_ends_the_first_secret_and_none_at_all_ends_it_at_once(
    app: App, brand_id: int
) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        first = make_key(session)
        asked = {"api_key_id": first.key.api_key_id, "held": ALL, "actor": SYSTEM, "now": NOW}
        second = rotate_api_key(session, overlap_hours=24, **asked)
        third = rotate_api_key(session, overlap_hours=0, **asked)
    assert [used(app, one.secret) is not None for one in (first, second, third)] == [False, False, True]
    with app.db.transaction(brand_id=brand_id) as session:
        revoke_api_key(session, api_key_id=first.key.api_key_id, actor=SYSTEM, now=NOW)
        with pytest.raises(KeyRevoked):
            rotate_api_key(session, overlap_hours=0, **asked)
    assert used(app, third.secret) is None


def test_a_key_expires(app: App, brand_id: int) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        key = make_key(session, expires_at=NOW + HOUR)
        with pytest.raises(ExpiryPast):
            make_key(session, expires_at=NOW)
    assert used(app, key.secret) is not None
    assert used(app, key.secret, after=HOUR) is None


def test_who_rotates_a_key_holds_what_it_opens_and_no_secret_is_logged(session: Session) -> None:
    key = make_key(session, scopes=["audit.read", "users.edit"])
    with pytest.raises(ScopeNotYours):
        rotate_api_key(
            session, api_key_id=key.key.api_key_id, overlap_hours=1, held=frozenset({"audit.read"}), actor=SYSTEM,
            now=NOW,
        )  # fmt: skip
    new = rotate_api_key(
        session, api_key_id=key.key.api_key_id, overlap_hours=1, held=ALL, actor=SYSTEM, now=NOW
    )
    session.flush()
    said = str([(entry.before, entry.after) for entry in session.query(AuditEntry)])
    assert new.key.prefix in said
    assert new.secret not in said


def test_keys_are_rotated_by_people_alone(client: TestClient) -> None:
    made = client.post(
        "/api/v1/api-keys", json={"source": "till", "scopes": ["keys.edit", "audit.read"]}
    ).json()
    at = f"/api/v1/api-keys/{made['key']['api_key_id']}/rotate"
    program = {"Authorization": f"Bearer {made['secret']}"}
    assert client.post(at, json={}, headers=program).json()["code"] == "people_only"
    rotated = client.post(at, json={"overlap_hours": 48}).json()
    assert rotated["secret"] != made["secret"]
    assert rotated["key"]["previous_until"] is not None
    assert client.get("/api/v1/audit", headers=program).status_code == 200
    again = client.post(at, json={"overlap_hours": 9_999})
    assert again.status_code == 422
