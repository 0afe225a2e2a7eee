"""Signing in at the company's own OpenID provider: set per brand, linked per person, matched by subject alone."""

import json
import secrets
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.kernel.audit import Actor, record
from siyu.kernel.crypto import Cipher, WrongKey
from siyu.kernel.db import Role, brand_of, enter_brand
from siyu.organisation import gateways
from siyu.organisation.actions.differences import apply_changes
from siyu.organisation.actions.passwords import locked_user
from siyu.organisation.actions.second_factor import takes_code
from siyu.organisation.actions.sessions import open_session, resume_session
from siyu.organisation.actions.throttle import Attempt, count_failure, forget_failures, wait_for
from siyu.organisation.contracts import HalfSignedIn, NewSession, SignOnFlow, SignOnSettings
from siyu.organisation.errors import (
    NoSignOn,
    SignOnRefused,
    SubjectTaken,
    SubjectUnknown,
    TooManyAttempts,
    WrongSecondFactor,
)
from siyu.organisation.models import AppUser, Brand, SignOn, UserSubject
from siyu.organisation.rules.single_sign_on import (
    FLOW_SECONDS,
    SUBJECT_LENGTH_MAX,
    authorization_url,
    checked_issuer,
    needs_our_factor,
    subject_of,
)

STATE_BYTES, VERIFIER_BYTES = 24, 48
FLOW_CONTEXT, HALFWAY_CONTEXT = "sign-on/flow", "sign-on/halfway"


def set_sign_on(
    session: Session,
    *,
    cipher: Cipher,
    issuer: str,
    client_id: str,
    client_secret: str | None,
    title: str,
    enabled: bool,
    asks_second_factor: bool = True,
    actor: Actor,
    now: datetime,
) -> SignOnSettings:
    """The brand's people may sign in at this provider; without a secret the one that is kept stays.

    raises   BadIssuer
    effects  one row in sign_on; audit brand.sign_on_set, if anything differs. People linked at another issuer are
             not found at this one
    """
    wanted = {
        "issuer": checked_issuer(issuer), "client_id": client_id, "title": title, "enabled": enabled,
        "asks_second_factor": asks_second_factor,
    }  # fmt: skip
    row = session.get(SignOn, brand_of(session), with_for_update=True)
    if row is None:
        row = SignOn(
            brand_id=brand_of(session),
            issuer="",
            client_id="",
            title="",
            enabled=False,
            secret_sealed=None,
            asks_second_factor=True,
        )
        session.add(row)
    difference = apply_changes(row, wanted)
    after = dict(difference.after)
    if client_secret:
        row.secret_sealed = cipher.encrypt(client_secret, context=secret_context(row.brand_id))
        after["client_secret"] = "***"  # noqa: S105 -- that it changed, not what it is
    if after:
        record(
            session, actor=actor, action="brand.sign_on_set", subject=("brand", row.brand_id),
            before=difference.before, after=after, now=now,
        )  # fmt: skip
    return row.info()


def link_subject(
    session: Session, *, user_id: int, issuer: str, subject: str, actor: Actor, now: datetime
) -> None:
    """Whoever the provider calls `subject` is this person. Linking twice changes nothing; another subject replaces it.

    raises   NotFound, SubjectTaken
    effects  one row in user_subject; audit user.linked
    """
    locked_user(session, user_id=user_id)
    mine = session.get(UserSubject, user_id)
    if mine is not None and (mine.issuer, mine.subject) == (issuer, subject):
        return
    session.execute(delete(UserSubject).where(UserSubject.user_id == user_id))
    row = insert(UserSubject).values(
        user_id=user_id,
        brand_id=brand_of(session),
        issuer=issuer,
        subject=subject[:SUBJECT_LENGTH_MAX],
        linked_at=now,
    )
    if session.scalar(row.on_conflict_do_nothing().returning(UserSubject.user_id)) is None:
        raise SubjectTaken
    record(
        session,
        actor=actor,
        action="user.linked",
        subject=("user", user_id),
        after={"issuer": issuer},
        now=now,
    )


def unlink_subject(session: Session, *, user_id: int, actor: Actor, now: datetime) -> None:
    """The person signs in with the password alone. Calling twice changes nothing.

    raises   NotFound
    effects  audit user.unlinked
    """
    locked_user(session, user_id=user_id)
    gone = delete(UserSubject).where(UserSubject.user_id == user_id).returning(UserSubject.user_id)
    if session.scalar(gone) is not None:
        record(session, actor=actor, action="user.unlinked", subject=("user", user_id), now=now)


def link_by_owner(session: Session, *, user_id: int, subject: str, actor: Actor, now: datetime) -> None:
    """Whoever the brand's provider calls `subject` is this person.

    raises   NoSignOn, NotFound, SubjectTaken
    effects  those of `link_subject`
    """
    row = session.get(SignOn, brand_of(session))
    if row is None:
        raise NoSignOn
    link_subject(session, user_id=user_id, issuer=row.issuer, subject=subject, actor=actor, now=now)


def begin(app: App, *, brand_id: int, link_user_id: int | None, back: str, now: datetime) -> tuple[str, str]:
    """One sign-in begins: where the browser goes, and what it carries, sealed, to be known by when it is back.

    raises  NoSignOn, SignOnUnreachable, SignOnRefused
    """
    row = _enabled(app, brand_id)
    flow = SignOnFlow(
        brand_id=brand_id,
        state=secrets.token_urlsafe(STATE_BYTES),
        nonce=secrets.token_urlsafe(STATE_BYTES),
        verifier=secrets.token_urlsafe(VERIFIER_BYTES),
        began_at=now,
        link_user_id=link_user_id,
    )
    url = authorization_url(
        gateways.discover(row.issuer), client_id=row.client_id, redirect_uri=back, state=flow.state,
        nonce=flow.nonce, verifier=flow.verifier,
    )  # fmt: skip
    plain = json.dumps(asdict(flow) | {"began_at": now.isoformat()})
    return url, app.cipher.encrypt(plain, context=FLOW_CONTEXT).hex()


def finish(
    app: App,
    *,
    sealed: str,
    state: str,
    code: str,
    error: str,
    back: str,
    token: str,
    address: str,
    user_agent: str,
    request_id: str,
    now: datetime,
) -> NewSession | HalfSignedIn | None:
    """Who came back from the provider has a session, or is linked where that was begun: then there is none.

    Who has a second factor here is halfway in (`finish_with_code`), unless the provider asked for one.

    `token` is the session that the browser has: only who began to link, and is signed in still, is linked.

    raises   SignOnRefused, SignOnUnreachable, NoSignOn, SubjectUnknown, SubjectTaken
    effects  those of `enter` or `link_subject`
    """
    flow = resume_flow(sealed, cipher=app.cipher, state=state, now=now)
    if error or not code:
        raise SignOnRefused(why=f"the provider says {error[:60] or 'nothing'}")
    row = _enabled(app, flow.brand_id)
    place = gateways.discover(row.issuer)
    claims = gateways.claims_for_code(
        place, code=code, client_id=row.client_id, secret=secret_of(row, cipher=app.cipher), redirect_uri=back,
        verifier=flow.verifier,
    )  # fmt: skip
    subject = subject_of(claims, issuer=place.issuer, client_id=row.client_id, nonce=flow.nonce, now=now)
    with app.db.transaction(brand_id=None, role=Role.LOGIN) as session:
        if flow.link_user_id is None:
            user = user_by_subject(session, brand_id=flow.brand_id, issuer=row.issuer, subject=subject)
            has = user.second_factor_since is not None
            if needs_our_factor(claims, has_second_factor=has, asked_for=row.asks_second_factor):
                return _halfway(app.cipher, user, now)
            return enter(
                session, user=user, address=address, user_agent=user_agent, request_id=request_id, now=now
            )
        opened = resume_session(session, token=token, now=now)
    if opened is None or opened.user.user_id != flow.link_user_id:
        raise SignOnRefused(why="whoever began it is signed in no more")
    actor = Actor("user", flow.link_user_id, opened.user.login, address, request_id)
    with app.db.transaction(brand_id=flow.brand_id) as session:
        link_subject(
            session, user_id=flow.link_user_id, issuer=row.issuer, subject=subject, actor=actor, now=now
        )
    return None


def _enabled(app: App, brand_id: int) -> SignOn:
    """The brand's provider, if it is in use.

    raises  NoSignOn
    """
    with app.db.transaction(brand_id=None, role=Role.LOGIN) as session:
        row = session.get(SignOn, brand_id)
    if row is None or not row.enabled:
        raise NoSignOn
    return row


def resume_flow(sealed: str, *, cipher: Cipher, state: str, now: datetime) -> SignOnFlow:
    """The sign-in that this browser began, if the provider answers it and not another.

    raises  SignOnRefused
    """
    try:
        found = json.loads(cipher.decrypt(bytes.fromhex(sealed), context=FLOW_CONTEXT))
    except (WrongKey, ValueError) as broken:
        raise SignOnRefused(why="this browser did not begin it") from broken
    flow = SignOnFlow(**{**found, "began_at": datetime.fromisoformat(found["began_at"])})
    if not secrets.compare_digest(flow.state.encode(), state.encode()):
        raise SignOnRefused(why="it answers another sign-in")
    if now - flow.began_at > timedelta(seconds=FLOW_SECONDS):
        raise SignOnRefused(why="it took too long")
    return flow


def finish_with_code(
    session: Session,
    *,
    cipher: Cipher,
    sealed: str,
    code: str,
    address: str,
    user_agent: str,
    request_id: str,
    now: datetime,
) -> NewSession | SignOnRefused | WrongSecondFactor | TooManyAttempts:
    """Who was halfway in has a session by their second factor, or the failure is counted. For Role.LOGIN.

    A refusal is returned, not raised: its count must be committed before it is told.

    effects  those of `enter`
    """
    try:
        found = json.loads(cipher.decrypt(bytes.fromhex(sealed), context=HALFWAY_CONTEXT))
    except (WrongKey, ValueError):
        return SignOnRefused(why="this browser did not begin it")
    if now - datetime.fromisoformat(found["at"]) > timedelta(seconds=FLOW_SECONDS):
        return SignOnRefused(why="it took too long")
    user = session.get(AppUser, found["user_id"])
    if user is None or user.disabled:
        return SignOnRefused(why="the account is closed")
    attempt = Attempt.of(login=user.login, address=address)
    if seconds := wait_for(session, attempt=attempt, now=now):
        return TooManyAttempts(retry_after_seconds=seconds)
    if not takes_code(session, cipher=cipher, user_id=user.user_id, code=code, now=now):
        count_failure(session, attempt=attempt, now=now)
        return WrongSecondFactor()
    forget_failures(session, attempt=attempt)
    return enter(session, user=user, address=address, user_agent=user_agent, request_id=request_id, now=now)


def _halfway(cipher: Cipher, user: AppUser, now: datetime) -> HalfSignedIn:
    plain = json.dumps({"user_id": user.user_id, "at": now.isoformat()})
    return HalfSignedIn(cipher.encrypt(plain, context=HALFWAY_CONTEXT).hex())


def user_by_subject(session: Session, *, brand_id: int, issuer: str, subject: str) -> AppUser:
    """The person whom the provider calls so. For a session of Role.LOGIN outside any brand.

    A name or an e-mail of the provider's counts for nothing: whoever may write those could be anybody.

    raises  SubjectUnknown
    """
    user = session.scalar(
        select(AppUser)
        .join(UserSubject, UserSubject.user_id == AppUser.user_id)
        .where(
            UserSubject.brand_id == brand_id,
            UserSubject.issuer == issuer,
            UserSubject.subject == subject,
            AppUser.disabled.is_(False),
        )
    )
    if user is None:
        raise SubjectUnknown
    return user


def enter(
    session: Session, *, user: AppUser, address: str, user_agent: str, request_id: str, now: datetime
) -> NewSession:
    """The person has a session, opened by single sign-on.

    effects  one row in web_session; audit session.opened; the session has entered the brand
    """
    enter_brand(session, brand_id=user.brand_id)
    actor = Actor("user", user.user_id, user.login, address, request_id)
    return open_session(session, user=user, user_agent=user_agent, actor=actor, by="sign_on", now=now)


def sign_on_of(session: Session, *, brand_code: str) -> SignOn:
    """The provider of the brand with this code, if it is in use. For a session of Role.LOGIN outside any brand.

    raises  NoSignOn, be the brand unknown or without a provider
    """
    row = session.scalar(
        select(SignOn)
        .join(Brand, Brand.brand_id == SignOn.brand_id)
        .where(Brand.code == brand_code, SignOn.enabled.is_(True))
    )
    if row is None:
        raise NoSignOn
    return row


def secret_of(row: SignOn, *, cipher: Cipher) -> str | None:
    """What the provider knows Siyu by, in clear for a request to it; None for a public client."""
    if row.secret_sealed is None:
        return None
    return cipher.decrypt(row.secret_sealed, context=secret_context(row.brand_id))


def secret_context(brand_id: int | str) -> str:
    """What the client secret is sealed for."""
    return f"sign-on/{brand_id}"
