"""`siyu consent …`: the ledger of consent is sealed, checked, and proved to others."""

import sys
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from siyu.kernel.audit import COMMAND_LINE
from siyu.kernel.clock import utcnow
from siyu.kernel.errors import BadInput
from siyu.kernel.terminal import NOTES, PAGE, Terminal, print_json, progress_bar
from siyu.organisation.api import chosen_brand
from siyu.people.actions.proof import prove_customer
from siyu.people.actions.seal import seal_consents
from siyu.people.contracts import ChainReport
from siyu.people.queries.customers import holder_of
from siyu.people.queries.verifying import NotedHead, verify_chain

consent_commands = typer.Typer(no_args_is_help=True, help="Consent: the ledger, its seals, and proofs.")

FAULTS = {
    "seal_missing": "the seal is not there",
    "seal_changed": "the seal itself was changed, or does not follow from the one before it",
    "entry_missing": "an entry that was sealed is not there",
    "entry_slipped_in": "there is an entry that was not sealed with the others",
    "entry_changed": "an entry, or a text it names, is not what was sealed",
}


@consent_commands.command("verify")
def verify(
    context: typer.Context,
    head: Annotated[
        str, typer.Option(help="NUMBER:DIGEST of a seal that was noted before; the chain must hold it.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Machine-readable.")] = False,
) -> None:
    """Make every seal anew from the entries and compare. Exit code 1 if one does not hold."""
    terminal: Terminal = context.obj
    noted = _noted(head) if head else None
    with terminal.app() as app:
        with app.db.transaction(brand_id=None) as session:
            brand = chosen_brand(session, code=terminal.brand_code)
        with app.db.transaction(brand_id=brand.brand_id) as session, progress_bar() as bar:
            report = verify_chain(session, noted=noted, tell=lambda done, total: bar("seals", done, total))
    if as_json:
        print_json({"brand": brand.code, **asdict(report)})
    else:
        for line in _said(brand.code, report):
            PAGE.print(line, markup=False, soft_wrap=True)
    sys.exit(0 if report.intact else 1)


@consent_commands.command("seal")
def seal(context: typer.Context) -> None:
    """Seal now what no seal covers yet; the worker does it every half minute."""
    terminal: Terminal = context.obj
    with terminal.app() as app:
        with app.db.transaction(brand_id=None) as session:
            brand = chosen_brand(session, code=terminal.brand_code)
        seals = seal_consents(app.db, brand_id=brand.brand_id, now=utcnow())
    NOTES.print(f"{brand.code}: {seals:,} seals added")


@consent_commands.command("prove")
def prove(
    context: typer.Context,
    target: Annotated[Path, typer.Argument(help="The file to write, such as proof.zip.")],
    reason: Annotated[str, typer.Option(help="Why; it stands in the bundle and in the audit log.")],
    customer: Annotated[int | None, typer.Option(help="The customer's number.")] = None,
) -> None:
    """Write a bundle that proves what one person agreed to; without --customer it asks for the phone number."""
    terminal: Terminal = context.obj
    address = "" if customer is not None else typer.prompt("Phone or e-mail", err=True)
    with terminal.app() as app:
        with app.db.transaction(brand_id=None) as session:
            brand = chosen_brand(session, code=terminal.brand_code)
        with app.db.transaction(brand_id=brand.brand_id) as session:
            who = customer if customer is not None else holder_of(session, cipher=app.cipher, address=address)
            proof = prove_customer(
                session, cipher=app.cipher, brand={"code": brand.code, "name": brand.name}, customer_id=who,
                reason=reason, actor=COMMAND_LINE, now=utcnow(),
            )  # fmt: skip
    target.touch(mode=0o600)
    target.write_bytes(proof.content)
    with zipfile.ZipFile(target) as archive:
        names = ", ".join(archive.namelist())
    PAGE.print(f"{target}: {names}; number {proof.mark.number}", markup=False, soft_wrap=True)


def _noted(head: str) -> NotedHead:
    number, _, digest = head.partition(":")
    if not number.isdigit() or len(digest) != 64:  # noqa: PLR2004 -- SHA-256 in hex
        raise BadInput(
            what="--head",
            why=f"{head} is not NUMBER:DIGEST",
            remedy="`siyu consent verify` prints it as head.",
        )
    return NotedHead(int(number), digest.lower())


def _said(code: str, report: ChainReport) -> list[str]:
    if report.broken_seal is not None:
        where = f"seal {report.broken_seal:,} of {report.seals:,}"
        entries = f"entries {report.first_entry_id:,} to {report.last_entry_id:,}"
        hold = f"The {report.broken_seal - 1:,} seals before it hold ({report.entries:,} entries)."
        return [f"{code}: BROKEN at {where} ({entries}): {FAULTS[report.fault or '']}.", hold]
    covered = f"{report.entries:,} entries under {report.seals:,} seals"
    lines = [f"{code}: intact. {covered}; {report.waiting:,} wait for the next one."]
    if report.head:
        lines.append(f"head {report.seals}:{report.head}")
    if report.noted_head_found is True:
        lines.append("The head you noted is in the chain.")
    if report.noted_head_found is False:
        lines[0] = f"{code}: BROKEN. The head you noted is NOT in the chain; it was made anew, or cut short."
    return lines
