"""Checks of papers in an invented city."""

from collections.abc import Sequence

from exchange.gateways import registers
from exchange.gateways.shared_registers.mapping import Confirmation


class FakeSharedRegisters:
    """Stands in for SharedRegistersClient: confirms every paper but those the demo's registers lack."""

    def check(self, number: str, name: str, papers: Sequence[str]) -> dict[str, Confirmation]:
        """What the registers say of each paper; one that no register keeps is missing."""
        registers.refuse_when_out("shared_registers")
        lacking = registers.known("lacking", number).get("papers", ())
        return {paper: _confirmation(number, paper, confirmed=paper not in lacking) for paper in papers}


def _confirmation(number: str, paper: str, *, confirmed: bool) -> Confirmation:
    keepers: dict[str, str] = registers.listed("keepers")
    source = next((keeper for word, keeper in keepers.items() if word in paper), "省数据共享平台")
    serial = registers.dice(number, paper).randint(0, 10**10 - 1)
    return Confirmation(
        confirmed, source, reference=f"HY{serial:010d}", facts={"核验结论": "一致" if confirmed else "未查到"}
    )
