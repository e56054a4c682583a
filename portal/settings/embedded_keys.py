"""Keys of an embedded installation: made once, kept in one file that only its owner may read."""

import base64
import contextlib
import json
import os
import secrets
from pathlib import Path


def load_or_make(path: Path) -> dict[str, str]:
    """Return the installation's keys; a missing file is made with mode 0600."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)

        def key() -> str:
            return base64.b64encode(secrets.token_bytes(32)).decode()

        made = {"secret": key(), "sealing": f"k1:{key()}", "index": key(), "audit": key(), "cashier": key()}
        draft = path.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(made, file)
        # Two processes may start at once; link() lets exactly one of their key sets win.
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return dict(json.loads(path.read_text()))
