"""API keys: what programs may do in the brand."""

from typing import Annotated

from fastapi import APIRouter, Depends

from siyu.kernel.clock import utcnow
from siyu.kernel.parameters import Id
from siyu.organisation import queries
from siyu.organisation.access import BrandSession, require, require_person
from siyu.organisation.actions import keys
from siyu.organisation.contracts import Caller
from siyu.organisation.schemas.keys import Key, KeyList, KeyRotation, KeySecret, NewKey

router = APIRouter(prefix="/api-keys", tags=["API keys"])
Editor = Annotated[Caller, Depends(require("keys.edit"))]  # a program may revoke a key, and no more
Person = Annotated[Caller, Depends(require_person("keys.edit"))]


@router.get("", dependencies=[Depends(require("keys.read"))])
def list_api_keys(session: BrandSession) -> KeyList:
    """All keys of the brand, newest first, the revoked ones too."""
    found = [Key.model_validate(key) for key in queries.api_keys(session)]
    return KeyList(items=found, total=len(found))


@router.post("", status_code=201)
def create_api_key(body: NewKey, caller: Person, session: BrandSession) -> KeySecret:
    """The key is in force; its secret is shown here once."""
    new = keys.create_api_key(
        session, source=body.source, scopes=body.scopes, expires_at=body.expires_at, held=caller.permissions,
        actor=caller.actor, now=utcnow(),
    )  # fmt: skip
    return KeySecret(key=Key.model_validate(new.key), secret=new.secret)


@router.post("/{api_key_id}/rotate")
def rotate_api_key(api_key_id: Id, body: KeyRotation, caller: Person, session: BrandSession) -> KeySecret:
    """The key has a new secret, which is shown here once; the one before opens until the overlap ends."""
    new = keys.rotate_api_key(
        session, api_key_id=api_key_id, overlap_hours=body.overlap_hours, held=caller.permissions,
        actor=caller.actor, now=utcnow(),
    )  # fmt: skip
    return KeySecret(key=Key.model_validate(new.key), secret=new.secret)


@router.delete("/{api_key_id}")
def revoke_api_key(api_key_id: Id, caller: Editor, session: BrandSession) -> Key:
    """The key opens nothing from now on; its row stays for the audit log."""
    revoked = keys.revoke_api_key(session, api_key_id=api_key_id, actor=caller.actor, now=utcnow())
    return Key.model_validate(revoked)
