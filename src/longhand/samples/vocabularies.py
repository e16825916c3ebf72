"""People's vocabularies: the words of texts that a person has corrected, kept with the correction they come from."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Column, ColumnElement, Insert, Integer, String, Table, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine

from longhand.handwriting.ctc.vocabulary import LONGEST, MAX_WORDS, Vocabulary, find_words
from longhand.samples.errors import UnknownWord
from longhand.samples.readings import Opening
from longhand.samples.tables import Moment, metadata

words = Table(
    "vocabularies",
    metadata,
    Column("user", String(100), primary_key=True),
    Column("word", String(LONGEST), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last", Moment, nullable=False),
)
_ORDER = words.c.last.desc(), words.c.word


@dataclass(frozen=True)
class Known:
    """A word with the number of corrected texts that hold it, and when the last of these was written."""

    word: str
    count: int
    last: datetime


class Vocabularies:
    """The table of words, by person; `opening` opens the database to read only.

    At most MAX_WORDS of a person are kept: those that were corrected last.
    """

    def __init__(self, engine: Engine, opening: Opening = Engine.connect) -> None:
        self._engine = engine
        self._opening = opening

    @staticmethod
    def learn(connection: Connection, user: str, text: str) -> None:
        """Adds the words of a corrected text to the person's, within the transaction that writes the correction."""
        now = datetime.now(UTC)
        for word in _sorted(text):
            connection.execute(_counting(connection, user, word, now))
        kept = select(words.c.word).where(words.c.user == user).order_by(*_ORDER).limit(MAX_WORDS)
        connection.execute(delete(words).where(words.c.user == user, words.c.word.not_in(kept)))

    @staticmethod
    def unlearn(connection: Connection, user: str, text: str) -> None:
        """Takes the words of a text back, as its correction was withdrawn or superseded."""
        for word in _sorted(text):
            connection.execute(update(words).where(*_is(user, word)).values(count=words.c["count"] - 1))
        connection.execute(delete(words).where(words.c.user == user, words.c["count"] < 1))

    def get(self, user: str) -> Vocabulary:
        """The person's words as a language."""
        return Vocabulary({known.word: known.count for known in self.all(user)})

    def all(self, user: str) -> list[Known]:
        """The person's words, the one that was corrected last first."""
        query = select(words.c.word, words.c["count"], words.c.last).where(words.c.user == user).order_by(*_ORDER)
        with self._opening(self._engine) as connection:
            return [Known(word, count, last) for word, count, last in connection.execute(query)]

    def clear(self, user: str) -> int:
        """Forgets all words of a person; answers how many these were."""
        with self._engine.begin() as connection:
            return connection.execute(delete(words).where(words.c.user == user)).rowcount

    def drop(self, user: str, word: str) -> None:
        """Forgets a word of a person; raises UnknownWord."""
        with self._engine.begin() as connection:
            if not connection.execute(delete(words).where(*_is(user, word))).rowcount:
                raise UnknownWord(f"Your vocabulary has no word {word[:LONGEST]!r}.")


def _sorted(text: str) -> list[str]:
    """The words of a text, each once, in an order in which no two transactions wait for each other."""
    return sorted(set(find_words(text)))


def _is(user: str, word: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return words.c.user == user, words.c.word == word


def _counting(connection: Connection, user: str, word: str, now: datetime) -> Insert:
    """Adds a word, or counts it once more where it is there."""
    kind = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    adding = kind(words).values(user=user, word=word, count=1, last=now)
    return adding.on_conflict_do_update(
        index_elements=["user", "word"], set_={"count": words.c["count"] + 1, "last": adding.excluded.last}
    )
