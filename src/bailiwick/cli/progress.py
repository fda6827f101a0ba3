"""Progress of long commands: a bar on a terminal, nothing with --json or in a pipe."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from bailiwick.cli.output import Output

Advance = Callable[[int, int | None], None]
"""Called with what is done and, when known, how much there is."""


@contextmanager
def bar(output: Output, title: str) -> Generator[Advance]:
    """Show a bar while the block runs."""
    if output.as_json or not output.console.is_terminal:
        yield lambda _done, _total: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=output.console,
        transient=True,
    ) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
