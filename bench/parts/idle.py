"""Nobody who sends anything, where only what people say is measured."""


class Idle:
    """No sweep: what becomes due stays so."""

    def wake(self) -> None:
        """Nothing is sent."""

    async def idle(self) -> None:
        """Nothing is under way."""
