"""The studio's API as tools for a language model, as a client of that kind sees it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamablehttp_client

from ideogram4.cli import main
from ideogram4.settings import Settings
from tests.ui.pretend import PretendLoader, PretendPipeline
from ui import studio
from ui.service import GenerationService


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    settings = Settings(model="demo", output_dir=tmp_path_factory.mktemp("pictures"))
    demo = studio.build(
        settings, GenerationService(settings, loader=PretendLoader(PretendPipeline()))
    )
    _, url, _ = demo.launch(
        server_name="127.0.0.1",
        prevent_thread_lock=True,
        quiet=True,
        ssr_mode=False,
        mcp_server=True,
    )
    yield f"{url}gradio_api/mcp/"
    demo.close(verbose=False)


def ask(address: str, tool: str = "", arguments: dict[str, Any] | None = None) -> Any:
    """In a thread of its own: the browser of other tests keeps a loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, asked(address, tool, arguments)).result(60)


async def asked(address: str, tool: str = "", arguments: dict[str, Any] | None = None) -> Any:
    async with streamablehttp_client(address) as (read, write, _), ClientSession(read, write) as on:
        await on.initialize()
        if not tool:
            return (await on.list_tools()).tools
        return await on.call_tool(tool, arguments or {})


def test_the_endpoints_are_tools_with_their_documentation(address: str) -> None:
    tools = {tool.name: tool for tool in ask(address)}
    assert sorted(tools) == ["check", "expand", "gallery_get", "gallery_list", "generate"]
    assert "Make pictures of a caption" in str(tools["generate"].description)
    arguments = tools["generate"].inputSchema["properties"]
    assert "first step first" in json.dumps(arguments["guidance_schedule"])


def test_a_caption_is_checked(address: str) -> None:
    answer = ask(address, "check", {"caption": "{"})
    assert not answer.isError and '"ok": false' in answer.content[0].text.lower().replace("'", '"')


def test_an_idea_is_expanded(address: str) -> None:
    answer = ask(address, "expand", {"idea": 'a fox, "SALE" in red', "width": 320, "height": 192})
    assert not answer.isError
    told = answer.content[0].text
    assert "simple rules" in told and "SALE" in told
    refused = ask(address, "expand", {"idea": "a fox", "provider": "ideogram"})
    assert refused.isError and "needs a key" in refused.content[0].text


def test_without_the_package_the_command_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert main(["serve", "--mcp", "--model", "demo"]) == 2
    assert "pip install 'mcp" in capsys.readouterr().err
