"""`siyu user …` and `siyu brand …`: what must work before anybody can sign in."""

from typing import Annotated

import typer

from siyu.kernel.audit import COMMAND_LINE
from siyu.kernel.clock import utcnow
from siyu.kernel.lake_migrations import migrate_brand
from siyu.kernel.terminal import NOTES, Terminal, print_json
from siyu.organisation import queries
from siyu.organisation.actions.brands import create_brand
from siyu.organisation.actions.passwords import reset_password
from siyu.organisation.actions.users import create_user
from siyu.organisation.contracts import StaffRole

user_commands = typer.Typer(no_args_is_help=True, help="The people who work for a brand.")
brand_commands = typer.Typer(no_args_is_help=True, help="The brands of this installation.")


@user_commands.command("add")
def add_user(
    context: typer.Context,
    login: Annotated[str, typer.Argument(help="2 to 64 letters, digits and . _ - + @")],
    role: Annotated[list[StaffRole], typer.Option(help="May be given more than once.")],
    name: Annotated[str | None, typer.Option(help="The name colleagues read; the login if absent.")] = None,
) -> None:
    """Add a person; prints the one-time password they must change when they sign in."""
    terminal: Terminal = context.obj
    with terminal.app() as app:
        with app.db.transaction(brand_id=None) as session:
            brand = queries.chosen_brand(session, code=terminal.brand_code)
        with app.db.transaction(brand_id=brand.brand_id) as session:
            new = create_user(
                session, login=login, display_name=name or login, roles=role, actor=COMMAND_LINE, now=utcnow()
            )
    print_json({"brand": brand.code, "login": new.user.login, "one_time_password": new.one_time_password})


@user_commands.command("reset")
def reset_user(context: typer.Context, login: str) -> None:
    """Give a person a new one-time password and end all their sessions."""
    terminal: Terminal = context.obj
    with terminal.app() as app:
        with app.db.transaction(brand_id=None) as session:
            brand = queries.chosen_brand(session, code=terminal.brand_code)
        with app.db.transaction(brand_id=brand.brand_id) as session:
            user = queries.user_by_login(session, login=login)
            password = reset_password(session, user_id=user.user_id, actor=COMMAND_LINE, now=utcnow())
    print_json({"brand": brand.code, "login": user.login, "one_time_password": password})


@brand_commands.command("add")
def add_brand(
    context: typer.Context,
    code: Annotated[str, typer.Argument(help="2 to 32 small letters, digits and hyphens; never changes.")],
    name: Annotated[str, typer.Argument(help="The name people read.")],
    time_zone: Annotated[
        str, typer.Option(help="IANA name of the zone its days are counted in.")
    ] = "Asia/Shanghai",
    currency: Annotated[str, typer.Option(help="The currency it reports in; never changes.")] = "CNY",
) -> None:
    """Add a brand with its empty lake."""
    terminal: Terminal = context.obj
    with terminal.app() as app:
        now = utcnow()
        with app.db.transaction(brand_id=None) as session:
            brand = create_brand(
                session,
                code=code,
                name=name,
                time_zone=time_zone,
                currency=currency,
                actor=COMMAND_LINE,
                now=now,
            )
        migrate_brand(app.lake, brand_id=brand.brand_id, now=now)
    NOTES.print(f"Next: siyu --brand {brand.code} user add LOGIN --role owner")
    print_json({"brand_id": brand.brand_id, "code": brand.code})


@brand_commands.command("list")
def list_brands(context: typer.Context) -> None:
    """All brands, as JSON."""
    terminal: Terminal = context.obj
    with terminal.app() as app, app.db.transaction(brand_id=None) as session:
        brands = queries.all_brands(session)
    keys = ("brand_id", "code", "name", "time_zone", "currency", "demo")
    print_json([{key: getattr(brand, key) for key in keys} for brand in brands])
