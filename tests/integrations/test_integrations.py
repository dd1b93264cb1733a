"""Tries what other people's builds use of this repository, as far as it runs without a server.

The hooks run through the real pre-commit, the steps of the action and the lines of the GitLab snippet as the scripts that
they are; the files are held to the schemas that check-jsonschema brings. Needs TIDINGS_BIN; git must be there.
"""

from __future__ import annotations

import copy
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
TIDINGS = Path(os.environ["TIDINGS_BIN"]).resolve()
HOOKS = ROOT / ".pre-commit-hooks.yaml"
ACTION = ROOT / "action.yml"

# Commands that hooks, action and snippets use and that are not made yet. One that is there must go from this list.
NOT_YET: set[str] = set()


def needs(command: str) -> Any:
    """Passes a test over while its command is not made yet."""
    return unittest.skipIf(command in NOT_YET, f"`tidings {command}` is not made yet")


def environment(**more: str) -> dict[str, str]:
    """The environment with `tidings` on the PATH and without what a surrounding git says."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "TIDINGS_", "INPUT_"))}
    path = os.pathsep.join([str(TIDINGS.parent), str(Path(sys.executable).parent), kept.get("PATH", "")])
    return kept | {"PATH": path, "GIT_CONFIG_GLOBAL": os.devnull, "NO_COLOR": "1"} | more


def run(folder: Path, *call: object, **more: str) -> subprocess.CompletedProcess[str]:
    """Runs a program in a folder."""
    arguments = [str(part) for part in call]
    return subprocess.run(
        arguments, cwd=folder, env=environment(**more), capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )


def git(folder: Path, *arguments: object) -> str:
    """Runs git, which must succeed."""
    done = run(folder, "git", "-c", "user.name=T", "-c", "user.email=t@tidings.example", *arguments)
    if done.returncode != 0:
        raise RuntimeError(f"git {arguments}: {done.stderr}")
    return done.stdout.strip()


def snippet(key: str) -> Any:
    """The YAML of docs/ci.md that has this key at its top."""
    text = (ROOT / "docs/ci.md").read_text("utf-8")
    blocks = [yaml.safe_load(block) for block in re.findall(r"^```yaml\n(.*?)^```", text, re.M | re.S)]
    [found] = [block for block in blocks if key in block]
    return found


class Repository(unittest.TestCase):
    """A repository with a small catalog, and events for it in `fixtures`."""

    def setUp(self) -> None:
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = Path(scratch.name)
        self.folder = self.scratch / "project"
        self.folder.mkdir()
        git(self.folder, "init", "--quiet", "--initial-branch=main")
        self.catalog = self.folder / "contracts/tasks"
        self.assert_exit(0, run(self.folder, TIDINGS, "init", "contracts/tasks"))
        sample = run(self.folder, TIDINGS, "sample", "--events", 20, "--seed", 1)
        self.events = self.folder / "fixtures/tasks.ndjson"
        self.events.parent.mkdir()
        self.events.write_text(sample.stdout, "utf-8")
        self.commit("one")

    def commit(self, message: str) -> None:
        git(self.folder, "add", "--all")
        git(self.folder, "commit", "--quiet", "--no-verify", "--message", message)

    def assert_exit(self, code: int, done: subprocess.CompletedProcess[str]) -> None:
        self.assertEqual(done.returncode, code, f"{done.args}\n{done.stdout}\n{done.stderr}")

    def deform(self) -> Path:
        """Gives a file of the catalog another form."""
        path = self.catalog / "envelope.schema.json"
        path.write_text(json.dumps(json.loads(path.read_text("utf-8"))), "utf-8")
        return path

    def add_bad_event(self) -> None:
        with self.events.open("a", encoding="utf-8") as events:
            events.write('{"event_name": "TaskCreated"}\n')

    def break_catalog(self) -> None:
        """Requires a field that was not there."""
        path = self.catalog / "schemas/task_completed.schema.json"
        schema = json.loads(path.read_text("utf-8"))
        schema["properties"]["result"] = {
            "description": "What came of it.",
            "x-privacy": "public",
            "type": "string",
            "maxLength": 20,
        }
        schema["required"].append("result")
        path.write_text(json.dumps(schema, indent=2) + "\n", "utf-8")


class Commands(unittest.TestCase):
    """The list of what is not made yet."""

    def test_it_is_true(self) -> None:
        for command in ("fmt", "lint", "breaking", "validate", "audit"):
            there = run(ROOT, TIDINGS, command, "--help").returncode == 0
            self.assertEqual(there, command not in NOT_YET, f"NOT_YET and `tidings {command}`")


class Schemas(unittest.TestCase):
    """The files are what the systems read."""

    def check(self, schema: str, content: Any, good: bool) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "file.yml"
            path.write_text(yaml.safe_dump(content), "utf-8")
            done = run(ROOT, sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, path)
        self.assertEqual(done.returncode == 0, good, f"{schema}\n{done.stdout}{done.stderr}")

    def test_the_action_is_one_and_a_broken_one_is_none(self) -> None:
        action = yaml.safe_load(ACTION.read_text("utf-8"))
        self.check("vendor.github-actions", action, True)
        broken = copy.deepcopy(action)
        del broken["runs"]["steps"][0]["shell"]
        self.check("vendor.github-actions", broken, False)

    def test_the_workflow_is_one_and_its_inputs_are_the_action_s(self) -> None:
        workflow = snippet("jobs")
        # YAML 1.1 reads the key `on` as true.
        workflow["on"] = workflow.pop(True, workflow.get("on"))
        self.check("vendor.github-workflows", workflow, True)
        broken = copy.deepcopy(workflow)
        del broken["jobs"]["catalog"]["runs-on"]
        self.check("vendor.github-workflows", broken, False)
        inputs = yaml.safe_load(ACTION.read_text("utf-8"))["inputs"]
        uses = [step for step in workflow["jobs"]["catalog"]["steps"] if step["uses"].startswith("OWNER/tidings@")]
        self.assertGreater(len(uses), 3)
        for step in uses:
            self.assertLessEqual(set(step["with"]), set(inputs))

    def test_the_gitlab_job_is_one_and_a_broken_one_is_none(self) -> None:
        pipeline = snippet("tidings")
        self.check("vendor.gitlab-ci", pipeline, True)
        broken = copy.deepcopy(pipeline)
        broken["tidings"]["artifacts"]["when"] = "sometimes"
        self.check("vendor.gitlab-ci", broken, False)

    def test_pre_commit_reads_the_hooks_and_the_configuration(self) -> None:
        done = run(ROOT, sys.executable, "-m", "pre_commit", "validate-manifest", HOOKS)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        configuration = snippet("repos")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "config.yaml"
            path.write_text(yaml.safe_dump(configuration), "utf-8")
            done = run(ROOT, sys.executable, "-m", "pre_commit", "validate-config", path)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        known = {hook["id"] for hook in yaml.safe_load(HOOKS.read_text("utf-8"))}
        self.assertEqual({hook["id"] for hook in configuration["repos"][0]["hooks"]}, known)


class PreCommit(Repository):
    """The hooks, through pre-commit."""

    def setUp(self) -> None:
        super().setUp()
        # The hooks in a repository of their own: the one they stand in may have changes that are not committed.
        hooks = self.scratch / "hooks"
        hooks.mkdir()
        shutil.copy(HOOKS, hooks)
        git(hooks, "init", "--quiet")
        git(hooks, "add", "--all")
        git(hooks, "commit", "--quiet", "--no-verify", "--message", "hooks")
        configuration = snippet("repos")
        configuration["repos"][0] |= {"repo": str(hooks), "rev": git(hooks, "rev-parse", "HEAD")}
        for hook in configuration["repos"][0]["hooks"]:
            if hook["id"] == "tidings-breaking":
                # There is no other place than this one.
                hook["args"] = ["--against", "git:main"]
        (self.folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump(configuration), "utf-8")
        self.commit("hooks")

    def hook(self, name: str) -> subprocess.CompletedProcess[str]:
        home = str(self.scratch / "home")
        call = ("-m", "pre_commit", "run", "--all-files", "--verbose", name)
        done = run(self.folder, sys.executable, *call, PRE_COMMIT_HOME=home)
        self.assertNotIn("no files to check", done.stdout)
        return done

    def test_fmt_brings_files_into_their_form_and_stops_the_commit(self) -> None:
        self.assert_exit(0, self.hook("tidings-fmt"))
        path = self.catalog / "envelope.schema.json"
        before = path.read_text("utf-8")
        self.deform()
        done = self.hook("tidings-fmt")
        self.assert_exit(1, done)
        self.assertIn("files were modified by this hook", done.stdout)
        self.assertEqual(path.read_text("utf-8"), before)
        self.assert_exit(0, self.hook("tidings-fmt"))

    def test_validate_checks_the_files_of_the_commit(self) -> None:
        self.assert_exit(0, self.hook("tidings-validate"))
        self.add_bad_event()
        done = self.hook("tidings-validate")
        self.assert_exit(1, done)
        self.assertIn("schema/required", done.stdout)

    @needs("lint")
    def test_lint_holds_the_catalog(self) -> None:
        self.assert_exit(0, self.hook("tidings-lint"))
        (self.catalog / "examples/task_completed.example.json").unlink()
        self.commit("no example")
        done = self.hook("tidings-lint")
        self.assert_exit(1, done)
        self.assertIn("lint/missing-example", done.stdout)

    @needs("breaking")
    def test_breaking_compares_with_what_it_is_told(self) -> None:
        self.assert_exit(0, self.hook("tidings-breaking"))
        self.break_catalog()
        done = self.hook("tidings-breaking")
        self.assert_exit(1, done)
        self.assertIn("TaskCompleted", done.stdout)


class Action(Repository):
    """The steps of the action, as the scripts that they are."""

    def setUp(self) -> None:
        super().setUp()
        self.action = yaml.safe_load(ACTION.read_text("utf-8"))
        self.path_file = self.scratch / "path"

    def step(self, index: int, inputs: dict[str, str], **more: str) -> subprocess.CompletedProcess[str]:
        """Runs a step as GitHub does: with the inputs put in place, in a shell that stops at the first error."""
        defaults = {name: str(described.get("default", "")) for name, described in self.action["inputs"].items()}
        values = defaults | inputs

        def filled(text: str) -> str:
            return re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda match: values[match[1]], text)

        step = self.action["runs"]["steps"][index]
        self.assertEqual(step["shell"], "bash")
        self.assertNotIn("${{", step["run"], "no input may become a part of the script")
        script = self.scratch / "step.sh"
        script.write_text(step["run"], "utf-8")
        variables = {name: filled(value) for name, value in step.get("env", {}).items()}
        variables |= {
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_PATH": str(self.path_file),
            "RUNNER_TEMP": str(self.scratch),
        }
        return run(self.folder, "bash", "--noprofile", "--norc", "-eo", "pipefail", script, **(variables | more))

    def tidings(self, **inputs: str) -> subprocess.CompletedProcess[str]:
        return self.step(1, inputs)

    def test_tidings_is_not_built_where_it_is(self) -> None:
        self.assert_exit(0, self.step(0, {}))
        self.assertFalse(self.path_file.exists())

    def test_tidings_is_built_from_the_action_s_own_source(self) -> None:
        # A cargo that builds nothing but says what it was told.
        programs = self.scratch / "programs"
        programs.mkdir()
        cargo = programs / "cargo"
        cargo.write_text('#!/bin/sh\necho "$@"\n', "utf-8")
        cargo.chmod(0o755)
        done = self.step(0, {}, PATH=f"{programs}{os.pathsep}/usr/bin{os.pathsep}/bin")
        self.assert_exit(0, done)
        told = done.stdout.split()
        source = Path(told[told.index("--path") + 1])
        self.assertIn('name = "tidings"', (source / "Cargo.toml").read_text("utf-8"))
        self.assertTrue((ROOT / "Cargo.lock").exists(), "--locked")
        self.assertEqual(told[0], "install")
        self.assertEqual(self.path_file.read_text("utf-8"), told[told.index("--root") + 1] + "/bin\n")

    def test_fmt_only_checks(self) -> None:
        self.assert_exit(0, self.tidings(command="fmt"))
        path = self.deform()
        before = path.read_text("utf-8")
        self.assert_exit(1, self.tidings(command="fmt"))
        self.assertEqual(path.read_text("utf-8"), before)

    def test_findings_are_annotations(self) -> None:
        for command in ("validate", "audit"):
            self.assert_exit(0, self.tidings(command=command, paths="fixtures\n\n"))
        self.add_bad_event()
        done = self.tidings(command="validate", paths="fixtures", catalog="contracts/tasks")
        self.assert_exit(1, done)
        self.assertRegex(done.stdout, r"(?m)^::error file=fixtures/tasks\.ndjson,line=21,")

    def test_more_arguments_and_paths_are_one_a_line_and_nothing_else(self) -> None:
        odd = "fixtures/a b; touch owned $(touch owned).ndjson"
        self.events.rename(self.folder / odd)
        done = self.tidings(command="validate", paths=odd, arguments="--unknown-fields\nallow")
        self.assert_exit(0, done)
        self.assertFalse((self.folder / "owned").exists())
        (self.folder / odd).rename(self.folder / "--help")
        self.assert_exit(0, self.tidings(command="validate", paths="--help", arguments="--input\nlines"))

    def test_what_makes_no_sense_is_told(self) -> None:
        for inputs in ({"command": "rules"}, {"command": "validate"}, {"command": "fmt", "catalog": "missing"}):
            self.assert_exit(2, self.tidings(**inputs))

    @needs("lint")
    def test_lint_s_findings_are_annotations(self) -> None:
        self.assert_exit(0, self.tidings(command="lint"))
        (self.catalog / "examples/task_completed.example.json").unlink()
        done = self.tidings(command="lint")
        self.assert_exit(1, done)
        self.assertIn("::error file=contracts/tasks/catalog.toml,", done.stdout)

    @needs("breaking")
    def test_breaking_compares_with_the_branch_that_the_request_goes_to(self) -> None:
        git(self.folder, "update-ref", "refs/remotes/origin/main", "main")
        self.assert_exit(0, self.step(1, {"command": "breaking"}, GITHUB_BASE_REF="main"))
        self.break_catalog()
        self.commit("break")
        self.assert_exit(1, self.step(1, {"command": "breaking"}, GITHUB_BASE_REF="main"))
        self.assert_exit(0, self.tidings(command="breaking", against="git:HEAD"))


class GitLab(Repository):
    """The lines of the GitLab job, in a clone."""

    def job(self) -> tuple[list[subprocess.CompletedProcess[str]], Path]:
        clone = self.scratch / "clone"
        shutil.rmtree(clone, ignore_errors=True)
        git(self.scratch, "clone", "--quiet", self.folder, clone)
        done = []
        for line in snippet("tidings")["tidings"]["script"]:
            words = line.split()
            if words[0] == "tidings" and words[1] in NOT_YET:
                continue
            variables = {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"}
            done.append(run(clone, "bash", "-e", "-o", "pipefail", "-c", line, **variables))
        return done, clone

    def test_a_good_repository_passes_and_its_reports_are_empty(self) -> None:
        done, clone = self.job()
        for line in done:
            self.assert_exit(0, line)
        reports = sorted(clone.glob(snippet("tidings")["tidings"]["artifacts"]["reports"]["codequality"]))
        self.assertEqual(len(reports), len({"validate", "lint", "breaking"} - NOT_YET))
        for report in reports:
            self.assertEqual(json.loads(report.read_text("utf-8")), [])

    def test_findings_are_a_code_quality_report(self) -> None:
        self.add_bad_event()
        self.commit("bad")
        done, clone = self.job()
        self.assertIn(1, [line.returncode for line in done])
        report = json.loads((clone / "gl-tidings-validate.json").read_text("utf-8"))
        self.assertGreater(len(report), 3)
        for entry in report:
            self.assertEqual(entry["location"]["path"], "fixtures/tasks.ndjson")
            self.assertEqual(entry["location"]["lines"]["begin"], 21)
            for key in ("description", "check_name", "fingerprint", "severity"):
                self.assertTrue(entry[key])
        self.assertEqual(len({entry["fingerprint"] for entry in report}), len(report))


if __name__ == "__main__":
    unittest.main()
