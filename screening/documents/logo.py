"""The clinic's logo: a small picture, checked and drawn anew, so that nothing but the picture is kept."""

import warnings
from collections.abc import Mapping
from enum import StrEnum
from io import BytesIO
from types import MappingProxyType

from screening.settings import Clinic

LARGEST = 200 * 1000  # bytes, as it comes in
WIDEST, HIGHEST = 600, 200  # pixels, as it is kept
# The name by which papers ask for it.
ASSET = "asset:logo.png"
_MOST_PIXELS = 16_000_000
# How a whole file ends. Pillow itself may have been told to take a file that was cut short: WeasyPrint does.
_ENDS = MappingProxyType({"PNG": b"IEND\xaeB`\x82", "JPEG": b"\xff\xd9"})


class Reason(StrEnum):
    TOO_LARGE = "too-large"
    NO_PICTURE = "no-picture"
    TOO_MANY_PIXELS = "too-many-pixels"


class NotALogo(Exception):
    """The file is not taken as a logo; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def logo_name(clinic: Clinic) -> str:
    """What a paper's head asks for; empty for a clinic without a logo."""
    return ASSET if clinic.logo else ""


def logo_assets(clinic: Clinic) -> Mapping[str, bytes]:
    """The logo under that name, for the renderer."""
    return MappingProxyType({ASSET: clinic.logo} if clinic.logo else {})


def as_logo(data: bytes) -> bytes:
    """A PNG or JPEG file as the PNG that is kept: at most 600 x 200 pixels, without any other data.

    Raises NotALogo."""
    if len(data) > LARGEST:
        raise NotALogo(Reason.TOO_LARGE)
    # Loaded here, not above: a process that serves no upload need not hold it in memory.
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(data), formats=tuple(_ENDS)) as picture:
                if _ENDS[str(picture.format)] not in data:
                    raise NotALogo(Reason.NO_PICTURE)
                # A few bytes can claim to be a picture that fills the memory: the head is read first.
                if picture.width * picture.height > _MOST_PIXELS:
                    raise NotALogo(Reason.TOO_MANY_PIXELS)
                upright = ImageOps.exif_transpose(picture)
    except NotALogo:
        raise
    except Image.DecompressionBombError:
        raise NotALogo(Reason.TOO_MANY_PIXELS) from None
    except Exception:
        # Pillow raises half a dozen kinds on broken files; each means the same to whoever sent it.
        raise NotALogo(Reason.NO_PICTURE) from None
    kept = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    kept.thumbnail((WIDEST, HIGHEST))
    # A picture of its own holds pixels only: no place, no camera, no comment of the file.
    bare = Image.new(kept.mode, kept.size)
    bare.paste(kept)
    out = BytesIO()
    bare.save(out, "PNG", optimize=True)
    return out.getvalue()
