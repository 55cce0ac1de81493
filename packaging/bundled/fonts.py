"""Strokes of digits, letters and signs from handwriting fonts, by thinning their glyphs."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from studio.bench.strokes.thinning import Polyline, trace_images

# Not shipped. All are under the SIL Open Font License; each is a package “@fontsource/NAME”.
_NAMES = """
alex-brush allura amatic-sc annie-use-your-telescope architects-daughter bad-script caveat
caveat-brush cedarville-cursive chilanka comic-mono comic-neue comic-relief cookie
covered-by-your-grace damion dancing-script delicious-handrawn delius freehand gaegu
gloria-hallelujah gochi-hand handlee homemade-apple indie-flower itim kalam kaushan-script
kiwi-maru licorice liu-jian-mao-cao long-cang ma-shan-zheng mansalva marck-script mr-de-haviland
nanum-brush-script nanum-pen-script neucha open-sauce-one pacifico parisienne patrick-hand
permanent-marker pinyon-script playpen-sans poor-story reenie-beanie rock-salt sacramento satisfy
schoolbell shadows-into-light short-stack sriracha sue-ellen-francisco swanky-and-moo-moo
the-girl-next-door twinkle-star vibur whisper yomogi zen-kurenaido zhi-mang-xing
"""
FONTS = tuple(_NAMES.split())

DIGITS = "0123456789"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SIGNS = "&?@#$%*+<>=!{}~"
LIKE_DIGITS = "OolI"  # written alike: no model can tell them from 0 and 1

GLYPH_PX = 64
SIDE = 128


def font_files(folder: Path, held_out: bool) -> list[Path]:
    """The files of the fonts for training, or every third one for validation."""
    chosen = [name for index, name in enumerate(FONTS) if (index % 3 == 2) == held_out]
    files = [next((folder / name).rglob("*latin-400-normal.woff"), None) for name in chosen]
    return [file for file in files if file is not None]


def glyph_strokes(file: Path, characters: str) -> dict[str, list[Polyline]]:
    """The strokes of each character of a font, in pixels; blank glyphs are left out."""
    font = ImageFont.truetype(str(file), GLYPH_PX)
    images = {character: _glyph_image(font, character) for character in characters}
    drawn = {character: image for character, image in images.items() if image.any()}
    traced = trace_images(np.stack(list(drawn.values())), upscaling=1)
    return {c: strokes for c, strokes in zip(drawn, traced, strict=True) if strokes}


def _glyph_image(font: ImageFont.FreeTypeFont, character: str) -> np.ndarray:
    image = Image.new("L", (SIDE, SIDE))
    ImageDraw.Draw(image).text((SIDE // 2, SIDE // 2), character, 255, font, anchor="mm")
    return np.asarray(image)
