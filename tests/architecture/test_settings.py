"""`.env.example` tells every setting, and nothing that is none."""

from docs.environment import ROOT, describe, variables


def test_the_example_of_the_environment_is_what_the_settings_classes_say() -> None:
    assert (ROOT / ".env.example").read_text() == describe(), "write it again: make docs"


def test_every_setting_says_what_it_is() -> None:
    silent = [name for fields in variables().values() for name, about in fields.items() if not about.description]
    assert silent == []


def test_every_setting_is_told_once() -> None:
    told = [name for fields in variables().values() for name in fields]
    assert len(told) == len(set(told))
    assert all(name.startswith("LONGHAND_") for name in told)
