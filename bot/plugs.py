"""What is plugged in: adapters, and whatever else an entry point names."""

from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from tomllib import loads

_CHECKOUT = Path(__file__).parent.parent / "pyproject.toml"


def plugs(group: str) -> list[EntryPoint]:
    """The entry points of a group: of everything installed, and of this checkout where it is not installed itself."""
    found = {plug.name: plug for plug in entry_points(group=group)}
    if _CHECKOUT.exists():
        table = loads(_CHECKOUT.read_text("utf-8"))["project"]["entry-points"].get(group, {})
        found |= {name: EntryPoint(name, value, group) for name, value in table.items() if name not in found}
    return [found[name] for name in sorted(found)]
