"""Why a report cannot be made."""

from longhand.errors import LonghandError


class NothingToReport(LonghandError):
    """A stage whose outcome a report is about has not run."""

    code = "nothing_to_report"


class DamagedHistory(LonghandError):
    """The figures of earlier reports cannot be read."""

    code = "damaged_history"
