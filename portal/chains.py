"""
The chain: departments as a small graph, laid out from left to right. Pure; knows no model.

A node stands in the column of its stage. Edges already told by a longer way round are left out of the
picture, as the eye follows the rest. A stage of more than eight is folded into several columns with a
frame around them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from portal.reading import peek
from portal.tones import Tone, tone_of

#: Nodes one above the other before a stage is folded.
FOLD = 8
#: Names told one by one; of more, only the number.
MANY = 3
#: Units of the drawing: a column is 100 wide, half a row is 50 high.
WIDE, HALF = 100, 50

Edge = tuple[str, str]


@dataclass(frozen=True)
class Node:
    """One department's part, as the chain shows it."""

    code: str
    name: str
    department: str
    stage: int = 1
    status: Any = ""
    due: date | None = None
    days: int | None = None
    url: str = ""

    @property
    def tone(self) -> Tone:
        return tone_of(self.status)


@dataclass(frozen=True)
class Placed:
    """A node in the grid: column and row are grid lines, counted from 1; the heading is row 1."""

    node: Node
    column: int
    row: int
    needs: tuple[str, ...]

    @property
    def is_last_of_many(self) -> bool:
        """Whether naming everything it waits for would only be a wall of words."""
        return len(self.needs) > MANY

    @property
    def x(self) -> int:
        return self.column * WIDE - WIDE // 2

    @property
    def y(self) -> int:
        return (self.row - 1) * HALF


@dataclass(frozen=True)
class Stage:
    """All that is handled at the same time."""

    number: int
    column: int
    width: int
    nodes: tuple[Placed, ...]

    @property
    def departments(self) -> int:
        return len({placed.node.department for placed in self.nodes})

    @property
    def needs(self) -> tuple[str, ...]:
        """What everybody here waits for alike: told once for all of them, before any of it is under way."""
        alike = {placed.needs for placed in self.nodes}
        begun = any(placed.node.tone is not Tone.WAITING for placed in self.nodes)
        return alike.pop() if len(self.nodes) > 1 and len(alike) == 1 and not begun else ()

    @property
    def is_folded(self) -> bool:
        return self.width > 1

    @property
    def left(self) -> int:
        return (self.column - 1) * WIDE + 4

    @property
    def right(self) -> int:
        return (self.column - 1 + self.width) * WIDE - 4

    @property
    def frame(self) -> int:
        return self.right - self.left


@dataclass(frozen=True)
class Line:
    """An edge as the SVG draws it."""

    path: str
    tone: Tone


@dataclass(frozen=True)
class Chain:
    """The finished picture: stages to list, lines to draw behind them."""

    stages: tuple[Stage, ...]
    edges: frozenset[Edge]
    half_rows: int

    @property
    def columns(self) -> int:
        return sum(stage.width for stage in self.stages)

    @property
    def view_box(self) -> str:
        return f"0 0 {self.columns * WIDE} {self.half_rows * HALF}"

    @property
    def height(self) -> int:
        return self.half_rows * HALF

    @property
    def size(self) -> str:
        """How much room the picture needs before the list is the better reading."""
        return "small" if self.columns <= 3 else "large"

    @cached_property
    def _placed(self) -> dict[str, Placed]:
        return {placed.node.code: placed for stage in self.stages for placed in stage.nodes}

    @cached_property
    def _stage_of(self) -> dict[str, Stage]:
        return {placed.node.code: stage for stage in self.stages for placed in stage.nodes}

    @property
    def folded(self) -> list[Stage]:
        return [stage for stage in self.stages if stage.is_folded]

    @property
    def lines(self) -> list[Line]:
        """Each path once, the ones under way drawn last."""
        drawn = {self._line(*edge) for edge in self.edges}
        return sorted(drawn, key=lambda line: (line.tone is not Tone.WAITING, line.path))

    def _line(self, before: str, after: str) -> Line:
        x1, y1 = self._leaves(before)
        x2, y2 = self._enters(after)
        bend1, bend2 = min(x1 + WIDE // 2 - 12, x2), max(x2 - WIDE // 2 + 12, x1)
        middle = (bend1 + bend2) // 2
        path = f"M{x1} {y1}H{bend1}C{middle} {y1} {middle} {y2} {bend2} {y2}H{x2}"
        tone = self._placed[before].node.tone
        return Line(path, tone if tone in {Tone.DONE, Tone.ENDED} else Tone.WAITING)

    def _leaves(self, code: str) -> tuple[int, int]:
        stage = self._stage_of[code]
        if stage.is_folded and self._alike(stage, self._after):
            return stage.right, self.half_rows * HALF // 2
        return self._placed[code].x, self._placed[code].y

    def _enters(self, code: str) -> tuple[int, int]:
        stage = self._stage_of[code]
        if stage.is_folded and self._alike(stage, self._before):
            return stage.left, self.half_rows * HALF // 2
        return self._placed[code].x, self._placed[code].y

    @staticmethod
    def _alike(stage: Stage, neighbours: Mapping[str, set[str]]) -> bool:
        """Whether one line to the frame says the truth about everybody inside it."""
        return len({frozenset(neighbours.get(placed.node.code, ())) for placed in stage.nodes}) == 1

    @cached_property
    def _before(self) -> dict[str, set[str]]:
        return _grouped((after, before) for before, after in self.edges)

    @cached_property
    def _after(self) -> dict[str, set[str]]:
        return _grouped(self.edges)


def chain(source: Any, *, by_department: bool = False) -> Chain:
    """Lay out a plan, a list of reviews, or {"nodes": …, "edges": …}; maybe one node for a department and stage."""
    nodes, edges = read(source)
    if by_department:
        nodes, edges = _joined(nodes, edges)
    if not nodes:
        return Chain((), frozenset(), 0)
    needed = _grouped((after, before) for before, after in edges)
    stages = _by_stage(nodes, needed)
    folds = [-(-len(stage) // FOLD) for stage in stages]
    tallest = max(-(-len(stage) // fold) for stage, fold in zip(stages, folds, strict=True))
    names = {node.code: node.name for node in nodes}
    placed, column = [], 1
    for number, (stage, fold) in enumerate(zip(stages, folds, strict=True), start=1):
        spots = _spots(stage, fold, column, tallest)
        standing = tuple(
            Placed(node, at, row, tuple(names[code] for code in names if code in needed.get(node.code, ())))
            for node, (at, row) in zip(stage, spots, strict=True)
        )
        placed.append(Stage(number, column, fold, standing))
        column += fold
    return Chain(tuple(placed), frozenset(reduced(edges)), 2 * tallest)


def _spots(stage: Sequence[Node], fold: int, column: int, tallest: int) -> list[tuple[int, int]]:
    """Column and row line of each node of one stage; the stage is centred on the tallest."""
    per_column = -(-len(stage) // fold)
    top = tallest - per_column + 2
    return [
        (column + position // per_column, top + 2 * (position % per_column)) for position in range(len(stage))
    ]


def read(source: Any) -> tuple[list[Node], list[Edge]]:
    """Nodes and edges out of whatever the page has."""
    things = peek(source, "nodes", "matters", "reviews") or (
        source if not isinstance(source, Mapping) else ()
    )
    things = list(things)
    nodes = [_node(thing) for thing in things]
    known = {node.code for node in nodes}
    edges = peek(source, "edges")
    if edges is None:
        edges = [
            (before, node.code) for thing, node in zip(things, nodes, strict=True) for before in _needs(thing)
        ]
    return nodes, [(before, after) for before, after in edges if before in known and after in known]


def _needs(thing: Any) -> Iterable[str]:
    return peek(thing, "depends_on", default=())


def _node(thing: Any) -> Node:
    if isinstance(thing, Node):
        return thing
    department = peek(thing, "department", default="")
    return Node(
        code=str(peek(thing, "code", "matter_code", "matter", "id")),
        name=str(peek(thing, "name", "matter_name", default="")),
        department=str(peek(department, "name", default=department)),
        stage=peek(thing, "stage", default=1),
        status=peek(thing, "status", default=""),
        due=peek(thing, "due", "due_at", "due_on"),
        days=peek(thing, "days", "promised_days"),
        url=peek(thing, "url", default=""),
    )


def _joined(nodes: Sequence[Node], edges: Iterable[Edge]) -> tuple[list[Node], list[Edge]]:
    """The first node of each department in each stage, standing for the others."""
    first: dict[tuple[int, str], Node] = {}
    for node in nodes:
        first.setdefault((node.stage, node.department), node)
    stands = {node.code: first[node.stage, node.department].code for node in nodes}
    return list(first.values()), [(stands[before], stands[after]) for before, after in edges]


def _by_stage(nodes: Sequence[Node], needed: Mapping[str, set[str]]) -> list[list[Node]]:
    """Stages in order; inside one, each node near those it waits for, so that fewer lines cross."""
    height: dict[str, float] = {}
    stages = []
    for number in sorted({node.stage for node in nodes}):
        here = [node for node in nodes if node.stage == number]
        here.sort(
            key=lambda node: _mean([height[code] for code in needed.get(node.code, ()) if code in height])
        )
        height |= {node.code: position - len(here) / 2 for position, node in enumerate(here)}
        stages.append(here)
    return stages


def _mean(heights: Sequence[float]) -> float:
    return sum(heights) / len(heights) if heights else 0.0


def reduced(edges: Iterable[Edge]) -> list[Edge]:
    """The edges without those that a longer way round already tells."""
    edges = list(dict.fromkeys(edges))
    after = _grouped(edges)
    return [
        (before, behind)
        for before, behind in edges
        if not any(behind in _reachable(other, after) for other in after[before] - {behind})
    ]


def _reachable(code: str, after: Mapping[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = [code]
    while waiting:
        new = after.get(waiting.pop(), set()) - seen
        seen |= new
        waiting.extend(new)
    return seen


def _grouped(pairs: Iterable[Edge]) -> dict[str, set[str]]:
    groups: dict[str, set[str]] = {}
    for first, second in pairs:
        groups.setdefault(first, set()).add(second)
    return groups
