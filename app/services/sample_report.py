"""What is told of a sample that was loaded."""

from collections.abc import Iterator

from app.sample.baselines import Baselines
from app.sample.parameters import load_parameters
from app.sample.records import SampleCommunity
from app.services.samples import Loaded
from app.standards.vocabulary import Setting


def report(loaded: Loaded) -> Iterator[str]:
    """The lines to show."""
    where = " ".join(part for part in (loaded.name, loaded.division) if part)
    yield f"{where}: {len(loaded.added):,} new communities, {loaded.kept_samples:,} samples stored before."
    if loaded.baselines is not None:
        yield from _modelled(loaded.added, loaded.baselines)
    if loaded.kept_own:
        yield (
            f"{loaded.kept_own:,} communities under listed codes are your own: they stay as they are, "
            "and the division as a whole no longer shows the baselines exactly."
        )
    if loaded.added and loaded.kept_samples:
        yield (
            "Samples stored for another division keep the facilities that were drawn for it: "
            "the whole shows the baselines exactly only where all were loaded together."
        )
    if loaded.others:
        yield f"{loaded.others:,} more communities are stored in the division and counted with it."
    yield f"Its roll-up: /v1/assessments?division={loaded.division}"


def _modelled(added: tuple[SampleCommunity, ...], baselines: Baselines) -> Iterator[str]:
    seed = load_parameters().seed
    yield f"Statistics and facilities are modelled (docs/real-data.md, seed {seed}) and marked as sample:"
    counted = [item for item in added if item.households is not None]
    if counted:
        households = sum(item.households or 0 for item in counted)
        area = sum(_service_area(item) for item in counted)
        baseline = baselines.service_area_per_100_households
        yield f"  {area:,.2f} m² of service facilities for {households:,} households: {baseline.value:g} m² per 100"
    for setting, figure in baselines.coverage.items():
        members = [item for item in added if item.place.setting is setting]
        covered = sum(_is_covered(item) for item in members)
        yield f"  {covered:,} of {len(members):,} {_word(setting)} communities have one: baseline {figure.value:g}"
    unknown = len(added) - len(counted)
    if unknown:
        yield f"  {unknown:,} communities have no households and no areas: the folder has no census figures for them"
    for figure in baselines.all:
        yield f"  baseline {figure.value:g} of {figure.year}: {figure.standard}, {figure.rule}, {figure.place}"


def _word(setting: Setting) -> str:
    return setting.value.lower()


def _is_covered(community: SampleCommunity) -> bool:
    return any(facility.is_main for facility in community.facilities)


def _service_area(community: SampleCommunity) -> float:
    stations = (item for item in community.facilities if item.resident_activity_area_m2 is not None)
    return sum(station.floor_area_m2 or 0.0 for station in stations)
