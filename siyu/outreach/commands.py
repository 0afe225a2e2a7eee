"""`siyu message wake`: messages that nobody would take up any more are sent after all."""

from typing import Annotated

import typer

from siyu.kernel.audit import COMMAND_LINE
from siyu.kernel.clock import utcnow
from siyu.kernel.terminal import PAGE, Terminal, print_json
from siyu.organisation.api import all_brands, chosen_brand
from siyu.outreach.actions.wake import wake_stuck

app = typer.Typer(no_args_is_help=True, help="Messages on their way.")


@app.callback()
def messages() -> None:
    """Messages on their way."""


@app.command("wake")
def wake(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="Machine-readable.")] = False
) -> None:
    """Wake messages that `siyu doctor` finds stuck, in every brand or in the chosen one; a worker then sends them."""
    terminal: Terminal = context.obj
    with terminal.app() as opened:
        with opened.db.transaction(brand_id=None) as session:
            chosen = chosen_brand(session, code=terminal.brand_code) if terminal.brand_code else None
            brands = (chosen,) if chosen else all_brands(session)
        woken = {}
        for brand in brands:
            with opened.db.transaction(brand_id=brand.brand_id) as session:
                woken[brand.code] = wake_stuck(session, actor=COMMAND_LINE, now=utcnow())
    if as_json:
        print_json(woken)
    else:
        for code, number in woken.items():
            PAGE.print(
                f"{code}: {number:,} messages woken" if number else f"{code}: none was stuck", markup=False
            )
