"""Where the server listens: said plainly when it cannot, and never beside another at the same port."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

import config
from pb.cli import main
from pb.server import processes
from pb.settings import ConfigurationError


@pytest.fixture(params=["127.0.0.1", "0.0.0.0", "::1"])  # noqa: S104 - a moment, in a test
def taken(request: pytest.FixtureRequest) -> Iterator[int]:
    """A port at which another server accepts, at one address of this computer."""
    family = socket.AF_INET6 if ":" in request.param else socket.AF_INET
    with socket.create_server((request.param, 0), family=family) as other:
        yield other.getsockname()[1]


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.2", "0.0.0.0", "::1", "::"])  # noqa: S104
def test_a_second_server_at_a_used_port_is_refused_at_every_address(taken: int, address: str) -> None:
    """Two listened at one port, 127.0.0.1 and ::1, and answered from two databases."""
    with pytest.raises(OSError, match="another program accepts"):
        processes.listen(address, taken)


def test_a_port_that_was_just_left_is_free_again() -> None:
    with processes.listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as caller:
            first.accept()[0].close()
            caller.recv(1)
    processes.listen("127.0.0.1", port).close()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ASAR_PORT", "abc"),
        ("ASAR_PORT", "0"),
        ("ASAR_PORT", "65536"),
        ("ASAR_PORT", "-1"),
        ("ASAR_BASE_URL", "foo"),
        ("ASAR_BASE_URL", "asar.example.kz"),
        ("ASAR_BASE_URL", "ftp://asar.example.kz"),
        ("ASAR_BASE_URL", "http://"),
        ("ASAR_BASE_URL", "http://localhost:abc"),
        ("ASAR_BASE_URL", "http://localhost:99999"),
        ("ASAR_BASE_URL", "http://[::1"),
        ("ASAR_BASE_URL", "https://asar.example.kz/path"),
        ("ASAR_BASE_URL", "https://me@asar.example.kz"),
        ("ASAR_PROXIES", "one"),
        ("ASAR_PROXIES", "-1"),
        ("ASAR_SECRET_KEY", "CHANGE"),
        ("ASAR_IIN_PEPPER", "CHANGE"),
        ("ASAR_SEAL_KEY", "1:CHANGE"),
        ("ASAR_DATABASE_URL", "postgresql://asar:CHANGE@127.0.0.1/asar"),
        ("ASAR_ENV", "prod"),
        ("ASAR_ENV", "Production"),
        ("ASAR_DEMO", "maybe"),
        ("ASAR_DEMO", "true"),
        ("ASAR_EDS_TEST_NUMBERS", "yes"),
        ("ASAR_EDS_UNKNOWN", "no"),
        ("ASAR_DATABASE_URL", "foo"),
        ("ASAR_DATABASE_URL", "mysql://a/b"),
        ("ASAR_DATABASE_URL", "sqlite://asar.db"),
        ("ASAR_DATABASE_URL", "postgresql://host:abc/asar"),
        ("ASAR_DATABASE_OWNER_URL", "foo"),
    ],
)
@pytest.mark.parametrize("arguments", [["serve"], ["doctor"], ["worker"]])
def test_a_setting_that_cannot_be_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object, name: str, value: str, arguments: list[str]
) -> None:
    monkeypatch.setenv("ASAR_STATE", str(tmp_path))
    monkeypatch.setenv(name, value)
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert any(name in line for line in result.output.splitlines())
    assert ("still says CHANGE" in result.output) == ("CHANGE" in value)


@pytest.mark.parametrize("command", ["serve", "worker"])
@pytest.mark.parametrize("state", ["/proc/x", "/dev/null", "/dev/null/x"])
def test_a_folder_that_cannot_be_is_one_sentence(monkeypatch: pytest.MonkeyPatch, command: str, state: str) -> None:
    monkeypatch.setenv("ASAR_STATE", state)
    result = CliRunner().invoke(main, [command])
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert f"ASAR_STATE: {state}/keys.env cannot be used" in result.output


def test_kept_keys_of_which_one_is_gone_are_told(tmp_path: Path) -> None:
    (tmp_path / "keys.env").write_text("ASAR_SECRET_KEY=" + "k" * 44 + "\nrubbish\n")
    with pytest.raises(ConfigurationError, match=r"keys\.env lacks ASAR_IIN_PEPPER, ASAR_SEAL_KEY"):
        config.from_environment({"ASAR_STATE": str(tmp_path)})


def test_a_backup_goes_to_no_address_that_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("a key")
    monkeypatch.setenv("ASAR_DATABASE_URL", "foo")
    result = CliRunner().invoke(main, ["restore", str(tmp_path), "--key", str(key)])
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert "Nothing was restored. ASAR_DATABASE_URL is an address" in result.output


def test_without_an_address_it_follows_the_port() -> None:
    settings = config.from_environment({"ASAR_PORT": "9000"})
    assert (settings.port, settings.base_url) == (9000, "http://127.0.0.1:9000")
    with pytest.raises(ConfigurationError):
        config.from_environment({"ASAR_PORT": "0"})


def test_host_and_port_are_told_on_the_command_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object, taken: int
) -> None:
    for name, value in {"ASAR_STATE": str(tmp_path), "ASAR_PORT": "1", "ASAR_BIND": "127.0.0.3"}.items():
        monkeypatch.setenv(name, value)
    asked: list[tuple[str, int]] = []

    def listening(address: str, port: int) -> socket.socket:
        asked.append((address, port))
        return real(address, port)

    real = processes.listen
    monkeypatch.setattr(processes, "listen", listening)
    result = CliRunner().invoke(main, ["serve", "--host", "127.0.0.2", "--port", str(taken)])
    assert asked == [("127.0.0.2", taken)]
    assert result.exit_code == 1
    said = f"Nothing can be served at 127.0.0.2, port {taken}: another program accepts at port {taken} already"
    assert said in result.output


@pytest.mark.parametrize(("bind", "proxies"), [("192.0.2.5", "1"), ("127.0.0.1", "1"), ("192.0.2.5", "0")])
def test_a_port_that_is_open_beside_its_proxy_is_told(tmp_path: object, bind: str, proxies: str) -> None:
    settings = config.from_environment({"ASAR_STATE": str(tmp_path), "ASAR_BIND": bind, "ASAR_PROXIES": proxies})
    assert bool(settings.open_beside_proxy) == ((bind, proxies) == ("192.0.2.5", "1"))


def test_the_owners_address_is_named_where_it_is_the_wrong_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    """Whoever goes by the page for PostgreSQL with SQLite was told to correct the other setting."""
    monkeypatch.setenv("ASAR_STATE", str(tmp_path))
    monkeypatch.setenv("ASAR_DATABASE_OWNER_URL", "postgresql://asar_owner:x@127.0.0.1:1/asar")
    result = CliRunner().invoke(main, ["database", "upgrade"])
    assert result.exit_code == 1
    assert "correct ASAR_DATABASE_OWNER_URL" in result.output
