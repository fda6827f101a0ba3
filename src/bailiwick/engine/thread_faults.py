"""What can be wrong with a request about a thread; surfaces tell them apart by their type."""

from bailiwick.domain.fault import BailiwickFault, InputFault


class UnableToUseThread(InputFault):
    """What was asked of a thread cannot be done; the message says why (422)."""


class UnableToFindThread(UnableToUseThread):
    """There is no thread, run or checkpoint of this id (404)."""


class UnableToTakeThread(UnableToUseThread):
    """The thread is there already, busy, or waits for a person (409)."""

    def __init__(self, message: str, *, interrupt_ids: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.interrupt_ids = interrupt_ids
        """Of the interrupts that wait, where the answer must name one."""


class LostThread(BailiwickFault):
    """Another process has taken the thread over: nothing more of this run is written."""
