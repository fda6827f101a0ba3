"""`bailiwick workspace`: what the workspace says of itself, and correcting it."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.session import As, Json, application, person
from bailiwick.kit.plain import plain

if TYPE_CHECKING:
    from bailiwick.domain.crm import Workspace

app = App(name="workspace", help="What the workspace says of itself.")
Company = Annotated[str | None, Parameter(help="Your company's name, as mail signs it.")]
Postal = Annotated[
    str | None, Parameter(help="Stands under advertising; most countries ask for one.")
]
Zone = Annotated[str | None, Parameter(help="IANA zone that is assumed for contacts without one.")]


@app.command
def show(*, json: Json = False) -> int:
    """Show the workspace."""
    with application() as bailiwick, bailiwick.units.read() as unit:
        return _shown(Output(as_json=json), unit.crm.workspace())


@app.command(name="set")
def set_(
    *,
    postal_address: Postal = None,
    company: Company = None,
    timezone: Zone = None,
    as_: As = "",
    json: Json = False,
) -> int:
    """Correct what `init` was told; an admin does that. Restart what serves the workspace."""
    from bailiwick.wiring.founding import correct

    with application() as bailiwick:
        now = correct(
            bailiwick,
            by=person(bailiwick, as_).person_id,
            company=company,
            postal_address=postal_address,
            timezone=timezone,
        )
    return _shown(Output(as_json=json), now)


def _shown(output: Output, workspace: "Workspace") -> int:
    output.answer(plain(workspace))
    output.pairs(
        workspace.name,
        {
            "id": workspace.workspace_id,
            "mailbox": workspace.mailbox,
            "company": workspace.company,
            "postal address": workspace.postal_address or "-",
            "time zone": workspace.timezone,
            "consent law without a country": workspace.jurisdiction,
        },
    )
    return Exit.OK
