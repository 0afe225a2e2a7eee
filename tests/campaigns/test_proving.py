"""A campaign's proof: each recipient with the entry that allowed the message when it went out."""

import io
import json
import subprocess
import sys
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import text

from siyu.campaigns.actions.proving import drop_proof, proof_path, request_proof, run_proof, take_proof
from siyu.kernel.app import App
from siyu.kernel.errors import NotFound
from siyu.people.actions.seal import seal_consents
from siyu.people.api import forget_import
from tests.campaigns.makers import AUTHOR, LAUNCH, Person, make_campaign, make_people, phone_of

PEOPLE = [Person(), Person(), Person(consent=None), Person(consent=False)]

# What a sender that forgot the gate would have done: a message to everybody.
SENT = """
    INSERT INTO message_template (brand_id, campaign_id, text, signature, opt_out_line, message_class, created_at)
    VALUES (:brand, :campaign, 't', 's', 'o', 'marketing', :now)
"""
MESSAGES = """
    INSERT INTO message (brand_id, send_key, campaign_id, customer_id, address_id, template_id, channel, message_class,
                         state, attempts, segments, cost_centifen, expires_at, planned_at, sent_at, final_at)
    SELECT :brand, 'k' || c.customer_id, :campaign, c.customer_id,
           (SELECT identity_id FROM customer_identity i WHERE i.customer_id = c.customer_id AND i.namespace = 'phone'),
           t.template_id, 'sms', 'marketing', 'delivered', 1, 1, 450, :now, :now, :now, :now
    FROM customer c JOIN message_template t ON t.campaign_id = :campaign ORDER BY c.customer_id
"""


@pytest.fixture
def sent(app: App, brand_id: int, segment_of) -> int:
    """A campaign whose messages went out an hour after its launch; one customer refused afterwards."""
    with app.db.transaction(brand_id=brand_id) as session:
        make_people(app, session, PEOPLE)
        campaign = make_campaign(session, segment_id=segment_of(session), submitted=False)
        given = {"brand": brand_id, "campaign": campaign.campaign_id, "now": LAUNCH + timedelta(hours=1)}
        for statement in (SENT, MESSAGES):
            session.execute(text(statement), given)
        session.execute(
            text("""INSERT INTO consent_entry (brand_id, customer_id, channel, purpose, granted, source, said_at,
                                               recorded_at)
                    SELECT :brand, min(customer_id), 'sms', 'marketing', false, 'sms_reply', :later, :later
                    FROM customer"""),
            {"brand": brand_id, "later": LAUNCH + timedelta(days=1)},
        )
    return campaign.campaign_id


def proved(app: App, brand_id: int, campaign_id: int) -> tuple[int, bytes]:
    with app.db.transaction(brand_id=brand_id) as session:
        task_id = request_proof(
            session, campaign_id=campaign_id, reason="12321 complaint", actor=AUTHOR, now=LAUNCH
        )
    again = {"task_id": task_id, "campaign_id": campaign_id, "reason": "12321 complaint", "actor": AUTHOR}
    for _ in range(2):  # run again it does nothing
        run_proof(app, brand_id=brand_id, **again, now=LAUNCH + timedelta(days=2))
    with app.db.transaction(brand_id=brand_id) as session:
        pieces, name = take_proof(
            session, home=app.settings.home, cipher=app.cipher, task_id=task_id, actor=AUTHOR,
            now=LAUNCH + timedelta(days=2),
        )  # fmt: skip
        assert name.endswith(".zip")
        return task_id, b"".join(pieces)


def test_each_recipient_stands_with_the_entry_of_that_moment(
    app: App, brand_id: int, sent: int, tmp_path
) -> None:
    seal_consents(app.db, brand_id=brand_id, now=LAUNCH)
    task_id, content = proved(app, brand_id, sent)
    kept = proof_path(app.settings.home, brand_id=brand_id, task_id=task_id)
    assert kept.stat().st_mode & 0o777 == 0o600
    assert b"PK\x03\x04" not in kept.read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        proof = json.loads(archive.read("proof.json"))
        recipients = json.loads(archive.read("recipients-0001.json"))
        page = archive.read("recipients-0001.html").decode()
        archive.extract("check.py", tmp_path)
    assert [one["entry"] is not None for one in recipients] == [True, True, False, False]
    assert recipients[0]["entry"]["source"] == "form"
    assert recipients[0]["phone"].endswith(phone_of(0))
    assert proof["subject"]["without_entry"] == 2
    assert page.count("没有 none") == 2
    (tmp_path / "proof.zip").write_bytes(content)
    told = subprocess.run(
        [sys.executable, "-I", "check.py", "proof.zip"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.returncode, "2 entries (0 not sealed yet)" in told.stdout) == (0, True), told.stdout
    drop_proof(app.settings.home, brand_id=brand_id, proof_id=task_id)
    with app.db.transaction(brand_id=brand_id) as session, pytest.raises(NotFound):
        take_proof(
            session, home=app.settings.home, cipher=app.cipher, task_id=task_id, actor=AUTHOR, now=LAUNCH
        )


def test_what_was_taken_back_later_still_allowed_the_message(app: App, brand_id: int, sent: int) -> None:
    """The import that said yes is undone a day after the message: at that moment it stood."""
    with app.db.transaction(brand_id=brand_id) as session:
        session.execute(
            text("""INSERT INTO consent_entry (brand_id, customer_id, channel, purpose, granted, source, said_at,
                                               recorded_at, added_by_batch)
                    SELECT :brand, max(customer_id), 'sms', 'marketing', true, 'file', :at, :at, 77 FROM customer"""),
            {"brand": brand_id, "at": LAUNCH},
        )
        forget_import(session, batch_id=77, keep={}, now=LAUNCH + timedelta(days=1))
    _, content = proved(app, brand_id, sent)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        recipients = json.loads(archive.read("recipients-0001.json"))
    assert [one["entry"] is not None for one in recipients] == [True, True, False, True]
    assert recipients[3]["entry"]["taken_back_by"] is not None
    assert recipients[3]["entry"]["seal_no"] is None
