"""`bailiwick mcp`: the Model Context Protocol over standard streams, for agents on this machine."""

from cyclopts import App

from bailiwick.cli.exits import Exit
from bailiwick.cli.session import As, Json, application, person

app = App(name="mcp", help="Serve other people's agents: they read and propose, never decide.")


@app.command
def serve(*, as_: As = "", json: Json = False) -> int:
    """Serve the Model Context Protocol on standard input and output until the input ends.

    Agents have the role and reach of the person; nothing but the protocol is printed. Over HTTP,
    `bailiwick serve` answers under /mcp.
    """
    from bailiwick.mcp.transport import serve_stdio

    del json  # the protocol is JSON anyway; failures are told as `main` tells them
    with application() as bailiwick:
        serve_stdio(bailiwick, person(bailiwick, as_).email)
    return Exit.OK
