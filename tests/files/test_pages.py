"""Photos upright and silent about where they were taken; several pages one file; a PDF that opens."""

from io import BytesIO

import pypdfium2
import pytest
from PIL import Image
from pypdf import PdfReader

from common.errors import NotFound, TooLarge, UnsupportedType
from files.models import StoredFile
from files.services import Leaf, combined, look_at, page_response, rearranged, store
from files.states import Scan
from tests.factories.files import (
    a_heic,
    a_jpeg,
    a_locked_pdf,
    a_pdf,
    a_photo_that_tells_where,
    a_stored_file,
    an_ofd,
    sent,
)

COLOURS = ("red", "lime", "blue")


def content_of(stored: StoredFile) -> bytes:
    with stored.file.open("rb") as opened:
        return opened.read()


def picture_of(stored: StoredFile) -> Image.Image:
    return Image.open(BytesIO(content_of(stored)))


def colours(stored: StoredFile) -> list[str]:
    """The colour in the middle of each page, by its strongest part."""
    found = []
    for page in pypdfium2.PdfDocument(content_of(stored)):
        picture = page.render(scale=0.2).to_pil().convert("RGB")
        seen = picture.getpixel((picture.width // 2, picture.height // 2))
        found.append(COLOURS[seen.index(max(seen))])
    return found


@pytest.fixture
def photos(cast) -> list[StoredFile]:
    """Three pages of a contract, red, green and blue, photographed upright."""
    return [a_stored_file(cast.li, f"{colour}.jpg", a_jpeg((60, 80), colour=colour)) for colour in COLOURS]


@pytest.fixture
def contract(cast, photos) -> StoredFile:
    return combined(photos, by=cast.li, name="合同.pdf")


def shape(stored: StoredFile) -> list[tuple[int, int]]:
    return [
        tuple(round(side) for side in page.get_size()) for page in pypdfium2.PdfDocument(content_of(stored))
    ]


# What a photo may say


def test_a_photo_lying_on_its_side_is_turned_upright_and_its_place_is_gone(cast):
    raw = a_photo_that_tells_where((40, 30))
    assert Image.open(BytesIO(raw)).getexif().get_ifd(0x8825)
    with picture_of(a_stored_file(cast.li, "照片.jpg", raw)) as kept:
        assert kept.size == (30, 40)
        assert dict(kept.getexif()) == {}
        assert not {"exif", "xmp", "comment", "photoshop"} & kept.info.keys()


def test_a_place_told_by_xmp_or_a_comment_is_gone_too(cast):
    written = BytesIO()
    place = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>exif:GPSLatitude=30,15N</x:xmpmeta>"
    Image.new("RGB", (8, 8)).save(written, "JPEG", xmp=place, comment=b"at home")
    assert b"GPSLatitude" in written.getvalue()
    kept = content_of(a_stored_file(cast.li, "照片.jpg", written.getvalue()))
    assert b"GPS" not in kept
    assert b"at home" not in kept


def test_an_iphone_s_photo_is_kept_as_a_jpeg_that_everybody_can_open(cast):
    kept = a_stored_file(cast.li, "IMG_0001.HEIC", a_heic((40, 30)))
    assert (kept.content_type, kept.name, kept.pages) == ("image/jpeg", "IMG_0001.jpg", 1)
    with picture_of(kept) as picture:
        assert (picture.format, picture.size) == ("JPEG", (40, 30))
        assert dict(picture.getexif()) == {}
    assert a_stored_file(cast.li, "IMG_0001.HEIC", a_heic((40, 30))).pk == kept.pk


def test_a_photo_finer_than_a_scanned_sheet_is_scaled_down_to_one(cast):
    kept = a_stored_file(cast.li, "大.jpg", a_jpeg((7016, 100)))
    with picture_of(kept) as picture:
        assert picture.size == (3508, 50)
    with picture_of(a_stored_file(cast.li, "小.jpg", a_jpeg((300, 200)))) as picture:
        assert picture.size == (300, 200)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "I;16", "CMYK"])
def test_pictures_of_every_kind_are_kept(cast, mode):
    written = BytesIO()
    kind, name = ("JPEG", "图.jpg") if mode == "CMYK" else ("PNG", "图.png")
    Image.new(mode, (6, 4)).save(written, kind)
    with picture_of(a_stored_file(cast.li, name, written.getvalue())) as kept:
        assert kept.size == (6, 4)


# What a PDF must be


def test_a_locked_pdf_is_refused_with_how_to_mend_it(db):
    with pytest.raises(UnsupportedType, match=r"设了密码.*打印→另存为 PDF"):
        store(sent(a_locked_pdf()), by=None)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.4\nnothing of use\n%%EOF\n", "已经损坏.*重新导出"),
        (a_pdf(pages=0), "一页也没有|已经损坏"),
    ],
)
def test_a_broken_pdf_is_refused_with_how_to_mend_it(db, content, words):
    """Even right after a locked one: that one had a password, this one has not."""
    with pytest.raises(UnsupportedType, match="设了密码"):
        store(sent(a_locked_pdf()), by=None)
    with pytest.raises(UnsupportedType, match=words):
        store(sent(content), by=None)


def test_a_pdf_handed_in_alone_is_kept_byte_for_byte(cast):
    kept = a_stored_file(cast.li, "证明.pdf", a_pdf(pages=3))
    assert content_of(kept) == a_pdf(pages=3)
    assert kept.pages == 3


# Several pages, one file


def test_three_photos_are_one_pdf_of_three_pages_in_the_chosen_order(cast, photos):
    kept = combined([photos[2], photos[0], photos[1]], by=cast.li, name="合同.pdf")
    assert (kept.content_type, kept.pages, kept.name) == ("application/pdf", 3, "合同.pdf")
    assert colours(kept) == ["blue", "red", "lime"]
    assert shape(kept) == [(632, 842)] * 3
    assert len(PdfReader(BytesIO(content_of(kept))).pages) == 3


def test_photos_and_a_pdf_are_put_together(cast, photos):
    scan = a_stored_file(cast.li, "扫描.pdf", a_pdf(pages=2))
    kept = combined([scan, photos[0]], by=cast.li, name="合.pdf")
    assert shape(kept) == [(300, 400), (300, 400), (632, 842)]


def test_what_is_see_through_stands_on_white_paper(cast, photos):
    written = BytesIO()
    Image.new("RGBA", (60, 80), (0, 0, 0, 0)).save(written, "PNG")
    clear = a_stored_file(cast.li, "章.png", written.getvalue())
    kept = combined([clear, photos[0]], by=cast.li, name="合.pdf")
    page = pypdfium2.PdfDocument(content_of(kept))[0].render(scale=0.2).to_pil()
    assert page.convert("RGB").getpixel((5, 5)) == (255, 255, 255)


def test_an_ofd_is_not_mixed_with_others(cast, photos):
    ofd = a_stored_file(cast.li, "发票.ofd", an_ofd())
    with pytest.raises(UnsupportedType, match="单独上传"):
        combined([photos[0], ofd], by=cast.li, name="合.pdf")


def test_too_many_pages_and_too_much_of_them_are_told(cast, photos, monkeypatch):
    monkeypatch.setattr("files.services.pages.MOST_PAGES", 2)
    with pytest.raises(TooLarge, match="超过 2 页"):
        combined(photos, by=cast.li, name="合.pdf")
    monkeypatch.setattr("files.services.pages.LARGEST", 1000)
    with pytest.raises(TooLarge, match="分开上传"):
        combined(photos[:2], by=cast.li, name="合.pdf")


def test_pages_change_places_are_turned_and_left_out_and_the_first_file_stays(cast, contract):
    after = rearranged(contract, [Leaf(3), Leaf(1, turned=90)], by=cast.li)
    assert after.pk != contract.pk
    assert colours(after) == ["blue", "red"]
    assert shape(after) == [(632, 842), (842, 632)]
    assert shape(rearranged(after, [Leaf(1), Leaf(2, turned=270)], by=cast.li)) == [(632, 842)] * 2
    assert colours(contract) == ["red", "lime", "blue"]
    assert after.uploaded_by == cast.li


def test_one_photo_is_turned_and_stays_a_photo(cast, photos):
    turned = rearranged(photos[0], [Leaf(1, turned=90)], by=cast.li)
    assert turned.content_type == "image/jpeg"
    with picture_of(turned) as picture:
        assert picture.size == (80, 60)


@pytest.mark.parametrize(
    ("leaves", "refusal"), [([], UnsupportedType), ([Leaf(4)], NotFound), ([Leaf(0)], NotFound)]
)
def test_pages_that_are_not_there_cannot_be_moved(cast, contract, leaves, refusal):
    with pytest.raises(refusal):
        rearranged(contract, leaves, by=cast.li)


def test_a_signed_pdf_is_left_whole(cast, photos, monkeypatch):
    monkeypatch.setattr("files.services.pages.raw.FPDF_GetSignatureCount", lambda _book: 1)
    signed = a_stored_file(cast.li, "合同.pdf", a_pdf())
    with pytest.raises(UnsupportedType, match="签名失效"):
        combined([signed, photos[0]], by=cast.li, name="合.pdf")


# Looking


def test_each_page_can_be_looked_at_as_a_small_picture(contract, photos):
    for stored, page, colour in ((contract, 2, (0, 255, 0)), (photos[0], 1, (255, 0, 0))):
        answer = page_response(stored, page)
        assert answer["Content-Type"] == "image/jpeg"
        assert answer["Cache-Control"] == "private, no-store"
        with Image.open(BytesIO(answer.content)) as seen:
            assert max(seen.size) <= 480
            middle = seen.getpixel((seen.width // 2, seen.height // 2))
        assert all(abs(one - other) < 12 for one, other in zip(middle, colour, strict=True))


def test_a_page_that_is_not_there_is_not_found(cast, contract):
    for stored, page in ((contract, 0), (contract, 4), (a_stored_file(cast.li, "发票.ofd", an_ofd()), 1)):
        with pytest.raises(NotFound):
            look_at(stored, page)


def test_what_is_made_of_others_says_how_it_was_scanned(contract):
    assert contract.scan == Scan.UNSCANNED
