"""Background work of people."""

from typing import Any

from siyu.kernel.app import App
from siyu.kernel.audit import Actor
from siyu.kernel.clock import utcnow
from siyu.kernel.jobs import Job
from siyu.people.actions.follow import FOLLOW, follow_identities
from siyu.people.actions.limits import LIMIT_JOB, run_limit
from siyu.people.actions.namespaces import CHANGE_JOB, policy_from, run_change
from siyu.people.actions.seal import SEAL_JOB, seal_consents
from siyu.people.actions.tag_runs import TAG_JOB, UNDO_JOB, listed_customers, run_tagging, undo_tagging
from siyu.people.actions.verify import VERIFY_JOB, run_verification


def _follow_identities(app: App, *, brand_id: int, identity_ids: list[int]) -> None:
    follow_identities(app, brand_id=brand_id, identity_ids=identity_ids, now=utcnow())


def _tag_customers(app: App, *, brand_id: int, task_id: int, tag_run_id: int) -> None:
    del task_id  # by which the job and its task are known to each other
    run_tagging(
        app, brand_id=brand_id, tag_run_id=tag_run_id, now=utcnow(),
        customers=lambda session: listed_customers(session, tag_run_id=tag_run_id),
    )  # fmt: skip


def _undo_tagging(app: App, *, brand_id: int, task_id: int, tag_run_id: int) -> None:
    undo_tagging(app, brand_id=brand_id, task_id=task_id, tag_run_id=tag_run_id, now=utcnow())


def _regroup_namespace(
    app: App, *, brand_id: int, task_id: int, policy: dict[str, Any], actor: dict[str, Any]
) -> None:
    run_change(
        app,
        brand_id=brand_id,
        task_id=task_id,
        policy=policy_from(policy),
        actor=Actor(**actor),
        now=utcnow(),
    )


def _regroup_limit(
    app: App, *, brand_id: int, task_id: int, identities_max: int, actor: dict[str, Any]
) -> None:
    run_limit(
        app,
        brand_id=brand_id,
        task_id=task_id,
        identities_max=identities_max,
        actor=Actor(**actor),
        now=utcnow(),
    )


def _seal_consents(app: App, *, brand_id: int) -> None:
    seal_consents(app.db, brand_id=brand_id, now=utcnow())


def _verify_consents(app: App, *, brand_id: int, task_id: int) -> None:
    run_verification(app, brand_id=brand_id, task_id=task_id, now=utcnow())


JOBS = (
    Job(FOLLOW, _follow_identities),
    Job(TAG_JOB, _tag_customers),
    Job(UNDO_JOB, _undo_tagging),
    Job(CHANGE_JOB, _regroup_namespace),
    Job(LIMIT_JOB, _regroup_limit),
    Job(SEAL_JOB, _seal_consents),
    Job(VERIFY_JOB, _verify_consents),
)
