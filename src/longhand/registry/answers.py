"""What MLflow's answers say of models and versions, in our words."""

import json
from datetime import UTC, datetime

from longhand.contracts.models import Deployment, ModelVersion, Standing
from longhand.registry.personal import read_tag
from longhand.registry.rest import Json

DEPLOYMENT = "deployment"
"""The tag of a model that holds the record in force."""

HIDDEN = {"card", "metrics"}
"""Tags of a version that are given as what they hold."""


def read_version(raw: Json, serving: Deployment | None) -> ModelVersion:
    """A version; whether it is the champion says the record that serves."""
    tags = read_tags(raw)
    return ModelVersion(
        name=raw["name"],
        version=int(raw["version"]),
        created_at=datetime.fromtimestamp(int(raw["creation_timestamp"]) / 1000, UTC),
        run_id=raw.get("run_id") or None,
        champion=serving is not None and serving.champion == int(raw["version"]),
        metrics=json.loads(tags.get("metrics", "{}")),
        card=json.loads(tags.get("card", "{}")),
        tags={key: value for key, value in tags.items() if key not in HIDDEN},
    )


def read_standing(raw: Json) -> Standing:
    """The record in force, and the cursor of people's own versions."""
    tags = read_tags(raw)
    record = Deployment.model_validate_json(tags[DEPLOYMENT]) if DEPLOYMENT in tags else None
    return Standing(deployment=record, cursor=read_tag(tags).cursor)


def find_standing(raw: Json) -> Standing | None:
    """The same; None where a tag of the model is damaged."""
    try:
        return read_standing(raw)
    except ValueError:
        return None


def read_tags(raw: Json) -> dict[str, str]:
    """The tags of a model or a version, by their names."""
    return {tag["key"]: tag.get("value", "") for tag in raw.get("tags", [])}
