"""Files as people send them."""

import zipfile
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfWriter

from files.models import StoredFile
from files.services import store
from identity.models import Account


def a_pdf(text: str = "hello", pages: int = 1, size: tuple[int, int] = (300, 400)) -> bytes:
    """A real one, of empty pages; the text makes it differ from others."""
    kids = " ".join(f"{number + 3} 0 R" for number in range(pages))
    box = f"[0 0 {size[0]} {size[1]}]"
    objects = ["<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Count {pages}/Kids[{kids}]>>"]
    objects += [f"<</Type/Page/Parent 2 0 R/MediaBox{box}>>"] * pages
    return _written(objects, text)


def _written(objects: list[str], text: str) -> bytes:
    written, places = BytesIO(b"%PDF-1.4\n"), []
    written.seek(0, 2)
    for number, one in enumerate(objects, 1):
        places.append(written.tell())
        written.write(f"{number} 0 obj{one}endobj\n".encode())
    written.write(f"% {text}\n".encode())
    start = written.tell()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    written.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode())
    written.write(f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n".encode())
    return written.getvalue()


def a_locked_pdf() -> bytes:
    """One that asks for a password."""
    book = PdfWriter(clone_from=BytesIO(a_pdf()))
    book.encrypt("secret", algorithm="RC4-128")
    written = BytesIO()
    book.write(written)
    return written.getvalue()


def a_heic(size: tuple[int, int] = (40, 30)) -> bytes:
    """An iPhone's photo, with the place in its EXIF."""
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (30.0, 15.0, 0.0)})
    written = BytesIO()
    Image.new("RGB", size, "navy").save(written, "HEIF", exif=exif.tobytes())
    return written.getvalue()


def a_png(size: tuple[int, int] = (4, 3), colour: str = "white") -> bytes:
    return _picture(size, "PNG", colour)


def a_jpeg(size: tuple[int, int] = (4, 3), exif: Image.Exif | None = None, colour: str = "white") -> bytes:
    return _picture(size, "JPEG", colour, **({"exif": exif} if exif else {}))


def a_photo_that_tells_where(size: tuple[int, int] = (40, 30)) -> bytes:
    """A phone's photo: lying on its side, with camera and place in its EXIF."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Spy"
    exif.get_ifd(0x8825).update({1: "N", 2: (30.0, 15.0, 0.0)})
    return a_jpeg(size, exif)


def _picture(size: tuple[int, int], kind: str, colour: str, **options: object) -> bytes:
    written = BytesIO()
    Image.new("RGB", size, colour).save(written, kind, **options)
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
