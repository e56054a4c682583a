"""The nets in memory: each read once a process, on first use, after its SHA-256 was checked."""

from __future__ import annotations

import threading
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from photos.nets.manifest import nets

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]


class NetUnavailable(Exception):
    """A net is missing or is not the file the manifest names; `code` is `missing` or `altered`."""

    def __init__(self, name: str, code: str) -> None:
        """Keep the name of the net and the reason; the text tells the operator what to run."""
        super().__init__(f"{name} is {code}; run `python -m photos.nets.fetch`.")
        self.name = name
        self.code = code


_loaded: dict[str, tuple[cv2.dnn.Net, tuple[str, ...]]] = {}
# A cv2 net keeps its tensors inside, so two threads must not run one at the same time.
_lock = threading.Lock()


def load_all() -> None:
    """Load every net now, for a worker that wants no delay at its first photo."""
    with _lock:
        for name in nets():
            _load(name)


def run(name: str, blob: Floats) -> list[Floats]:
    """Run one net on a blob of shape (1, 3, side, side) and return its output tensors by sorted name.

    Raises NetUnavailable when the file is missing or altered.
    """
    with _lock:
        net, outputs = _load(name)
        net.setInput(blob)
        tensors: Any = net.forward(outputs)
        return [np.array(tensor, dtype=np.float32) for tensor in tensors]


def _load(name: str) -> tuple[cv2.dnn.Net, tuple[str, ...]]:
    if name not in _loaded:
        listed = nets()[name]
        try:
            content = listed.path.read_bytes()
        except OSError as error:
            raise NetUnavailable(name, "missing") from error
        if not listed.matches(content):
            raise NetUnavailable(name, "altered")
        net = cv2.dnn.readNetFromTFLite(np.frombuffer(content, dtype=np.uint8))
        _loaded[name] = (net, tuple(sorted(net.getUnconnectedOutLayersNames())))
    return _loaded[name]
