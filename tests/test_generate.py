"""`ideogram4 generate` and `run_inference.py` with the demo: captions become pictures on disk."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from ideogram4 import Caption, __version__, parse_caption
from ideogram4.cli import main
from ideogram4.pipeline import Ideogram4Pipeline
from ideogram4.png import read_png_metadata

ROOT = Path(__file__).resolve().parents[1]
CAPTION = (ROOT / "presets" / "captions" / "sunset.json").read_text(encoding="utf-8")
QUICK = ["--model", "demo", "--steps", "2", "--width", "192", "--height", "208"]


def generate(*arguments: str) -> int:
    return main(["generate", *QUICK, *arguments])


class TestOnePicture:
    def test_the_picture_carries_its_story(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "new folder" / "sunset.png"
        assert generate("--prompt", CAPTION, "--output", str(path), "--seed", "7") == 0
        told = capsys.readouterr()
        assert told.out == f"{path}\n"
        assert "model: demo (asked for)" in told.err
        assert "seed 7, 2 steps, 192 × 208" in told.err
        with Image.open(path) as picture:
            assert picture.size == (192, 208)
        story = read_png_metadata(path)
        caption = parse_caption(CAPTION).caption
        assert caption is not None
        assert story["prompt"] == caption.to_prompt()
        assert story["caption"] == caption.to_json()
        assert (story["seed"], story["steps"]) == ("7", "2")
        assert (story["width"], story["height"]) == ("192", "208")
        assert story["version"] == __version__
        assert "demo" in story["weights"]
        assert story["licence"] and story["preset"]

    def test_the_same_seed_gives_the_same_picture_and_another_does_not(
        self, tmp_path: Path
    ) -> None:
        for name, seed in (("a", "7"), ("b", "7"), ("c", "8")):
            path = str(tmp_path / f"{name}.png")
            assert generate("--prompt", CAPTION, "--output", path, "--seed", seed) == 0
        a, b, c = (Image.open(tmp_path / f"{name}.png").tobytes() for name in "abc")
        assert a == b
        assert a != c

    def test_it_is_the_picture_that_the_python_call_gives(self, tmp_path: Path) -> None:
        path = tmp_path / "a.png"
        overrides = ["--guidance-schedule", "3,2", "--mu", "0.25", "--std", "1.5"]
        assert generate("--prompt", CAPTION, "--output", str(path), "--seed", "7", *overrides) == 0
        pipe = Ideogram4Pipeline.from_pretrained("demo")
        (expected,) = pipe(
            CAPTION,
            width=192,
            height=208,
            num_steps=2,
            guidance_schedule=(3.0, 2.0),
            mu=0.25,
            std=1.5,
            seed=7,
        )
        with Image.open(path) as picture:
            assert picture.tobytes() == expected.tobytes()
        story = read_png_metadata(path)
        assert json.loads(story["guidance_schedule"]) == [3.0, 2.0]
        assert (story["mu"], story["std"]) == ("0.25", "1.5")

    def test_from_a_file_and_from_standard_input(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        source = tmp_path / "caption.json"
        source.write_text(CAPTION, encoding="utf-8-sig")
        paths = [str(tmp_path / f"{name}.png") for name in "ab"]
        seed = ["--seed", "1"]
        assert generate("--caption", str(source), "--output", paths[0], *seed) == 0
        piped = io.TextIOWrapper(io.BytesIO(source.read_bytes()))
        monkeypatch.setattr(sys, "stdin", piped)
        assert generate("--output", paths[1], *seed) == 0
        assert Path(paths[0]).read_bytes() == Path(paths[1]).read_bytes()

    def test_several_pictures_are_numbered_and_each_can_be_drawn_again_alone(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        arguments = ["--prompt", CAPTION, "--output", str(tmp_path / "p.png"), "--seed", "7"]
        assert generate(*arguments, "--num-images", "2") == 0
        paths = [tmp_path / "p-1.png", tmp_path / "p-2.png"]
        assert capsys.readouterr().out.splitlines() == [str(path) for path in paths]
        stories = [read_png_metadata(path) for path in paths]
        assert [story["seed"] for story in stories] == ["7", "8"]
        assert [story["image"] for story in stories] == ["1", "2"]
        again = ["--prompt", CAPTION, "--output", str(tmp_path / "q.png"), "--seed", "8"]
        assert generate(*again) == 0
        pictures = [Image.open(path).convert("RGB") for path in (paths[1], tmp_path / "q.png")]
        differences = zip(*(picture.tobytes() for picture in pictures), strict=True)
        # Alone or in a batch, sums are added in another order, so the last bit may differ.
        assert max(abs(a - b) for a, b in differences) <= 2

    def test_without_output_it_goes_to_the_output_folder_and_nothing_is_written_over(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("IDEOGRAM4_OUTPUT_DIR", str(tmp_path / "kept"))
        monkeypatch.setenv("IDEOGRAM4_MODEL", "demo")
        quick = QUICK[2:]
        for seed in ("1", "2"):
            assert main(["generate", *quick, "--prompt", CAPTION, "--seed", seed]) == 0
        names = sorted(path.name for path in (tmp_path / "kept").iterdir())
        assert len(names) == 2
        assert all(name.endswith(".png") and "-seed" in name for name in names)

    def test_plain_text_is_drawn(self, tmp_path: Path) -> None:
        path = tmp_path / "a.png"
        assert generate("--prompt", "a red circle", "--output", str(path)) == 0
        assert read_png_metadata(path)["prompt"] == "a red circle"


class TestRefusals:
    @pytest.mark.parametrize(
        ("arguments", "code", "words"),
        [
            (["--width", "200"], 2, "width 200 is not a multiple of 16; nearest are 192 and 208"),
            (["--width", "0"], 2, "width 0 is outside"),
            (["--width", "100000"], 2, "width 100000 is outside"),
            (["--guidance-schedule", "7,7,7"], 2, "3"),
            (["--device", "toaster"], 4, "toaster"),
            (["--model", "no/such/folder"], 3, "no/such/folder"),
            (["--prompt", "a" * 400_000], 2, "400000 bytes long; the limit is 262144"),
            (["--prompt", "a " * 4_000], 2, "tokens long; the model reads at most 2048"),
        ],
    )
    def test_what_cannot_be_drawn_is_told_in_words(
        self,
        arguments: list[str],
        code: int,
        words: str,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        path = tmp_path / "a.png"
        prompt = [] if "--prompt" in arguments else ["--prompt", CAPTION]
        assert generate(*prompt, "--output", str(path), *arguments) == code
        told = capsys.readouterr()
        assert told.out == ""
        assert words in told.err
        assert "error: " in told.err and "Traceback" not in told.err
        assert not path.exists()

    def test_a_caption_with_errors_stops_or_warns_as_told(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        broken = '{"compositional_deconstruction": {"background": "red", "elements": 5}}'
        path = tmp_path / "a.png"
        arguments = ["--prompt", broken, "--output", str(path)]
        assert generate(*arguments, "--check", "raise") == 1
        assert not path.exists()
        assert "1:" in capsys.readouterr().err
        assert generate(*arguments) == 0
        assert " error " in capsys.readouterr().err
        assert generate(*arguments, "--check", "off") == 0
        assert " error " not in capsys.readouterr().err

    def test_a_place_that_cannot_be_written_is_told_before_drawing(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "file").write_text("")
        path = tmp_path / "file" / "a.png"
        assert generate("--prompt", CAPTION, "--output", str(path)) == 1
        told = capsys.readouterr().err
        assert "pictures cannot be kept in" in told
        assert "model:" not in told

    def test_control_c_while_drawing_leaves_nothing_half_done(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def pressed(*_: object) -> None:
            signal.raise_signal(signal.SIGINT)

        monkeypatch.setattr("ideogram4.commands.console.Progress.show", pressed)
        assert generate("--prompt", CAPTION, "--output", str(tmp_path / "a.png")) == 130
        assert list(tmp_path.iterdir()) == []
        assert capsys.readouterr().err.endswith("stopped\n")


class TestBatch:
    @pytest.fixture
    def captions(self, tmp_path: Path) -> Path:
        """Four lines: a caption, an empty one, plain text as a JSON string, another caption."""
        caption = Caption.from_dict(json.loads(CAPTION))
        other = caption.to_prompt().replace("yellow", "green")
        path = tmp_path / "captions.jsonl"
        path.write_text(f'{caption.to_prompt()}\n\n"a red circle"\n{other}\n', encoding="utf-8")
        return path

    def run(self, captions: Path, folder: Path, *arguments: str) -> int:
        where = ["--captions", str(captions), "--output-dir", str(folder)]
        return generate(*where, "--seed", "7", *arguments)

    def test_pictures_are_named_by_line(
        self, captions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        folder = tmp_path / "out"
        assert self.run(captions, folder) == 0
        names = ["00001.png", "00003.png", "00004.png"]
        assert sorted(path.name for path in folder.iterdir()) == names
        assert capsys.readouterr().out.splitlines() == [str(folder / name) for name in names]
        assert read_png_metadata(folder / "00003.png")["prompt"] == "a red circle"

    def test_a_second_run_draws_only_what_is_missing(
        self, captions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        folder = tmp_path / "out"
        assert self.run(captions, folder) == 0
        before = {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in _all(folder)}
        (folder / "00003.png").unlink()
        capsys.readouterr()
        assert self.run(captions, folder) == 0
        told = capsys.readouterr()
        assert told.out == f"{folder / '00003.png'}\n"
        assert "1 drawn, 2 were there, 0 failed, of 3" in told.err
        after = {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in _all(folder)}
        assert after.pop("00003.png")[1] == before.pop("00003.png")[1]
        assert after == before

    def test_with_nothing_missing_no_model_is_loaded(
        self, captions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert self.run(captions, tmp_path / "out") == 0
        capsys.readouterr()
        assert self.run(captions, tmp_path / "out") == 0
        told = capsys.readouterr()
        assert told.out == ""
        assert "model:" not in told.err

    def test_a_picture_of_another_caption_is_kept_and_told(
        self, captions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        folder = tmp_path / "out"
        assert self.run(captions, folder) == 0
        before = (folder / "00003.png").read_bytes()
        captions.write_text(captions.read_text().replace("a red circle", "a blue ring"))
        assert self.run(captions, folder) == 1
        assert "drawn from another caption and is kept" in capsys.readouterr().err
        assert (folder / "00003.png").read_bytes() == before

    def test_a_file_that_is_no_picture_is_not_taken_for_a_finished_one(
        self, captions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        folder = tmp_path / "out"
        folder.mkdir()
        (folder / "00001.png").write_text("notes")
        assert self.run(captions, folder) == 1
        assert "00001.png is not a whole PNG" in capsys.readouterr().err
        assert (folder / "00001.png").read_text() == "notes"

    def test_a_bad_line_does_not_stop_the_others(
        self, captions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        captions.write_text('{"bad": \n' + captions.read_text(encoding="utf-8"), encoding="utf-8")
        folder = tmp_path / "out"
        assert self.run(captions, folder, "--check", "raise") == 1
        told = capsys.readouterr().err
        assert "line 1:" in told
        # plain text is outside the trained format too, and "raise" stops it
        assert sorted(path.name for path in folder.iterdir()) == ["00002.png", "00005.png"]

    def test_several_pictures_a_line_and_one_of_them_missing(
        self, captions: Path, tmp_path: Path
    ) -> None:
        folder = tmp_path / "out"
        captions.write_text(captions.read_text().splitlines()[0])
        two = ["--captions", str(captions), "--output-dir", str(folder), "--num-images", "2"]
        assert generate(*two) == 0
        names = ["00001-1.png", "00001-2.png"]
        assert sorted(path.name for path in folder.iterdir()) == names
        before = (folder / names[1]).read_bytes()
        (folder / names[1]).unlink()
        assert generate(*two) == 0  # no seed given: it is found in the picture that is left
        assert (folder / names[1]).read_bytes() == before

    @pytest.mark.slow
    def test_killed_at_any_moment_every_named_picture_is_whole(self, tmp_path: Path) -> None:
        captions = tmp_path / "captions.jsonl"
        captions.write_text("\n".join(f'"circle {n}"' for n in range(6)))
        folder = tmp_path / "out"
        command = [sys.executable, "-m", "ideogram4", "generate", *QUICK]
        command += ["--captions", str(captions), "--output-dir", str(folder), "--seed", "1"]
        for kill_after in (1, 2):
            process = subprocess.Popen(
                command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
            )
            assert process.stdout is not None
            for _ in range(kill_after):
                assert process.stdout.readline()
            process.kill()
            process.communicate()
            for path in folder.glob("*.png"):
                Image.open(path).load()
        assert subprocess.run(command, cwd=ROOT, capture_output=True).returncode == 0
        assert len(list(folder.glob("*.png"))) == 6


class TestProductCommandLine:
    """`python run_inference.py`, with the flags of the product document."""

    def run(self, *arguments: str, home: Path, **environ: str) -> subprocess.CompletedProcess[str]:
        online = {key: value for key, value in os.environ.items() if key != "HF_HUB_OFFLINE"}
        return subprocess.run(
            [sys.executable, str(ROOT / "run_inference.py"), *arguments],
            capture_output=True,
            text=True,
            cwd=home,
            env={**online, "HOME": str(home), "HF_HOME": str(home / "hf"), **environ},
            stdin=subprocess.DEVNULL,
        )

    def test_the_demo_writes_a_picture(self, tmp_path: Path) -> None:
        done = self.run(
            *("--model", "demo", "--prompt", CAPTION, "--output", "out.png"),
            *("--height", "208", "--width", "192", "--sampler-preset", "V4_TURBO_12"),
            *("--seed", "7", "--device", "cpu", "--magic-prompt-key", ""),
            home=tmp_path,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout == "out.png\n"
        with Image.open(tmp_path / "out.png") as picture:
            assert picture.size == (192, 208)
        assert read_png_metadata(tmp_path / "out.png")["preset"] == "V4_TURBO_12"

    @pytest.mark.parametrize("quantisation", ["nf4", "fp8"])
    def test_without_access_it_says_what_to_do(self, quantisation: str, tmp_path: Path) -> None:
        done = self.run(
            *("--prompt", "a ginger cat", "--output", "out.png"),
            *("--quantization", quantisation, "--magic-prompt-key", "canary-5e"),
            home=tmp_path,
        )
        assert done.returncode == 3
        assert f"ideogram-ai/ideogram-4-{quantisation}" in done.stderr
        for words in ("ccept the licence", "HF_TOKEN", "--model demo"):
            assert words in done.stderr
        assert "sent to" not in done.stderr, "a caption was asked for that nobody can draw"
        assert "canary-5e" not in done.stderr + done.stdout
        assert "Traceback" not in done.stderr
        assert not (tmp_path / "out.png").exists()

    @pytest.mark.parametrize("value", ["canary-5e", ""])
    def test_screening_that_was_asked_for_is_not_left_out(self, value: str, tmp_path: Path) -> None:
        """An empty value is a variable that was not exported: the wish is the same."""
        done = self.run(
            *("--model", "demo", "--prompt", CAPTION, "--output", "out.png"),
            *("--hive-text-key", value, "--hive-visual-key", value),
            home=tmp_path,
            HIVE_API_BASE_URL="http://127.0.0.1:9",  # where nobody answers
        )
        assert done.returncode == (5 if value else 2)
        assert (
            "could not be checked by Hive" if value else "--hive-text-key is empty"
        ) in done.stderr
        assert "canary-5e" not in done.stderr
        assert not (tmp_path / "out.png").exists()

    def test_a_caption_with_errors_stops_unless_told_to_warn(self, tmp_path: Path) -> None:
        arguments = ["--model", "demo", "--prompt", '{"a": 1}', "--output", "out.png"]
        quick = ["--height", "192", "--width", "192", "--steps", "1"]
        done = self.run(*arguments, *quick, home=tmp_path)
        assert done.returncode == 1
        assert not (tmp_path / "out.png").exists()
        done = self.run(*arguments, *quick, "--warn-on-caption-issues", home=tmp_path)
        assert done.returncode == 0, done.stderr
        assert (tmp_path / "out.png").exists()


def _all(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())
