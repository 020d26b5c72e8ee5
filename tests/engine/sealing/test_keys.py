"""Keys live in files that nobody else may read, and grow by rotation."""

from __future__ import annotations

import base64
from pathlib import Path
from threading import Barrier, Thread

import pytest

from engine.sealing import KeyRefused, create_keys, create_private, read_keys, rotate_keys


def write(path: Path, text: str, mode: int = 0o600) -> Path:
    path.write_text(text, encoding="ascii")
    path.chmod(mode)
    return path


GOOD = base64.b64encode(bytes(range(32))).decode()


def test_a_new_file_has_one_key_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "key"
    assert create_keys(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(read_keys(path).secrets) == 1


def test_a_file_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    path = write(tmp_path / "key", GOOD)
    assert not create_keys(path)
    assert read_keys(path).current == bytes(range(32))


def test_rotation_puts_a_new_key_in_use_and_keeps_the_old(tmp_path: Path) -> None:
    path = tmp_path / "key"
    create_keys(path)
    before = read_keys(path)
    rotate_keys(path)
    after = read_keys(path)
    assert after.secrets[:-1] == before.secrets
    assert after.current not in before.secrets
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["key"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_file_that_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    path = write(tmp_path / "key", GOOD, mode)
    with pytest.raises(KeyRefused, match=f"0600, found {mode:04o}"):
        read_keys(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "at least one key"),
        ("# only a remark\n", "at least one key"),
        ("not base64!\n", "base64"),
        (base64.b64encode(bytes(range(31))).decode(), "32 bytes"),
        (base64.b64encode(b"a" * 32).decode(), "weak"),
    ],
)
def test_a_file_without_a_good_key_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(KeyRefused, match=said):
        read_keys(write(tmp_path / "key", text))


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(KeyRefused, match="nowhere"):
        read_keys(tmp_path / "nowhere")


def test_of_many_who_create_it_at_once_one_wins_and_all_read_the_same(tmp_path: Path) -> None:
    path, ready, made = tmp_path / "key", Barrier(8), []

    def create(number: int) -> None:
        ready.wait()
        made.append((create_private(path, str(number)), path.read_text()))

    threads = [Thread(target=create, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(won for won, _ in made) == 1
    assert len({text for _, text in made}) == 1
