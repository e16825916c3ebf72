"""A gatherer over ingestion's database and store."""

from sqlalchemy.engine import Engine

from longhand.samples.blobs import Blobs
from longhand.samples.corrections import Corrections
from longhand.samples.files import Files
from longhand.samples.gatherings import Gatherings
from longhand.samples.trust import Rule
from longhand.samples.versions import Versions
from longhand.servicekit.state import reading
from services.ingestion.gathering.gatherer import Gatherer


def make_gatherer(engine: Engine, files: Files, rule: Rule) -> Gatherer:
    """What gathers the corrections of those whom the rule trusts."""
    corrections, gatherings = Corrections(engine, reading, rule), Gatherings(engine, reading)
    return Gatherer(corrections, gatherings, Versions(files), Blobs(files))
