"""Pictures as they are kept: decoded once to prove they are pictures, upright, and without what the camera wrote."""

from io import BytesIO
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from common.errors import TooLarge, UnsupportedType
from files.rules import JPEG, MOST_PIXELS


def upright_and_bare(content: IO[bytes], content_type: str) -> BytesIO:
    """
    The picture encoded anew: turned as its EXIF says, then without EXIF (place, time, camera)
    and without anything that hid behind the picture's end.
    """
    content.seek(0)
    try:
        with Image.open(content, formats=["JPEG", "PNG"]) as picture:
            _refuse_too_many_pixels(picture)
            turned = ImageOps.exif_transpose(picture)
            return _encoded(turned, content_type)
    except (OSError, SyntaxError, ValueError) as broken:
        raise UnsupportedType(_("图片打不开，请重新拍照或者导出后上传")) from broken


def _refuse_too_many_pixels(picture: Image.Image) -> None:
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise TooLarge(_("图片有 %(width)s×%(height)s 像素，太大了") % {"width": width, "height": height})


def _encoded(picture: Image.Image, content_type: str) -> BytesIO:
    bare = BytesIO()
    if content_type == JPEG:
        mode = picture.mode if picture.mode in ("L", "CMYK") else "RGB"
        picture.convert(mode).save(bare, "JPEG", quality=92, exif=b"")
    else:
        picture.info.clear()
        picture.save(bare, "PNG")
    return bare
