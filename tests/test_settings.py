"""Settings: bounded, described, and never misspelt in silence."""

import pytest
from pydantic import ValidationError

from app.settings import (
    PREFIX,
    Settings,
    UnknownSetting,
    WrongSettings,
    load_settings,
    refuse_unknown,
    variable_names,
)


def test_every_setting_has_a_default_and_a_description(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in variable_names():
        monkeypatch.delenv(name, raising=False)
    assert load_settings() == Settings()
    assert all(field.description for field in Settings.model_fields.values())


def test_variables_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody@db/facts")
    monkeypatch.setenv("FACILITY_STANDARDS_PORT", "9000")
    monkeypatch.setenv("FACILITY_STANDARDS_LOG_LEVEL", "")
    settings = load_settings()
    assert (settings.database_url, settings.port) == ("postgresql://somebody@db/facts", 9000)
    assert settings.log_level == "INFO"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("FACILITY_STANDARDS_PROT", "FACILITY_STANDARDS_PORT"),
        ("facility_standards_max_vertexes", "FACILITY_STANDARDS_MAX_VERTICES"),
        ("FACILITY_STANDARDS_DATABASE_POOLSIZE", "FACILITY_STANDARDS_DATABASE_POOL_SIZE"),
    ],
)
def test_a_misspelt_variable_stops_the_start(written: str, meant: str) -> None:
    with pytest.raises(UnknownSetting, match=f"{written} .* {meant}"):
        refuse_unknown({"PATH": "/bin", written: "1"})


def test_the_databases_address_has_no_prefix() -> None:
    with pytest.raises(UnknownSetting, match="DATABASE_URL"):
        refuse_unknown({f"{PREFIX}DATABASE_URL": "sqlite:///a.db"})


@pytest.mark.parametrize(
    "given",
    [
        {"port": 0},
        {"port": 65536},
        {"max_body_bytes": 1023},
        {"max_vertices": 3},
        {"database_pool_size": 0},
        {"database_wait_seconds": 0},
        {"host": ""},
        {"log_level": "LOUD"},
        {"database_url": "mysql://db/facts"},
        {"database_url": "facts.db"},
        {"database_url": "sqlite://"},
        {"database_url": "sqlite:///:memory:"},
        {"unheard_of": 1},
    ],
)
def test_values_out_of_bounds_are_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Settings(**given)


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("FACILITY_STANDARDS_PORT", "abc", "FACILITY_STANDARDS_PORT is 'abc'."),
        ("FACILITY_STANDARDS_LOG_LEVEL", "loud", "FACILITY_STANDARDS_LOG_LEVEL is 'LOUD'. Input should be 'DEBUG'"),
        ("DATABASE_URL", "mysql://somebody:secret@db/facts", "DATABASE_URL names neither SQLite"),
        ("DATABASE_URL", "postgresql://somebody:secret@db:port/facts", "DATABASE_URL is not a database address"),
    ],
)
def test_a_wrong_value_is_told_in_one_line_without_secrets(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, expected: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(WrongSettings) as refused:
        load_settings()
    message = str(refused.value)
    assert message.startswith(expected)
    assert not any(part in message for part in ("\n", "secret", "https:"))


def test_log_level_may_be_written_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACILITY_STANDARDS_LOG_LEVEL", "warning")
    assert load_settings().log_level == "WARNING"


def test_settings_do_not_change_while_the_service_runs() -> None:
    with pytest.raises(ValidationError):
        Settings().port = 1
