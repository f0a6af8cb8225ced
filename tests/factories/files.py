"""Files as people send them."""

import zipfile
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from files.models import StoredFile
from files.services import store
from identity.models import Account


def a_pdf(text: str = "hello") -> bytes:
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n% " + text.encode() + b"\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )


def a_png(size: tuple[int, int] = (4, 3)) -> bytes:
    return _picture(size, "PNG")


def a_jpeg(size: tuple[int, int] = (4, 3), exif: Image.Exif | None = None) -> bytes:
    return _picture(size, "JPEG", **({"exif": exif} if exif else {}))


def a_photo_that_tells_where(size: tuple[int, int] = (40, 30)) -> bytes:
    """A phone's photo: lying on its side, with camera and place in its EXIF."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Spy"
    exif.get_ifd(0x8825).update({1: "N", 2: (30.0, 15.0, 0.0)})
    return a_jpeg(size, exif)


def _picture(size: tuple[int, int], kind: str, **options: object) -> bytes:
    written = BytesIO()
    Image.new("RGB", size, "white").save(written, kind, **options)
    return written.getvalue()


def an_ofd(**members: bytes) -> bytes:
    return a_zip(**{"OFD.xml": b"<ofd/>", "Doc_0/Document.xml": b"<doc/>", **members})


def a_zip(**members: bytes) -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return written.getvalue()


def sent(content: bytes, name: str = "材料.pdf") -> SimpleUploadedFile:
    """As it arrives in a request; the browser's word for the type is never believed."""
    return SimpleUploadedFile(name, content, content_type="application/octet-stream")


def a_stored_file(by: Account | None, name: str = "材料.pdf", content: bytes | None = None) -> StoredFile:
    return store(sent(content if content is not None else a_pdf(name), name), by=by)
