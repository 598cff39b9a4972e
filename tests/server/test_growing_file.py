"""One copy on the disk for all who download: it grows with its source, and follows one that was put back."""

from collections.abc import Iterator
from pathlib import Path

from pb.growing_file import grown


class Source:
    """Parts with a mark each, as records of an archive and events of a log have."""

    def __init__(self, *parts: bytes) -> None:
        self.parts = list(parts)
        self.given: list[int] = []

    def take(self, path: Path) -> bytes:
        file, size = grown(path, len(self.parts), self._from, self._mark)
        with file:
            return file.read(size)

    def _from(self, first: int) -> Iterator[bytes]:
        for number in range(first, len(self.parts)):
            self.given.append(number)
            yield self.parts[number]

    def _mark(self, count: int) -> str | None:
        return self.parts[count - 1].decode() if 0 < count <= len(self.parts) else None


def test_only_what_is_new_is_written(tmp_path: Path) -> None:
    path, source = tmp_path / "downloads/log", Source(b"one.", b"two.")
    assert source.take(path) == b"one.two."
    source.parts.append(b"three.")
    assert source.take(path) == b"one.two.three."
    assert source.take(path) == b"one.two.three."
    assert source.given == [0, 1, 2]


def test_the_file_and_its_folder_are_their_owner_s_alone(tmp_path: Path) -> None:
    path = tmp_path / "downloads/log"
    Source(b"one.").take(path)
    assert {
        each.stat().st_mode & 0o077
        for each in (path.parent, path, path.with_name("log.ends"), path.with_name("log.lock"))
    } == {0}


def test_an_older_source_is_followed_and_who_reads_is_not_disturbed(tmp_path: Path) -> None:
    """A backup was put back: what came after it is told no more."""
    path, source = tmp_path / "log", Source(b"one.", b"two.", b"three.")
    reader, size = grown(path, 3, source._from, source._mark)
    older = Source(b"one.", b"2.")
    assert older.take(path) == b"one.2."
    with reader:
        assert reader.read(size) == b"one.two.three."
    longer = Source(b"one.", b"2.", b"3.", b"4.")
    assert longer.take(path) == b"one.2.3.4."


def test_what_broke_off_is_cut_where_it_was_whole(tmp_path: Path) -> None:
    path, source = tmp_path / "log", Source(b"one.", b"two.")
    source.take(path)
    with path.open("ab") as file:
        file.write(b"thr")  # the process was killed here
    source.parts.append(b"three.")
    assert source.take(path) == b"one.two.three."


def test_a_file_that_lost_its_end_or_its_count_is_written_anew(tmp_path: Path) -> None:
    path, source = tmp_path / "log", Source(b"one.", b"two.")
    source.take(path)
    path.write_bytes(b"one")
    assert source.take(path) == b"one.two."
    path.with_name("log.ends").write_bytes(b"{")
    assert source.take(path) == b"one.two."
    assert Source().take(tmp_path / "empty") == b""
