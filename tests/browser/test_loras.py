"""LoRAs on the page: chosen, weighed, sent with the picture, remembered and brought back."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.serving import Ports
from tests.browser.whole import Served, Whole, serving
from tests.ui.test_loras import write

pytestmark = pytest.mark.browser

WORDS = "<img src=x onerror=alert(1)> ${7} {{value}}"


@pytest.fixture(scope="module")
def shelf(ports: Ports, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root = tmp_path_factory.mktemp("loras")
    write(root / "loras" / "Warm.safetensors")
    write(root / "loras" / "Wrong.safetensors", width=64)
    write(root / "loras" / f"{WORDS.replace('/', '-')}.safetensors")
    with serving(ports, root / "pictures", loras=root / "loras") as served:
        yield served


@pytest.fixture
def whole(page: Page, shelf: Served) -> Whole:
    whole = Whole(page, shelf.url)
    page.locator("#sampling summary").click()
    return whole


def part(whole: Whole) -> Locator:
    return whole.page.get_by_role("region", name="LoRAs")


def test_one_is_chosen_weighed_used_and_remembered(whole: Whole, shelf: Served) -> None:
    loras = part(whole)
    expect(loras.get_by_role("slider", name="Strength of Warm")).to_be_hidden()
    loras.get_by_label("Warm", exact=True).check()
    expect(loras).to_contain_text("6 layers, rank 4 (ai-toolkit)")
    loras.get_by_label("Strength as a number of Warm").fill("0.65")
    expect(loras.get_by_role("slider", name="Strength of Warm")).to_have_value("0.65")
    loras.get_by_label("Branch of Warm").select_option("Both")
    expect(whole.page.locator("#sampling summary")).to_contain_text("1 LoRA")
    whole.generate()
    (spec,) = shelf.pipeline.loras
    assert (spec.path.name, spec.weight, spec.branch) == ("Warm.safetensors", 0.65, "both")
    kept = shelf.service.store.get(shelf.service.store.ids()[0]).record
    assert json.loads(kept.sampling)["loras"][0]["weight"] == 0.65

    loras.get_by_label("Warm", exact=True).uncheck()
    expect(whole.page.locator("#sampling summary")).to_contain_text("as the preset says")
    whole.generate()
    expect(whole.page.locator("#gallery [data-picture]")).to_have_count(2)
    assert shelf.pipeline.loras == ()


def test_a_recalled_picture_brings_its_loras_back(whole: Whole) -> None:
    loras = part(whole)
    loras.get_by_label("Warm", exact=True).check()
    loras.get_by_label("Strength as a number of Warm").fill("-1.5")
    whole.generate()
    whole.page.locator("#sampling").get_by_role("button", name="Reset to preset").click()
    expect(loras.get_by_label("Warm", exact=True)).not_to_be_checked()
    whole.page.locator("#gallery [data-picture]").first.click()
    whole.button("Use its caption and settings").click()
    expect(loras.get_by_label("Warm", exact=True)).to_be_checked()
    expect(loras.get_by_label("Strength as a number of Warm")).to_have_value("-1.5")


def test_one_that_does_not_fit_says_why_and_stays_off(whole: Whole) -> None:
    loras = part(whole)
    loras.get_by_label("Wrong", exact=True).click()
    expect(loras).to_contain_text("the file has (64, 64), the model (256, 256)")
    expect(loras.get_by_label("Wrong", exact=True)).not_to_be_checked()
    expect(whole.page.locator("#sampling summary")).to_contain_text("as the preset says")


def test_a_hostile_name_is_only_words(whole: Whole) -> None:
    loras = part(whole)
    loras.get_by_label(WORDS.replace("/", "-"), exact=True).check()
    expect(loras.get_by_role("slider")).to_have_count(1)
    expect(loras.locator("img")).to_have_count(0)


def test_one_that_came_into_the_folder_is_there_when_the_panel_is_opened_again(
    whole: Whole, shelf: Served
) -> None:
    head = whole.page.locator("#sampling summary")
    head.click()
    new = write(shelf.service.settings.lora_dir / "New.safetensors")
    try:
        head.click()
        part(whole).get_by_label("New", exact=True).check()
        expect(part(whole)).to_contain_text("6 layers, rank 4")
    finally:
        new.unlink()


def test_without_any_nothing_is_said_of_them(studio: Whole) -> None:
    studio.page.locator("#sampling summary").click()
    expect(studio.page.locator("#sampling .ig-plot-area")).to_be_visible()
    expect(studio.page.locator(".ig-loras")).to_be_hidden()
