"""The environment: read in one place, checked, and its keys never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideogram4.errors import RequestError
from ideogram4.settings import VARIABLES, Settings, secret_values

KEYS = [variable.name for variable in VARIABLES if variable.secret]
ADDRESSES = [variable.name for variable in VARIABLES if variable.kind == "address"]


def test_an_empty_environment_gives_the_defaults() -> None:
    settings = Settings.from_env({})
    assert settings == Settings()
    assert settings.model is None
    assert settings.output_dir == Path("outputs")
    assert settings.ideogram_api_base_url == "https://api.ideogram.ai"


def test_every_variable_lands_in_its_field() -> None:
    environ = {
        variable.name: "http://127.0.0.1:9" if variable.kind == "address" else f"v-{variable.name}"
        for variable in VARIABLES
    }
    settings = Settings.from_env(environ)
    for variable in VARIABLES:
        assert str(getattr(settings, variable.attribute)) == environ[variable.name]


def test_blank_values_count_as_not_set() -> None:
    assert Settings.from_env({v.name: "  " for v in VARIABLES}) == Settings()


@pytest.mark.parametrize("name", KEYS)
def test_a_key_is_in_no_text_about_the_settings(name: str) -> None:
    canary = "canary-7f3a"
    settings = Settings.from_env({name: canary})
    assert canary not in repr(settings) + str(settings) + str(list(settings.describe()))
    assert (name, "set") in list(settings.describe())
    assert canary in secret_values({name: canary})


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize("bad", ["canary\nX-Evil: 1", "canary key", "canaryé", "canary\x00"])
def test_a_key_that_cannot_be_one_is_refused_without_repeating_it(name: str, bad: str) -> None:
    with pytest.raises(RequestError, match=name) as caught:
        Settings.from_env({name: bad})
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("name", ADDRESSES)
@pytest.mark.parametrize(
    "bad",
    [
        "localhost:8000",
        "ftp://host",
        "http://",
        "http://user:pass@host",
        "http://host?x=1",
        "http://host#a",
        "http://host:99999",
        "http://[::1",
        "http://ho\nst",
        "file:///etc/passwd",
    ],
)
def test_an_address_that_is_not_one_is_refused(name: str, bad: str) -> None:
    with pytest.raises(RequestError, match=name) as caught:
        Settings.from_env({name: bad})
    assert "pass@" not in str(caught.value)


@pytest.mark.parametrize("good", ["http://127.0.0.1:8000", "https://llm.example/api/v1"])
def test_a_last_slash_of_an_address_does_not_matter(good: str) -> None:
    for written in (good, good + "/"):
        assert Settings.from_env({"MAGIC_PROMPT_BASE_URL": written}).magic_prompt_base_url == good
