"""Which seal an organ has, making the test ones, and taking them out of use (I-195)."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from common.errors import NotFound, WrongState
from events import publish
from identity.models import Account, Department
from licences.events import SealRevoked
from licences.models import Document, Seal
from licences.rules import official_name
from licences.sealing import create_authority, issue_certificate, read_certificate
from licences.states import DocumentStatus, SealStatus

__all__ = ["Keys", "keys_of", "register_seal", "revoke_seal", "set_up_test_seals", "trusted_authorities"]

TEST_AUTHORITY = "一网通办测试根证书"


@dataclass(frozen=True)
class Keys:
    """Where an organ's key lies, how to open it, and who stamps the time."""

    path: Path
    passphrase: str
    timestamps: str


def keys_of(organ: Department) -> Keys:
    """The keys to seal with; WrongState where the seal is revoked, out of date or not there."""
    seal = Seal.objects.usable_at(timezone.now()).filter(organ=organ).first()
    if seal is None:
        raise WrongState(f"{organ.name}没有可用的电子印章（未登记、已停用或者证书过期），不能签章")
    path = seals_folder() / f"{organ.code}.p12"
    if not path.exists() or read_certificate(path, _passphrase()).serial != seal.serial:
        raise WrongState(f"{organ.name}的印章文件与登记的证书不一致，不能签章")
    return Keys(path, _passphrase(), settings.SEAL_TSA_URL)


@transaction.atomic
def register_seal(organ: Department, *, by: Account | None = None) -> Seal:
    """Take the certificate in `<code>.p12` into use; a former one is revoked, the same one left alone."""
    found = read_certificate(seals_folder() / f"{organ.code}.p12", _passphrase())
    active = Seal.objects.select_for_update().filter(organ=organ, status=SealStatus.ACTIVE).first()
    if active and active.serial == found.serial:
        return active
    if active:
        _revoke(active, "更换新的电子印章", by)
    seal = Seal.objects.create(
        organ=organ,
        name=f"{official_name(organ)}电子印章",
        serial=found.serial,
        certificate=found.pem,
        valid_from=found.valid_from,
        valid_until=found.valid_until,
    )
    _start_over(organ)
    return seal


@transaction.atomic
def revoke_seal(seal_id: int, *, by: Account | None, reason: str) -> Seal:
    """From now on the organ can seal nothing until another seal is registered."""
    seal = Seal.objects.select_for_update(of=("self",)).select_related("organ").filter(pk=seal_id).first()
    if seal is None:
        raise NotFound("没有这枚电子印章")
    if seal.status == SealStatus.REVOKED:
        raise WrongState("该电子印章已经停用")
    return _revoke(seal, reason, by)


def set_up_test_seals(organs: Iterable[Department]) -> list[Seal]:
    """A test authority, and a certificate from it for each organ that has no usable seal; the new seals."""
    create_authority(seals_folder(), TEST_AUTHORITY)
    served = set(Seal.objects.usable_at(timezone.now()).values_list("organ_id", flat=True))
    known = set(Seal.objects.values_list("serial", flat=True))
    made = []
    for organ in organs:
        path = seals_folder() / f"{organ.code}.p12"
        if organ.pk in served and path.exists():
            continue
        if not _fresh(path, known):
            issue_certificate(
                seals_folder(), organ=official_name(organ), code=organ.code, passphrase=_passphrase()
            )
        made.append(register_seal(organ))
    return made


def trusted_authorities() -> list[bytes]:
    """The root certificates (PEM) that seals are examined against: every .pem in the folder."""
    return [path.read_bytes() for path in sorted(seals_folder().glob("*.pem"))]


def seals_folder() -> Path:
    """Where the PKCS#12 files and the authority's root lie."""
    return Path(settings.SEALS_DIR or settings.DATA_DIR / "seals")


def _passphrase() -> str:
    return settings.SEAL_PASSPHRASE


def _revoke(seal: Seal, reason: str, by: Account | None) -> Seal:
    seal.revoke(reason=reason, at=timezone.now())
    seal.save(update_fields=["status", "revoked_at", "revocation_reason"])
    publish(SealRevoked(organ=seal.organ.code, serial=seal.serial, reason=reason), by=by)
    return seal


def _fresh(path: Path, known: set[str]) -> bool:
    """A certificate of an earlier set-up that this database has not seen, and whose time is not over."""
    if not path.exists():
        return False
    found = read_certificate(path, _passphrase())
    return found.serial not in known and found.valid_until > timezone.now()


def _start_over(organ: Department) -> None:
    """What failed for want of a seal is tried again at the next sweep."""
    failed = Document.objects.filter(organ=organ, status=DocumentStatus.FAILED)
    failed.update(status=DocumentStatus.PREPARING, attempts=0)
