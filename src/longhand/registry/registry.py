"""Which versions of which models exist, where they came from, and which of them serve."""

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from longhand.bundles import files as bundles
from longhand.bundles.card import read_values
from longhand.bundles.errors import BundleError
from longhand.contracts.models import Deployment, ModelVersion, PersonalChanges, Standing
from longhand.registry.answers import DEPLOYMENT, find_standing, read_standing, read_tags, read_version
from longhand.registry.errors import NotRegistered, RegistryRefused, StaleDeployment
from longhand.registry.personal import PersonalPages
from longhand.registry.rest import Json, Rest
from longhand.registry.runs import PLAIN, Description, Ending, fail, find, find_runs, recording

SHA256 = "sha256."
"""The tag of a version that says a file's hash begins so."""


class Registry:
    """The models in one MLflow server; every method may raise RegistryUnavailable."""

    def __init__(self, url: str, timeout: float = 30.0) -> None:
        self._rest = Rest(url, timeout)
        self.people = PersonalPages(self._rest)

    def register(
        self,
        name: str,
        bundle: Path,
        metrics: Mapping[str, float],
        params: Mapping[str, object],
        tags: Mapping[str, str],
        artifacts: Sequence[Path] = (),
        run_id: str | None = None,
        description: Description = PLAIN,
    ) -> int:
        """The bundle's version, made where no version has the same files; a version exists whole or not at all.

        It belongs to the run `run_id`, where there is one of which no version was made yet, or else to a new one. The
        description becomes that of the run, and its text that of the version.
        """
        hashes = bundles.fingerprints(bundle)
        if (known := self._find(name, bundles.identity(hashes))) is not None:
            return known
        described = {**tags, **_describe(bundle, hashes, metrics)}
        with recording(self._rest, name, self._free(run_id)) as run:
            run.log(params, metrics, tags)
            run.describe(description)
            for file in [bundle / file for file in hashes]:
                run.upload(file, "bundle")
            for path in artifacts:
                run.upload(path)
        self._ensure(name)
        self._rest.post(
            "model-versions/create",
            name=name,
            source=f"{run.artifacts}/bundle",
            run_id=run.id,
            description=description.text,
            tags=[{"key": key, "value": value} for key, value in described.items()],
        )
        version = self._find(name, described["bundle"])
        assert version is not None
        return version

    def names(self) -> list[str]:
        """Every model that has been registered."""
        return sorted(raw["name"] for raw in self._search_models())

    def versions(self, name: str, deployment: Deployment | None = None) -> list[ModelVersion]:
        """The versions of a model, newest first; an empty list for an unknown model.

        The record says which of them is the champion: that of the tag, unless one is given.
        """
        serving = deployment or self.deployment(name)
        return [read_version(raw, serving) for raw in self._search(name)]

    def version(self, name: str, version: int, deployment: Deployment | None = None) -> ModelVersion:
        """One version; raises NotRegistered. The record is as for `versions`."""
        return read_version(self._raw(name, version), deployment or self.deployment(name))

    def download(self, name: str, version: int, to: Path, whole: bool = False) -> Path:
        """Put the served part of a bundle, or all of it, into the folder `to`, checked, whole or not at all.

        Raises BundleError where a file is not what was registered, NotRegistered where there is no such version.
        """
        raw = self._raw(name, version)
        hashes = {
            key.removeprefix(SHA256): value
            for key, value in read_tags(raw).items()
            if key.startswith(SHA256) and (whole or key.removeprefix(SHA256) in bundles.SERVED)
        }
        if not hashes:
            raise BundleError(f"Version {version} of {name} was not registered as a bundle.")
        to.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{to.name}-", dir=to.parent) as scratch:
            aside = Path(scratch) / to.name
            aside.mkdir()
            self._fetch(raw["source"], hashes, aside)
            shutil.rmtree(to, ignore_errors=True)
            aside.rename(to)
        return to

    def tag(self, name: str, version: int, tags: Mapping[str, str]) -> str | None:
        """Say something of a version, in place of what was said before; returns its run. Raises NotRegistered."""
        run_id = self._raw(name, version).get("run_id")
        for key, value in tags.items():
            self._rest.post("model-versions/set-tag", name=name, version=str(version), key=key, value=value)
        return run_id or None

    def attach(self, run_id: str, path: Path, folder: str = "") -> None:
        """Keep a file, or what a folder holds, with a run that has ended; raises NotRegistered where there is none."""
        run = find(self._rest, run_id)
        for part in sorted(path.iterdir()) if path.is_dir() else [path]:
            run.upload(part, folder)

    def standings(self) -> dict[str, Standing | None]:
        """The standing of every model that has been registered, None where its record is damaged: one question, whose
        cost does not grow with their versions."""
        return {raw["name"]: find_standing(raw) for raw in self._search_models()}

    def standing(self, name: str) -> Standing:
        """The record in force, and the cursor of people's own versions; empty where the model is unknown."""
        try:
            return read_standing(self._rest.get("registered-models/get", name=name)["registered_model"])
        except NotRegistered:
            return Standing()

    def fail(self, run_id: str, reason: str) -> None:
        """Say that what a run was part of has failed, say a later stage; raises NotRegistered where there is none."""
        fail(find(self._rest, run_id), reason)

    def fail_job(self, experiment: str, job: str, reason: str, ending: Ending = "FAILED") -> list[str]:
        """Say so of every run of a job, and return their ids."""
        runs = find_runs(self._rest, experiment, job)
        for run in runs:
            fail(run, reason, ending)
        return [run.id for run in runs]

    def describe(self, name: str, text: str) -> None:
        """Say in MLflow's pages what a model is, unless somebody has said it; raises NotRegistered."""
        if not self._rest.get("registered-models/get", name=name)["registered_model"].get("description"):
            self._rest.patch("registered-models/update", name=name, description=text)

    def deployment(self, name: str) -> Deployment | None:
        """The record in force; None if the model is unknown or was never deployed."""
        return self.standing(name).deployment

    def personal(self, name: str, since: int) -> PersonalChanges:
        """What changed among people's own versions after the change numbered `since`."""
        return self.people.read(name, since)

    def adapter(self, name: str, digest: str) -> bytes:
        """The file of a person's adapter, by its SHA-256; raises NotRegistered."""
        return self.people.fetch_adapter(name, digest)

    def deploy(self, name: str, deployment: Deployment) -> None:
        """Put a record in force; raises StaleDeployment where its epoch is not higher than that of the one in force."""
        self._raw(name, deployment.champion)
        current = self.deployment(name)
        if current is not None and deployment.epoch <= current.epoch:
            raise StaleDeployment(
                f"Epoch {deployment.epoch} of {name} is not higher than {current.epoch}, which is in force."
            )
        # The tag is what is compared, so it comes last: where a process dies in between, both are written again.
        self._rest.post("registered-models/alias", name=name, alias="champion", version=str(deployment.champion))
        record = deployment.model_dump_json()
        self._rest.post("registered-models/set-tag", name=name, key=DEPLOYMENT, value=record)

    def close(self) -> None:
        """Let go of the connections."""
        self._rest.close()

    def _fetch(self, source: str, hashes: Mapping[str, str], folder: Path) -> None:
        for file in hashes:
            try:
                self._rest.download(f"{source}/{file}", folder / file)
            except NotRegistered as error:
                raise BundleError(f"{file} is missing from the registry's artefacts.") from error
        bundles.check(folder, hashes)

    def _find(self, name: str, identity: str) -> int | None:
        """The first version of these files: where two registered them at once, both get this one."""
        found = [int(raw["version"]) for raw in self._search(name) if read_tags(raw).get("bundle") == identity]
        return min(found, default=None)

    def _free(self, run_id: str | None) -> str | None:
        """The id of a run whose artefacts are no version's: a second bundle would overwrite the first."""
        try:
            taken = run_id and next(
                self._rest.pages("model-versions/search", "model_versions", filter=f"run_id='{run_id}'"), None
            )
            return find(self._rest, run_id).id if run_id and not taken else None
        except NotRegistered:
            return None

    def _search_models(self) -> Iterator[Json]:
        return self._rest.pages("registered-models/search", "registered_models")

    def _search(self, name: str) -> list[Json]:
        if "'" in name:
            return []
        found = self._rest.pages("model-versions/search", "model_versions", filter=f"name='{name}'", max_results=200)
        return sorted(found, key=lambda raw: -int(raw["version"]))

    def _raw(self, name: str, version: int) -> Json:
        try:
            answer = self._rest.get("model-versions/get", name=name, version=version)
        except NotRegistered as error:
            raise NotRegistered(f"There is no version {version} of a model {name}.") from error
        raw: Json = answer["model_version"]
        return raw

    def _ensure(self, name: str) -> None:
        try:
            self._rest.get("registered-models/get", name=name)
        except NotRegistered:
            try:
                self._rest.post("registered-models/create", name=name)
            except RegistryRefused:  # somebody else was quicker
                self._rest.get("registered-models/get", name=name)


def _describe(bundle: Path, hashes: Mapping[str, str], metrics: Mapping[str, float]) -> dict[str, str]:
    """What a version's tags say of its bundle."""
    return {
        **{SHA256 + file: value for file, value in hashes.items()},
        "bundle": bundles.identity(hashes),
        "card": json.dumps(read_values(bundle)),
        "metrics": json.dumps(dict(metrics)),
    }
