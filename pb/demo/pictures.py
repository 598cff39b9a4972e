"""Pictures of the demonstration's projects: drawn here, of nobody's street."""

import hashlib
import io
import random
import tempfile
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

from pb.act import Act
from pb.cycles.models import Cycle
from pb.demo.projects import KAZAKH_LETTERS
from pb.media.models import Picture, State
from pb.media.service import drawing, files
from pb.media.service.store import store_of
from pb.proposals.models import Category, Proposal
from pb.proposals.service import attached, attaching
from pb.settings import Settings

WIDE, HIGH = 1280, 960
HORIZON: Final = 560
WITHOUT: Final = 4  # each fourth project has no picture, as it is in life
SHOWS: Final = {
    Category.STREETS: ("Шұңқыр көп топырақ жол", "Грунтовая дорога с ямами"),
    Category.LIGHTING: ("Кешкі көше, бір ғана шам жанып тұр", "Вечерняя улица, горит один фонарь"),
    Category.PARKS: ("Ағаштар мен бос алаң", "Деревья и пустая площадка"),
    Category.SPORT: ("Қақпасы бар спорт алаңы", "Спортивная площадка с воротами"),
    Category.WATER: ("Жол бойындағы арық", "Арык вдоль дороги"),
    Category.SANITATION: ("Қоқыс контейнерлері", "Мусорные контейнеры"),
}
OTHER: Final = ("Ауыл үйлері", "Дома посёлка")


class Illustrator:
    """Gives projects their pictures while they are drafts."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = store_of(settings)

    def __call__(self, act: Act, cycle: Cycle, proposal: Proposal, number: int) -> None:
        if number % WITHOUT == WITHOUT - 1:
            return
        for place in range(3 if number == 0 else 1):
            data = scene(Category(proposal.category), number * 10 + place)
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "scene"
                path.write_bytes(data)
                drawn = drawing.draw(path)
            received = files.take_picture(self.settings, data, "scene.jpg")
            attaching.add(act, cycle, proposal, received)
            files.let_go(self.settings, received)
            picture = act.session.get_one(Picture, received.id)
            picture.large, picture.middle, picture.small = [self.store.put(each.data) for each in drawn]
            picture.width, picture.height, picture.state = drawn[0].width, drawn[0].height, State.READY
        kazakh = bool(KAZAKH_LETTERS & set(proposal.title.lower()))
        words = SHOWS.get(Category(proposal.category), OTHER)[0 if kazakh else 1]
        shown = [photo.picture.id for photo in attached.pictures(act, proposal)]
        alts = [words if place == 1 else f"{words}, {place}" for place in range(1, len(shown) + 1)]
        attaching.describe(act, cycle, proposal, shown, alts)


def scene(category: Category, seed: int) -> bytes:
    """A village under a sky, with what the project is about; another for each seed."""
    chance = random.Random(int(hashlib.sha256(f"{category} {seed}".encode()).hexdigest(), 16))  # noqa: S311
    night = category is Category.LIGHTING
    image = Image.new("RGB", (WIDE, HIGH), (26, 38, 66) if night else (170, 205, 232))
    draw = ImageDraw.Draw(image)
    for hill in range(3):
        top = HORIZON - 120 + 40 * hill
        left = chance.randint(-300, 300)
        shade = (30 + 8 * hill, 44 + 8 * hill, 60) if night else (130 - 20 * hill, 160 - 12 * hill, 110 - 15 * hill)
        draw.ellipse((left + hill * 260 - 200, top, left + hill * 260 + 1100, top + 700), fill=shade)
    draw.rectangle((0, HORIZON, WIDE, HIGH), fill=(48, 56, 48) if night else (150, 160, 96))
    for house in range(4):
        _house(draw, 60 + house * 310 + chance.randint(-30, 30), chance, night=night)
    earth = (70, 66, 64) if night else (168, 150, 126)
    draw.polygon([(540, HORIZON), (700, HORIZON), (1240, HIGH), (40, HIGH)], fill=earth)
    _SUBJECTS.get(category, _street)(draw, chance)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=88)
    return file.getvalue()


def _house(draw: ImageDraw.ImageDraw, left: int, chance: random.Random, *, night: bool) -> None:
    wall = tuple(chance.randint(60, 90) if night else chance.randint(190, 240) for _colour in range(3))
    roof = (50, 40, 50) if night else (150, 72 + chance.randint(0, 40), 60)
    top = HORIZON - chance.randint(90, 130)
    draw.rectangle((left, top, left + 200, HORIZON + 20), fill=wall)
    draw.polygon([(left - 20, top), (left + 100, top - 70), (left + 220, top)], fill=roof)
    for window in (30, 120):
        light = (250, 220, 120) if night else (90, 120, 150)
        draw.rectangle((left + window, top + 30, left + window + 50, top + 75), fill=light)


def _street(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    for _hole in range(9):
        x, y = chance.randint(300, 980), chance.randint(HORIZON + 90, HIGH - 60)
        wide = (y - HORIZON) // 3
        draw.ellipse((x - wide, y - wide // 3, x + wide, y + wide // 3), fill=(96, 84, 72))
        draw.ellipse((x - wide // 2, y - wide // 6, x + wide // 2, y + wide // 6), fill=(140, 165, 185))


def _lamps(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    lit = chance.randint(0, 2)
    for lamp, (x, top) in enumerate(((260, 220), (480, 340), (860, 340))):
        draw.rectangle((x, top, x + 12, HIGH - 2 * top // 3), fill=(20, 24, 30))
        draw.rectangle((x, top, x + 70, top + 10), fill=(20, 24, 30))
        if lamp == lit:
            draw.ellipse((x + 10, top - 20, x + 130, top + 100), fill=(110, 104, 80))
            draw.ellipse((x + 45, top + 5, x + 95, top + 55), fill=(255, 240, 170))


def _trees(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    for _tree in range(8):
        x, y = chance.randint(60, WIDE - 60), chance.randint(HORIZON + 20, HIGH - 80)
        high = (y - HORIZON) // 2 + 120
        draw.rectangle((x - 8, y - high // 2, x + 8, y), fill=(96, 70, 48))
        green = (70, 118 + chance.randint(0, 40), 60)
        draw.ellipse((x - high // 2, y - high - 30, x + high // 2, y - high // 4), fill=green)


def _goals(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    draw.polygon([(240, 640), (1040, 640), (1260, 930), (20, 930)], fill=(96, 140 + chance.randint(0, 30), 84))
    draw.line([(130, 785), (1150, 785)], fill=(235, 235, 230), width=8)
    for left, right, top, bottom in ((470, 810, 540, 650), (380, 900, 730, 930)):
        draw.line([(left, bottom), (left, top), (right, top), (right, bottom)], fill=(245, 245, 245), width=12)


def _ditch(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    draw.polygon([(760, HORIZON), (800, HORIZON), (1280, HIGH - 120), (1280, HIGH)], fill=(86, 78, 66))
    draw.polygon([(772, HORIZON), (790, HORIZON), (1280, HIGH - 90), (1280, HIGH - 20)], fill=(96, 140, 170))
    _street(draw, chance)


def _containers(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    for place in range(3):
        left = 300 + place * 240 + chance.randint(-12, 12)
        draw.rectangle((left, 660, left + 190, 830), fill=(58, 112 + place * 20, 96))
        draw.rectangle((left - 8, 640, left + 198, 668), fill=(44, 84, 72))


_SUBJECTS: Final = {
    Category.STREETS: _street,
    Category.LIGHTING: _lamps,
    Category.PARKS: _trees,
    Category.SPORT: _goals,
    Category.WATER: _ditch,
    Category.SANITATION: _containers,
}
