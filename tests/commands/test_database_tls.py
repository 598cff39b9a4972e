"""A database on another machine is spoken with under TLS, its certificate verified."""

import pytest

from pb.db import _verified

VERIFIED = {"sslmode": "verify-full", "sslrootcert": "system"}


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://asar:x@db.example.kz/asar",
        "postgresql+psycopg://asar:x@10.0.0.7:5432/asar",
        "postgresql+psycopg://asar:x@/asar?host=/run/postgresql,db.example.kz",
        "postgresql+psycopg://asar:x@localhost/asar?host=db.example.kz",
    ],
)
def test_elsewhere_the_certificate_is_verified(url: str) -> None:
    assert _verified(url) == VERIFIED


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////var/lib/asar/asar.db",
        "postgresql+psycopg://asar:x@127.0.0.1/asar",
        "postgresql+psycopg://asar:x@[::1]/asar",
        "postgresql+psycopg://asar:x@/asar?host=/run/postgresql",
        "postgresql+psycopg:///asar",
        "postgresql+psycopg://asar:x@db.example.kz/asar?sslmode=require",
    ],
)
def test_on_this_machine_and_where_the_address_says_so_nothing_is_added(url: str) -> None:
    assert _verified(url) == {}


def test_an_authority_of_one_s_own_stays() -> None:
    assert _verified("postgresql+psycopg://a:x@db/asar?sslrootcert=/etc/asar/ca.pem") == {"sslmode": "verify-full"}
