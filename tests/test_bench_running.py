"""The benchmarks that run the real program: they bring it up, and find what they are to measure."""

from bench import idle, start


async def test_a_start_is_measured_from_the_process_to_both_platforms() -> None:
    whole, cpu = await start.measure(servers=3, drills=5, rounds=1)
    assert whole.unit == cpu.unit == "s"
    assert whole.baseline is not None
    assert whole.figure > 0 < cpu.figure


async def test_an_idle_bot_is_measured_by_what_it_takes_and_holds() -> None:
    cpu, memory = await idle.measure(servers=3, drills=5, seconds=0.5, settled=0.0)
    assert (cpu.unit, memory.unit) == ("%", "MB")
    assert memory.baseline is not None
    assert memory.figure > memory.baseline > 20
