"""What runs the desk elsewhere knows all its folders, settings and addresses."""

import ast
import re
from typing import Any

import pytest
import yaml

from bot.config import Settings
from tests.architecture.source import PRODUCT, TOP, tree
from web.health import routes
from web.metrics import Metrics

DOCKERFILE = (TOP / "Dockerfile").read_text()
COMPOSE = yaml.safe_load((TOP / "compose.yaml").read_text())
KUBERNETES = list(yaml.safe_load_all((TOP / "deploy/kubernetes.yaml").read_text()))
UNIT = (TOP / "deploy/threadkeeper.service").read_text()
# For the proxy and the database beside the desk, not for the desk.
OTHERS = {"DOMAIN", "POSTGRES_PASSWORD", "POSTGRES_USER", "POSTGRES_DB"}


def imported() -> set[str]:
    """The folders of ours that app.py needs, at first or second hand."""
    names = {name.split(".")[0] for node in ast.walk(tree(TOP / "app.py")) for name in _names(node)}
    return names & {part for part in PRODUCT if (TOP / part).is_dir()} | {"templates"}


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return [each.name for each in node.names] if isinstance(node, ast.Import) else []


def desk(document: str) -> Any:
    """The desk's container as the Kubernetes example has it, or its service in compose.yaml."""
    if document == "compose":
        return COMPOSE["services"]["desk"]
    (deployment,) = [each for each in KUBERNETES if each["kind"] == "Deployment"]
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    return container


@pytest.mark.parametrize("folder", sorted(imported()))
def test_the_image_has_every_folder_that_the_desk_needs(folder: str) -> None:
    assert f"COPY {folder} {folder}\n" in DOCKERFILE
    assert f"!{folder}\n" in (TOP / ".dockerignore").read_text()


def test_the_image_is_built_of_lists_that_are_there() -> None:
    (line,) = re.findall(r"^COPY (requirements/.*) /tmp/$", DOCKERFILE, re.MULTILINE)
    ignore = (TOP / ".dockerignore").read_text()
    for each in line.split():
        assert (TOP / each).exists()
        assert f"!{each}\n" in ignore


def test_the_image_holds_no_setting_that_is_secret_and_no_root() -> None:
    assert not re.search(r"TOKEN|SECRET|PASSWORD|ENCRYPTION_KEYS=", _instructions(DOCKERFILE))
    assert re.search(r"^USER 10001", DOCKERFILE, re.MULTILINE)


def _instructions(dockerfile: str) -> str:
    return "\n".join(line for line in dockerfile.splitlines() if not line.startswith("#"))


def test_every_setting_that_is_named_is_one() -> None:
    (config,) = [each["data"] for each in KUBERNETES if each["kind"] == "ConfigMap"]
    told = {*desk("compose")["environment"], *config, *_unit_settings()}
    assert {name.lower() for name in told} <= set(Settings.model_fields)


def _unit_settings() -> set[str]:
    return set(re.findall(r"^Environment=(\w+)=", UNIT, re.MULTILINE))


def test_probes_ask_for_addresses_that_there_are() -> None:
    nobody: Any = None  # nobody is asked: the addresses are all that counts
    there = {route.path for route in routes(nobody, nobody)}
    container = desk("kubernetes")
    probes = [container[f"{kind}Probe"]["httpGet"] for kind in ("startup", "liveness", "readiness")]
    asked = {probe["path"].partition("?")[0] for probe in probes}
    asked |= set(re.findall(r"/(?:healthz|readyz|metrics)", DOCKERFILE))
    assert asked <= there


@pytest.mark.parametrize("document", ["compose", "kubernetes"])
def test_replicas_may_not_write_and_hold_no_privilege(document: str) -> None:
    container = desk(document)
    if document == "compose":
        assert container["read_only"]
        assert container["cap_drop"] == ["ALL"]
        assert container["deploy"]["replicas"] == 2
    else:
        assert container["securityContext"]["readOnlyRootFilesystem"]
        assert container["securityContext"]["capabilities"]["drop"] == ["ALL"]


def test_what_operators_read_names_every_figure() -> None:
    figures = re.findall(r'"(threadkeeper_\w+)"', (TOP / "web/metrics.py").read_text())
    text = (TOP / "docs/operating.md").read_text()
    missing = [
        name
        for name in figures
        if name not in text and name.removeprefix("threadkeeper") not in text
    ]
    assert figures
    assert not missing


def alerts() -> list[dict[str, Any]]:
    """Each of Prometheus's rules."""
    document = yaml.safe_load((TOP / "deploy/alerts.yaml").read_text())
    return [rule for group in document["groups"] for rule in group["rules"]]


@pytest.mark.parametrize("rule", alerts(), ids=[rule["alert"] for rule in alerts()])
def test_an_alert_looks_at_figures_that_there_are_and_says_what_to_do(rule: dict[str, Any]) -> None:
    asked = re.findall(r"(threadkeeper_\w+|up)(?:{(.*?)})?", rule["expr"])
    assert asked
    told = _told()
    for figure, conditions in asked:
        assert figure == "up" or figure in told
        labels = set(re.findall(r"(\w+)=", conditions))
        assert labels <= ({"job"} if figure == "up" else told[figure])
    assert rule["labels"]["severity"] in ("critical", "warning")
    assert rule["annotations"]["summary"]
    assert rule["annotations"]["mend"]


def _told() -> dict[str, set[str]]:
    """Each figure that a desk tells once it has worked, with its labels."""
    metrics = Metrics()
    metrics.acked(200, 0.01)
    metrics.called("chat.postMessage", "ok")
    metrics.depths(None)
    metrics.troubles(None)
    found: dict[str, set[str]] = {}
    for name, labels in re.findall(r"^(\w+)(?:{(.*)})? ", metrics.text().decode(), re.MULTILINE):
        found.setdefault(name, set()).update(re.findall(r"(\w+)=", labels))
    return found


def test_what_operators_read_names_every_scope() -> None:
    manifest = yaml.safe_load((TOP / "manifest.yml").read_text())
    text = (TOP / "docs/operating.md").read_text()
    assert [s for s in manifest["oauth_config"]["scopes"]["bot"] if f"`{s}`" not in text] == []
