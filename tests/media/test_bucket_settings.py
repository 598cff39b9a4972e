"""Where pictures lie is decided whole, and safely, or not at all."""

import importlib.util

import pytest

import config
from pb.settings import Bucket, ConfigurationError

WHOLE = {
    "ASAR_MEDIA_S3_ENDPOINT": "https://s3.example.kz/",
    "ASAR_MEDIA_S3_BUCKET": "asar-pictures",
    "ASAR_MEDIA_S3_KEY": "key",
    "ASAR_MEDIA_S3_SECRET": "secret",
}


def test_a_bucket_is_read_from_the_environment_for_serving_and_for_restoring() -> None:
    assert config.restore_from_environment({}).bucket is None
    bucket = Bucket("https://s3.example.kz", "asar-pictures", "us-east-1", "key", "secret")
    assert config.restore_from_environment(WHOLE).bucket == bucket
    assert "secret" not in repr(bucket).replace("secret=", "")
    elsewhere = config.restore_from_environment({**WHOLE, "ASAR_MEDIA_S3_REGION": "kz-1"}).bucket
    assert elsewhere is not None
    assert elsewhere.region == "kz-1"


@pytest.mark.parametrize("name", WHOLE)
def test_a_half_of_it_is_refused_by_name(name: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        config.restore_from_environment({**WHOLE, name: ""})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ASAR_MEDIA_S3_ENDPOINT", "http://s3.example.kz"),
        ("ASAR_MEDIA_S3_ENDPOINT", "s3.example.kz"),
        ("ASAR_MEDIA_S3_BUCKET", "Pictures/of ours"),
        ("ASAR_MEDIA_S3_SECRET", "CHANGE"),
    ],
)
def test_what_cannot_be_or_is_not_safe_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        config.restore_from_environment({**WHOLE, name: value})


def test_without_boto3_one_reads_what_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(ConfigurationError, match="make s3"):
        config.restore_from_environment(WHOLE)
    assert config.restore_from_environment({}).bucket is None
