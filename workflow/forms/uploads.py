"""
What was uploaded for papers, read the same on every page that takes them.

A paper at path `materials.3` has the inputs `.file` (instead of what is here), `.more` and `.photo` (added as
further pages), for files that arrived piece by piece their ids in `.file.arrived` and `.more.arrived`, and
`.upload_id` for what is here already. Several files become one PDF in their order. The button `pages` says
`materials.3 <id> <verb> <page>`, so that pressed twice it moves a page once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from common.errors import DomainError
from files.models import StoredFile
from files.selectors import mine
from files.services import Leaf, combined, rearranged, store
from identity.models import Account
from workflow.rules.drafting import Paper
from workflow.services import Offer, Supply
from workflow.states import MaterialMode

__all__ = ["Brought", "Moved", "Sent", "Supplied", "moved_page", "read_offers", "read_supplies"]

#: Further than this nobody moves pages one by one; and no more files are taken in one go.
MOST_TO_ARRANGE = 30


@dataclass
class Brought:
    """What came with one request: papers that were stored, and by name why others were not."""

    offers: list[Offer] = field(default_factory=list)
    errors: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Supplied:
    """Papers asked for later: by path the file that stands for each now, and why others were not taken."""

    files: dict[str, StoredFile] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    supplies: list[Supply] = field(default_factory=list)


@dataclass(frozen=True)
class Sent:
    """One request's inputs, and the sender's own files it names."""

    post: QueryDict
    files: MultiValueDict[str, UploadedFile]
    by: Account
    known: Mapping[str, StoredFile]

    @classmethod
    def read(
        cls, post: QueryDict, files: MultiValueDict[str, UploadedFile], by: Account, here: Iterable[str] = ()
    ) -> "Sent":
        """With every file it names looked up at once; somebody else's is simply not there."""
        named = [one for key in post if key.endswith((".arrived", ".upload_id")) for one in post.getlist(key)]
        found = mine(by, [*named, *here])
        return cls(post, files, by, {str(pk): stored for pk, stored in found.items()})


@dataclass(frozen=True)
class Moved:
    """A press on a page's button: which paper's page, of which file, and what is to happen to it."""

    path: str
    file_id: str
    verb: str
    page: int

    def leaves(self, pages: int) -> list[Leaf]:
        """The pages after it."""
        leaves = [Leaf(number) for number in range(1, pages + 1)]
        at = self.page - 1
        if self.verb == "drop":
            del leaves[at]
        elif self.verb == "turn":
            leaves[at] = Leaf(self.page, turned=90)
        else:
            leaves.insert(self.lands_at(pages) - 1, leaves.pop(at))
        return leaves

    def lands_at(self, pages: int) -> int:
        """Where the page is afterwards; for one left out, where its successor is."""
        step = {"up": -1, "down": 1}.get(self.verb, 0)
        return min(max(self.page + step, 1), pages)


def moved_page(post: QueryDict) -> Moved | None:
    """Which page's button was pressed, if one was."""
    said = post.get("pages", "").split()
    if len(said) != 4 or said[2] not in {"up", "down", "turn", "drop"} or not said[3].isdecimal():
        return None
    return Moved(said[0], said[1], said[2], int(said[3]))


def read_offers(papers: Sequence[Paper], sent: Sent) -> Brought:
    """The choices of the papers' page; every file that can be taken is stored, whatever the others are."""
    brought = Brought()
    for number, paper in enumerate(papers):
        path = f"materials.{number}"
        if paper.is_open and sent.post.get(f"{path}.name") == paper.name:
            _read_offer(paper, path, sent, brought)
    return brought


def _read_offer(paper: Paper, path: str, sent: Sent, brought: Brought) -> None:
    """A file is an upload, whichever way was ticked beside it."""
    here = sent.known.get(paper.upload_id) if paper.mode == MaterialMode.UPLOAD else None
    stored, errors = _read(path, paper.name, here, sent)
    if errors:
        brought.errors[paper.name] = errors
    if stored and stored is not here:
        brought.offers.append(Offer(paper.name, MaterialMode.UPLOAD, stored.pk))
        return
    mode = sent.post.get(f"{path}.mode", "")
    allowed = {"upload", *(["commitment"] * paper.commitment_allowed), *(["deferred"] * paper.deferrable)}
    if mode in allowed and not errors:
        brought.offers.append(Offer(paper.name, MaterialMode(mode)))


def read_supplies(names: Sequence[str], sent: Sent) -> Supplied:
    """Files for papers asked for later, by their place in the list; what was here stays here."""
    supplied = Supplied()
    for number, name in enumerate(names):
        path = f"materials.{number}"
        dropped = sent.post.get("drop") == name
        here = None if dropped else sent.known.get(sent.post.get(f"{path}.upload_id", ""))
        stored, errors = _read(path, name, here, sent)
        if errors:
            supplied.errors[path] = errors
        if stored:
            supplied.files[path] = stored
            supplied.supplies.append(Supply(name, stored.pk))
    return supplied


def _read(path: str, name: str, here: StoredFile | None, sent: Sent) -> tuple[StoredFile | None, list[str]]:
    """What stands for the paper after this request, and what could not be taken."""
    errors: list[str] = []
    instead = _taken(path, ("file",), sent, errors)
    more = _taken(path, ("more", "photo"), sent, errors)
    kept = [here] if here and more and not instead else []
    parts = [*kept, *instead, *more]
    if len(parts) > MOST_TO_ARRANGE:
        return here, [*errors, _too_many()]
    try:
        if len(parts) > 1:
            return combined(parts, by=sent.by, name=f"{name[:180]}.pdf"), errors
        return parts[0] if parts else _moved(path, here, sent), errors
    except DomainError as refused:
        return here, [*errors, *refused.reasons]


def _taken(path: str, boxes: Sequence[str], sent: Sent, errors: list[str]) -> list[StoredFile]:
    """What came through these boxes, in order: what arrived before, then what this request carries."""
    arrived = list(dict.fromkeys(one for box in boxes for one in sent.post.getlist(f"{path}.{box}.arrived")))
    uploads = [one for box in boxes for one in sent.files.getlist(f"{path}.{box}")]
    if len(arrived) + len(uploads) > MOST_TO_ARRANGE:
        errors.append(_too_many())
        return []
    taken = [sent.known.get(one) for one in arrived]
    taken += [_stored(one, sent.by, errors) for one in uploads]
    return [stored for stored in taken if stored]


def _too_many() -> str:
    return _("一次最多选 %(most)d 个文件") % {"most": MOST_TO_ARRANGE}


def _stored(upload: UploadedFile, by: Account, errors: list[str]) -> StoredFile | None:
    try:
        return store(upload, by=by)
    except DomainError as refused:
        errors += [f"“{upload.name}”：{reason}" for reason in refused.reasons]
        return None


def _moved(path: str, here: StoredFile | None, sent: Sent) -> StoredFile | None:
    move = moved_page(sent.post)
    if here is None or move is None or (move.path, move.file_id) != (path, str(here.pk)):
        return here
    if not here.pages or here.pages > MOST_TO_ARRANGE or not 1 <= move.page <= here.pages:
        return here
    return rearranged(here, move.leaves(here.pages), by=sent.by)
