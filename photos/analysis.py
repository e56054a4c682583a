"""One look at a picture, shared by all checks: faces, mesh, eyes, person mask, pose and regions."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property

import cv2
import numpy as np

from photos.nets import iris, mesh, person
from photos.nets.detector import Detection, detect
from photos.nets.iris import Eye
from photos.nets.load import Floats, Pixels
from photos.nets.patch import Points

# Numbers of mesh points.
FOREHEAD, CHIN = 10, 152
CHEEKS = (234, 454)
INNER_LIPS = (13, 14)
CHEEK_PATCHES = (50, 280)
OVAL = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377),
    *(152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)
MIRRORED_PAIRS = (
    *((33, 263), (133, 362), (61, 291), (234, 454), (127, 356), (93, 323)),
    *((132, 361), (58, 288), (172, 397), (54, 284), (103, 332), (50, 280)),
)
# The mesh sees a level face as looking up by this many degrees (median over frontal portraits).
PITCH_OFFSET = -9.5
LOWEST_PRESENCE = 0.1
FACE_WIDTH = 200


@dataclass(frozen=True)
class Pose:
    """Degrees: yaw to the picture's right, pitch upwards, roll clockwise."""

    yaw: float
    pitch: float
    roll: float


@dataclass(frozen=True)
class Face:
    """The applicant's face in picture pixels; `points` is the (468, 3) mesh, `crown` and `chin` are (2,)."""

    detection: Detection
    points: Points = field(repr=False)
    left_eye: Eye = field(repr=False)
    right_eye: Eye = field(repr=False)
    pose: Pose
    crown: Points
    crown_seen: bool

    @property
    def chin(self) -> Points:
        """The lowest point of the chin."""
        return self.points[CHIN, :2]

    @cached_property
    def eyes(self) -> Points:
        """The middles of both eyes, (2, 2), left in the picture first."""
        return np.stack([self.left_eye.corners.mean(axis=0), self.right_eye.corners.mean(axis=0)])

    @property
    def middle(self) -> Points:
        """The point between the eyes."""
        return np.asarray(self.eyes.mean(axis=0))

    @property
    def eye_distance(self) -> float:
        """From eye to eye in pixels."""
        return float(np.linalg.norm(self.eyes[1] - self.eyes[0]))

    @property
    def head_height(self) -> float:
        """Crown to chin along the head's own axis, in pixels."""
        return float((self.chin - self.crown) @ self.down)

    @property
    def head_width(self) -> float:
        """Cheek to cheek in pixels."""
        return float(np.linalg.norm(self.points[CHEEKS[1], :2] - self.points[CHEEKS[0], :2]))

    @property
    def down(self) -> Points:
        """The unit vector from crown to chin along the head's axis."""
        angle = math.radians(self.pose.roll)
        return np.array([-math.sin(angle), math.cos(angle)])


@dataclass(frozen=True)
class Analysis:
    """What every check reads. `rgb` is (height, width, 3) uint8, `mask` the person mask of its size."""

    rgb: Pixels = field(repr=False)
    faces: tuple[Detection, ...]
    face: Face | None
    mask: Floats = field(repr=False)

    @property
    def width(self) -> int:
        """Picture width in pixels."""
        return int(self.rgb.shape[1])

    @property
    def height(self) -> int:
        """Picture height in pixels."""
        return int(self.rgb.shape[0])

    @cached_property
    def lab(self) -> Floats:
        """CIE L*a*b* of the picture, L* 0 to 100."""
        return np.asarray(cv2.cvtColor(self.rgb.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB), dtype=np.float32)

    @cached_property
    def skin(self) -> np.ndarray:
        """Boolean mask of the face oval without eyes and mouth; empty when there is no face."""
        area = np.zeros(self.rgb.shape[:2], np.uint8)
        if self.face is not None:
            points = self.face.points[:, :2]
            cv2.fillPoly(area, [points[list(OVAL)].astype(np.int32)], 1)
            for eye in (self.face.left_eye, self.face.right_eye):
                ring = np.concatenate([eye.corners, eye.lower, eye.upper])
                cv2.fillConvexPoly(area, np.asarray(cv2.convexHull(ring.astype(np.float32)), dtype=np.int32), 0)
        return area.astype(bool)

    @cached_property
    def background(self) -> np.ndarray:
        """Boolean mask of what is surely behind the person: outside the grown mask, above the chin."""
        reach = max(3, round(0.04 * (self.face.head_height if self.face else self.height * 0.5)))
        grown = cv2.dilate((self.mask > 0.2).astype(np.uint8), np.ones((reach, reach), np.uint8))  # noqa: PLR2004
        area = grown == 0
        if self.face is not None:
            area[max(0, round(float(self.face.chin[1]))) :] = False
        return np.asarray(area)

    @cached_property
    def face_grey(self) -> Pixels:
        """The upright face, grey, scaled to a face width of 200 px: (300, 200) uint8."""
        if self.face is None:
            return np.zeros((0, 0), np.uint8)
        return upright_face(self.rgb, self.face)


def analyse(rgb: Pixels) -> Analysis:
    """Run every net once over an RGB picture of at most about 1024 px.

    Raises photos.nets.load.NetUnavailable when the set-up step has not been run.
    """
    traced = [(found, *mesh.trace(rgb, found)) for found in detect(rgb)]
    sure = [entry for entry in traced if entry[2] >= LOWEST_PRESENCE]
    # A box in which the mesh sees no face counts only when it lies apart from every certain face.
    kept = [entry for entry in traced if entry in sure or not any(_touch(entry[0], other[0]) for other in sure)]
    faces = tuple(entry[0] for entry in kept)
    area = person.mask(rgb)
    if not kept:
        return Analysis(rgb=rgb, faces=faces, face=None, mask=area)
    found, points, _presence = max(kept, key=lambda entry: (entry[2] >= LOWEST_PRESENCE, entry[0].side))
    _sharpen(area, rgb, found)
    return Analysis(rgb=rgb, faces=faces, face=_face(rgb, area, found, points), mask=area)


def upright_face(rgb: Pixels, face: Face) -> Pixels:
    """Return the face turned upright as grey (300, 200) uint8, cheek to cheek across the width."""
    scale = FACE_WIDTH / max(face.head_width, 1.0)
    height = FACE_WIDTH * 3 // 2
    middle = (face.points[CHEEKS[0], :2] + face.points[CHEEKS[1], :2]) / 2
    spin = cv2.getRotationMatrix2D((float(middle[0]), float(middle[1])), face.pose.roll, scale)
    turn = np.asarray(spin, dtype=np.float64)
    turn[:, 2] += np.array([FACE_WIDTH / 2, height / 2]) - middle
    source = rgb
    if scale < 0.5:  # noqa: PLR2004 -- below half size plain sampling would keep false detail
        smaller = cv2.resize(rgb, None, fx=2 * scale, fy=2 * scale, interpolation=cv2.INTER_AREA)
        turn[:, :2] /= 2 * scale
        source = np.asarray(smaller, dtype=np.uint8)
    cut = cv2.warpAffine(source, turn, (FACE_WIDTH, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.cvtColor(cut, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def _sharpen(area: Floats, rgb: Pixels, found: Detection) -> None:
    """Look again at head and shoulders, where they fill so little of the picture that the mask is coarse."""
    left, top, right, bottom = found.box
    side = found.side
    rows = slice(max(0, round(top - 1.3 * side)), min(rgb.shape[0], round(bottom + 1.2 * side)))
    columns = slice(max(0, round(left - 0.8 * side)), min(rgb.shape[1], round(right + 0.8 * side)))
    near = rgb[rows, columns]
    if near.size and max(near.shape[:2]) < 0.7 * max(rgb.shape[:2]):
        area[rows, columns] = person.mask(near)


def _face(rgb: Pixels, area: Floats, found: Detection, points: Points) -> Face:
    pose = _pose(points)
    crown, seen = _crown(area, points, pose.roll)
    return Face(
        detection=found,
        points=points,
        left_eye=iris.look(rgb, points, "left"),
        right_eye=iris.look(rgb, points, "right"),
        pose=pose,
        crown=crown,
        crown_seen=seen,
    )


def _pose(points: Points) -> Pose:
    """Read the head's turn off the mesh: its left-right axis from mirrored pairs, its height axis after."""
    across = np.sum([points[right] - points[left] for left, right in MIRRORED_PAIRS], axis=0)
    across /= np.linalg.norm(across)
    up = points[FOREHEAD] - points[CHIN]
    up -= (up @ across) * across
    up /= np.linalg.norm(up)
    yaw = math.degrees(math.atan2(across[2], math.hypot(across[0], across[1])))
    roll = math.degrees(math.atan2(across[1], across[0]))
    pitch = math.degrees(math.atan2(up[2], math.hypot(up[0], up[1])))
    return Pose(yaw=yaw, pitch=pitch - PITCH_OFFSET, roll=roll)


def _crown(area: Floats, points: Points, roll: float) -> tuple[Points, bool]:
    """Return the top of the head and whether it was seen inside the picture.

    It is the top of the person mask in a strip half a face wide above the forehead, along the head's
    axis. The mesh itself ends at the hairline, so nothing is guessed from it.
    """
    angle = math.radians(roll)
    right = np.array([math.cos(angle), math.sin(angle)])
    up = np.array([math.sin(angle), -math.cos(angle)])
    start = points[FOREHEAD, :2]
    width = float(np.linalg.norm(points[CHEEKS[1], :2] - points[CHEEKS[0], :2]))
    reach = max(2, round(width * 1.2))
    sides = np.linspace(-width / 4, width / 4, 41)
    steps = np.arange(reach)
    grid = start + sides[:, None, None] * right + steps[None, :, None] * up
    inside = _sample(area, grid)
    person_there = inside >= 0.5  # noqa: PLR2004 -- more person than not
    runs = np.where(person_there.all(axis=1), reach, np.argmin(person_there, axis=1))
    height = float(np.percentile(runs, 90))
    crown = start + height * up
    seen = crown[1] > 1 and height < reach - 1
    return crown, seen


def _sample(area: Floats, grid: Points) -> Floats:
    """Read the mask at (…, 2) points; outside the picture the nearest edge counts, upwards it is empty."""
    flat = grid.astype(np.float32)
    read = cv2.remap(area, flat[..., 0], flat[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    read[flat[..., 1] < 0] = 0
    return np.asarray(read, dtype=np.float32)


def _touch(one: Detection, other: Detection) -> bool:
    return not (
        one.box[2] < other.box[0] or other.box[2] < one.box[0] or one.box[3] < other.box[1] or other.box[3] < one.box[1]
    )
