"""What a benchmark has measured, and how it says so."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One figure, and what the baseline did in the same run where it can be compared."""

    name: str
    figure: float
    unit: str
    baseline: float | None = None

    @property
    def ratio_to_baseline(self) -> float | None:
        """How many times the baseline it is."""
        return self.figure / self.baseline if self.baseline else None


def tell(rows: Iterable[Row], *, as_json: bool) -> None:
    """Print them: for people, or as one list of objects."""
    if as_json:
        print(json.dumps([asdict(row) | {"ratio_to_baseline": row.ratio_to_baseline} for row in rows]))
        return
    table = [*rows]
    widest = max((len(row.name) for row in table), default=0)
    for row in table:
        beside = "" if row.baseline is None else f"{row.baseline:10.1f} baseline"
        beside += "" if row.ratio_to_baseline is None else f"  {row.ratio_to_baseline:6.2f}"
        print(f"{row.name:{widest}}{row.figure:10.1f} {row.unit:8}{beside}".rstrip())
