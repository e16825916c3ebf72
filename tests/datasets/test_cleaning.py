"""Labels are cleaned by named rules, which mend one habit each and leave the rest alone."""

from collections import Counter

import pytest

from longhand.datasets.cleaning import RULES, clean_samples
from longhand.datasets.sample import DatasetError, Sample


@pytest.mark.parametrize(
    ("rule", "label", "text"),
    [
        ("glued", "épouse deM. Jean Keff", "épouse de M. Jean Keff"),
        ("glued", "àParis rueSt Quentin", "à Paris rue St Quentin"),
        ("glued", "est meurtri,sai-", "est meurtri, sai-"),
        ("glued", "MM. Chardin, Oudry, McClish, 12,50 F", "MM. Chardin, Oudry, McClish, 12,50 F"),
        ("loose", "rue Marcadet, 69 . Et ( -do- ) , ici", "rue Marcadet, 69. Et (-do-), ici"),
        ("loose", "Que dit-il ? Rien ; et .02", "Que dit-il ? Rien ; et .02"),
        ("expansions", "dus à Mr.Monsieur Welsch, StSaint Denis", "dus à Mr. Welsch, St Denis"),
        ("expansions", "Monsieur Saint-Ouen, Madame", "Monsieur Saint-Ouen, Madame"),
        ("superscripts", "M^r Jean, dem^t", "Mr Jean, demt"),
        ("hyphens", "la cou=", "la cou-"),
        ("hyphens", "ce joug im¬", "ce joug im-"),
        ("hyphens", "Par ces motifs =", "Par ces motifs ="),
        ("accents", "précèdemment, Josèphine, décès", "précédemment, Joséphine, décès"),
        ("accents", "NOÈL est à père Kléber", "NOÈL est à père Kléber"),
    ],
)
def test_a_rule_mends_its_habit_and_leaves_the_rest_alone(rule: str, label: str, text: str) -> None:
    assert RULES[rule](label) == text
    assert RULES[rule](text) == text


def sample(text: str) -> Sample:
    return Sample("register", "1", text, "clerk", "train", lambda: b"")


def test_rules_follow_each_other_and_what_each_changed_is_counted() -> None:
    changed: Counter[str] = Counter()
    labels = ["rue du Bac ,deMr Bo=", "deMr X.", "as it is"]
    cleaned = clean_samples(map(sample, labels), ["loose", "glued", "hyphens"], changed)
    assert [one.text for one in cleaned] == ["rue du Bac ,de Mr Bo-", "de Mr X.", "as it is"]
    assert changed == {"loose": 0, "glued": 2, "hyphens": 1}


def test_a_rule_that_is_not_known_is_refused_with_those_there_are() -> None:
    with pytest.raises(DatasetError, match=r"no rule 'spelling' .* Choose of glued, loose"):
        list(clean_samples(iter(()), ["spelling"], Counter()))
