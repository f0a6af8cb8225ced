"""Pictures as they are kept: decoded once to prove they are pictures, upright, and without what the camera wrote."""

from io import BytesIO
from typing import IO

import pillow_heif
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from common.errors import TooLarge, UnsupportedType
from files.rules import JPEG, LONGEST_SIDE, MOST_PIXELS, PNG

pillow_heif.register_heif_opener(thumbnails=False)

#: Degrees to the right, as Pillow's transpositions turn to the left.
TURNS = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}


def upright_and_bare(content: IO[bytes], content_type: str) -> BytesIO:
    """
    The picture encoded anew: turned as its EXIF says, no finer than a scanned sheet, then without EXIF and XMP
    (place, time, camera) and without anything that hid behind the picture's end. HEIC becomes JPEG.
    """
    return encoded(opened(content), PNG if content_type == PNG else JPEG)


def opened(content: IO[bytes], *, turned: int = 0, longest: int = LONGEST_SIDE) -> Image.Image:
    """The decoded picture, upright, turned further to the right, no side longer than ``longest``."""
    content.seek(0)
    try:
        with Image.open(content, formats=["JPEG", "PNG", "HEIF"]) as picture:
            _refuse_too_many_pixels(picture)
            picture.draft(None, (longest, longest))
            upright = _in_plain_colours(ImageOps.exif_transpose(picture))
    except Image.DecompressionBombError as bomb:
        raise TooLarge(_("图片的像素太多了，请缩小一些再上传")) from bomb
    except (OSError, SyntaxError, ValueError, RuntimeError) as broken:
        raise UnsupportedType(_("图片打不开，请重新拍照或者导出后上传")) from broken
    if turned:
        upright = upright.transpose(TURNS[turned])
    upright.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    upright.info.clear()
    return upright


def encoded(picture: Image.Image, content_type: str, *, quality: int = 88) -> BytesIO:
    """The picture as bytes that say nothing but the picture."""
    bare = BytesIO()
    if content_type == JPEG:
        on_white(picture).save(bare, "JPEG", quality=quality, exif=b"")
    else:
        picture.save(bare, "PNG")
    return bare


def on_white(picture: Image.Image) -> Image.Image:
    """Without transparency: paper is white."""
    if picture.mode != "RGBA":
        return picture
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A"))
    return paper


def _refuse_too_many_pixels(picture: Image.Image) -> None:
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise TooLarge(_("图片有 %(width)s×%(height)s 像素，太大了") % {"width": width, "height": height})


def _in_plain_colours(picture: Image.Image) -> Image.Image:
    """Grey, RGB or RGBA: what can be scaled and written both ways; CMYK as screens show it."""
    if "transparency" in picture.info or picture.mode in {"RGBA", "LA", "PA"}:
        return picture.convert("RGBA")
    return picture.copy() if picture.mode in {"L", "RGB"} else picture.convert("RGB")
