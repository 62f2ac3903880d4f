"""The environment: read in one place, checked, and its keys never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideogram4 import settings as settings_module
from ideogram4.errors import RequestError
from ideogram4.settings import (
    VARIABLES,
    Settings,
    for_this_machine_only,
    has_zero_gpu,
    secret_values,
)

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
        v.name: v.choices[-1]
        if v.kind == "choice"
        else "http://127.0.0.1:9"
        if v.kind == "address"
        else "True"
        if v.kind == "switch"
        else f"v-{v.name}"
        for v in VARIABLES
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


def test_a_choice_is_one_of_those_there_are() -> None:
    assert Settings.from_env({"IDEOGRAM4_GALLERY": "ALL"}).gallery == "all"
    with pytest.raises(RequestError, match="IDEOGRAM4_GALLERY is 'mine'; choose all or own"):
        Settings.from_env({"IDEOGRAM4_GALLERY": "mine"})


@pytest.mark.parametrize(
    ("text", "offline"), [("1", True), ("yes", True), ("On", True), ("0", False), ("", False)]
)
def test_offline_is_read_as_the_hub_library_reads_it(text: str, offline: bool) -> None:
    assert Settings.from_env({"HF_HUB_OFFLINE": text}).offline is offline


@pytest.mark.parametrize(
    ("host", "environ", "alone"),
    [
        (None, {}, True),
        (None, {"GRADIO_SERVER_NAME": "127.0.0.1"}, True),
        (None, {"GRADIO_SERVER_NAME": "0.0.0.0"}, False),
        ("localhost", {"GRADIO_SERVER_NAME": "0.0.0.0"}, True),
        ("::1", {}, True),
        ("[::1]", {}, True),
        ("::", {}, False),
        ("192.168.1.7", {}, False),
        ("studio.local", {}, False),
        (None, {"SPACE_ID": "somebody/space"}, False),
        ("127.0.0.1", {"SPACE_ID": "somebody/space"}, False),
        (None, {"GRADIO_ROOT_PATH": "/studio"}, False),
        ("127.0.0.1", {"GRADIO_ROOT_PATH": "https://studio.example"}, False),
    ],
)
def test_who_can_open_the_studio(host: str | None, environ: dict[str, str], alone: bool) -> None:
    assert for_this_machine_only(host, environ) is alone


SPACE = {"SPACE_ID": "somebody/space"}


@pytest.mark.parametrize(
    ("environ", "storage", "kept"),
    [
        (SPACE, True, "data/outputs"),
        (SPACE, False, "outputs"),
        ({}, True, "outputs"),
        ({**SPACE, "IDEOGRAM4_OUTPUT_DIR": "mine"}, True, "mine"),
    ],
)
def test_pictures_of_a_space_are_kept_in_its_storage_if_it_has_any(
    environ: dict[str, str],
    storage: bool,
    kept: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Everything else in a Space is gone when it restarts."""
    data = tmp_path / "data"
    monkeypatch.setattr(settings_module, "SPACE_STORAGE", data)
    if storage:
        data.mkdir()
    found = Settings.from_env(environ).output_dir
    assert found == (tmp_path / kept if kept.startswith("data") else Path(kept))


@pytest.mark.parametrize(
    ("text", "there"), [("true", True), ("1", True), ("", False), ("0", False)]
)
def test_whether_a_card_is_borrowed(text: str, there: bool) -> None:
    assert has_zero_gpu({"SPACES_ZERO_GPU": text}) is there
    assert has_zero_gpu({}) is False
