"""
The electronic seal (电子印章): a PAdES signature under a visible stamp, and its examination.

An organ's key and certificate lie in one PKCS#12 file, whoever made it: a real
authority in production, the test authority of `create_authority` elsewhere. With a
time-stamping service configured the signature is PAdES B-T, otherwise B-B.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import PdfContent, ResourceType
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext

__all__ = [
    "Certificate",
    "Examination",
    "create_authority",
    "examine",
    "issue_certificate",
    "read_certificate",
    "sign",
]

#: Where a page says its stamp belongs, and the name of the signature field.
PLACE = "seal"
STAMP_POINTS = 42 / 25.4 * 72
EDGE_TO_EDGE = SimpleBoxLayoutRule(AxisAlignment.ALIGN_MID, AxisAlignment.ALIGN_MID, Margins())

#: The test authority and what it signs. It begins early, for the clock of a test may stand in the past.
TEST_CERTIFICATES_FROM = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
TEST_CERTIFICATES_UNTIL = dt.datetime(2050, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Certificate:
    """What the register keeps of a certificate."""

    pem: str
    serial: str
    valid_from: dt.datetime
    valid_until: dt.datetime


@dataclass(frozen=True)
class Examination:
    """What a verifier found: unchanged, by somebody the authority vouches for, and by whom."""

    intact: bool
    trusted: bool
    covers_whole_file: bool
    signer: str
    good: bool


def sign(
    pdf: bytes, keys: Path, passphrase: str, *, picture: bytes, reason: str, timestamps: str = ""
) -> bytes:
    """The document with the organ's signature, its stamp drawn at the place the page names."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    signer = SimpleSigner.load_pkcs12(str(keys), passphrase=passphrase.encode() or None)  # type: ignore[no-untyped-call]
    if signer is None:
        raise ValueError(f"{keys.name} cannot be opened: wrong passphrase, or no key and certificate in it")
    page, box = _place(pdf)
    statement = PdfSignatureMetadata(
        field_name=PLACE,
        subfilter=SigSeedSubFilter.PADES,
        md_algorithm="sha256",
        reason=reason,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    stamper = PdfSigner(
        statement,
        signer=signer,
        timestamper=HTTPTimeStamper(timestamps) if timestamps else None,
        stamp_style=StaticStampStyle(
            border_width=0, background=_Stamp(picture), background_layout=EDGE_TO_EDGE
        ),
        new_field_spec=SigFieldSpec(PLACE, on_page=page, box=box),
    )
    return bytes(stamper.sign_pdf(writer).getvalue())


def examine(pdf: bytes, authorities: Sequence[bytes]) -> Examination:
    """Check the seal against these authorities (PEM); a file that is unsealed or no PDF is a ValueError."""
    roots = [root for authority in authorities for root in load_certs_from_pemder_data(authority)]
    context = ValidationContext(trust_roots=roots, allow_fetching=False)
    try:
        signatures = PdfFileReader(BytesIO(pdf)).embedded_signatures
        if not signatures:
            raise ValueError("the file carries no signature")
        found = validate_pdf_signature(signatures[0], signer_validation_context=context)
    except (PdfError, KeyError) as broken:
        raise ValueError(f"the file cannot be read: {broken}") from broken
    return Examination(
        intact=found.intact and found.valid,
        trusted=found.trusted,
        covers_whole_file=found.coverage is SignatureCoverageLevel.ENTIRE_FILE,
        signer=found.signing_cert.subject.native["common_name"],
        good=found.bottom_line,
    )


def create_authority(folder: Path, name: str) -> Path:
    """A test authority: root.pem for everybody, root.key for nobody else. Existing ones are kept."""
    certificate, key = folder / "root.pem", folder / "root.key"
    if certificate.exists() and key.exists():
        return certificate
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    private = ec.generate_private_key(ec.SECP256R1())
    subject = _name(name, name)
    root = _certificate(subject, subject, private.public_key())
    root = root.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    root = root.add_extension(_usage(authority=True), critical=True)
    _keep(key, _plain(private), secret=True)
    _keep(certificate, root.sign(private, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return certificate


def issue_certificate(folder: Path, *, organ: str, code: str, passphrase: str = "") -> Path:
    """A key and certificate for an organ from the test authority, as `<code>.p12`."""
    root = x509.load_pem_x509_certificate((folder / "root.pem").read_bytes())
    root_key = serialization.load_pem_private_key((folder / "root.key").read_bytes(), None)
    if not isinstance(root_key, ec.EllipticCurvePrivateKey):
        raise TypeError("root.key is not the test authority's key")
    private = ec.generate_private_key(ec.SECP256R1())
    wish = _certificate(_name(organ, code), root.subject, private.public_key())
    wish = wish.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    wish = wish.add_extension(_usage(authority=False), critical=True)
    certificate = wish.sign(root_key, hashes.SHA256())
    protection: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase:
        protection = serialization.BestAvailableEncryption(passphrase.encode())
    content = pkcs12.serialize_key_and_certificates(code.encode(), private, certificate, [root], protection)
    return _keep(folder / f"{code}.p12", content, secret=True)


def read_certificate(keys: Path, passphrase: str = "") -> Certificate:
    """What a PKCS#12 file says of its holder; ValueError if it cannot be opened."""
    found = pkcs12.load_pkcs12(keys.read_bytes(), passphrase.encode() or None).cert
    if found is None:
        raise ValueError(f"{keys.name} holds no certificate")
    certificate = found.certificate
    return Certificate(
        pem=certificate.public_bytes(serialization.Encoding.PEM).decode(),
        serial=f"{certificate.serial_number:x}",
        valid_from=certificate.not_valid_before_utc,
        valid_until=certificate.not_valid_after_utc,
    )


class _Stamp(PdfContent):
    """A page of another PDF, laid over the text so that the text stays legible (multiply)."""

    def __init__(self, picture: bytes) -> None:
        super().__init__(box=BoxConstraints(STAMP_POINTS, STAMP_POINTS))
        self.picture = picture

    def render(self) -> bytes:
        page = self._ensure_writer.import_page_as_xobject(PdfFileReader(BytesIO(self.picture)))
        blend = generic.DictionaryObject({generic.pdf_name("/BM"): generic.pdf_name("/Multiply")})  # type: ignore[no-untyped-call]
        self.set_resource(ResourceType.XOBJECT, generic.pdf_name("/Picture"), page)
        self.set_resource(ResourceType.EXT_G_STATE, generic.pdf_name("/Over"), blend)
        return b"q /Over gs /Picture Do Q"


def _place(pdf: bytes) -> tuple[int, tuple[int, int, int, int]]:
    """Page and rectangle of the stamp, from the destination the page left for it."""
    reader = PdfFileReader(BytesIO(pdf))
    names = reader.root["/Names"]["/Dests"]["/Names"]
    target = next((names[at + 1] for at in range(0, len(names), 2) if str(names[at]) == PLACE), None)
    if target is None:
        raise ValueError("the page names no place for the seal")
    left, top = float(target[2]), float(target[3])
    box = (left, top - STAMP_POINTS, left + STAMP_POINTS, top)
    wanted = target.raw_get(0).reference
    for page in range(int(reader.root["/Pages"]["/Count"])):
        found, _resources = reader.find_page_for_modification(page)  # type: ignore[no-untyped-call]
        if found.reference == wanted:
            return page, tuple(map(round, box))  # type: ignore[return-value]
    raise ValueError("the place for the seal is on no page")


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(TEST_CERTIFICATES_FROM)
        .not_valid_after(TEST_CERTIFICATES_UNTIL)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _name(organ: str, unit: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organ),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
            x509.NameAttribute(NameOID.COMMON_NAME, organ),
        ]
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _plain(private: ec.EllipticCurvePrivateKey) -> bytes:
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _keep(path: Path, content: bytes, *, secret: bool = False) -> Path:
    """Written whole or not at all; what is secret is for its owner's eyes only from the first byte."""
    neighbour = path.with_name(f"{path.name}.part")
    neighbour.unlink(missing_ok=True)
    neighbour.touch(mode=0o600 if secret else 0o644)
    neighbour.write_bytes(content)
    return neighbour.replace(path)
