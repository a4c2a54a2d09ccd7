"""The closed vocabularies of the field, as they stand on the wire and in the plan files."""

from enum import StrEnum


class Group(StrEnum):
    AREA = "AREA"
    SITES = "SITES"
    WALKING = "WALKING"
    STAFF = "STAFF"
    REPORTED = "REPORTED"


class Level(StrEnum):
    """The unit that a rule binds."""

    JURISDICTION = "JURISDICTION"
    TOWNSHIP = "TOWNSHIP"
    COMMUNITY = "COMMUNITY"
    PROJECT = "PROJECT"


class Setting(StrEnum):
    URBAN = "URBAN"
    RURAL = "RURAL"


class ResettlementType(StrEnum):
    NONE = "NONE"
    POVERTY_RELOCATION = "POVERTY_RELOCATION"
    HOLLOW_VILLAGE = "HOLLOW_VILLAGE"


class ResettlementScope(StrEnum):
    """The scope of a rule; ANY is every type but NONE."""

    ANY = "ANY"
    POVERTY_RELOCATION = "POVERTY_RELOCATION"
    HOLLOW_VILLAGE = "HOLLOW_VILLAGE"


class TownshipType(StrEnum):
    """By digits 7-9 of the division code."""

    SUBDISTRICT = "SUBDISTRICT"
    TOWN = "TOWN"
    TOWNSHIP = "TOWNSHIP"
    FARM_OR_ZONE = "FARM_OR_ZONE"


class NewBuildScope(StrEnum):
    """ONLY: new-build units only. BINDS_TOO: a target of the whole jurisdiction that also binds each new-build unit."""

    ONLY = "ONLY"
    BINDS_TOO = "BINDS_TOO"


class Measure(StrEnum):
    """Of station_floor_area: MAIN is the main station, EVERY is each station."""

    MAIN = "MAIN"
    EVERY = "EVERY"


class Comparison(StrEnum):
    AT_LEAST = "AT_LEAST"
    AT_MOST = "AT_MOST"


class Nature(StrEnum):
    EXPECTED = "EXPECTED"
    BINDING = "BINDING"
    NOT_STATED = "NOT_STATED"


class Strength(StrEnum):
    MUST = "MUST"
    IN_PRINCIPLE = "IN_PRINCIPLE"
    STRIVE = "STRIVE"


class Verification(StrEnum):
    """PRIMARY: read in the text itself. SECONDARY: known through others."""

    PRIMARY = "PRIMARY"
    SECONDARY = "SECONDARY"


class ProjectRole(StrEnum):
    WHOLE_COMMUNITY = "WHOLE_COMMUNITY"
    PART = "PART"


class HouseholdBasis(StrEnum):
    RESIDENT = "RESIDENT"
    REGISTERED = "REGISTERED"
    DESIGN_DWELLINGS = "DESIGN_DWELLINGS"


class FloorAreaBasis(StrEnum):
    ABOVE_GROUND = "ABOVE_GROUND"
    WITH_BASEMENT = "WITH_BASEMENT"
    PLOT_RATIO = "PLOT_RATIO"


class Tenure(StrEnum):
    OWNED = "OWNED"
    RENTED = "RENTED"
    ALLOCATED = "ALLOCATED"
    BORROWED = "BORROWED"
    SHARED = "SHARED"


class CategoryGroup(StrEnum):
    SERVICE = "service"
    SPECIALISED = "specialised"
    COMMERCIAL = "commercial"
    NONE = "none"


class CategoryLevel(StrEnum):
    COMMUNITY = "COMMUNITY"
    TOWNSHIP = "TOWNSHIP"


class Basis(StrEnum):
    """RULE: the rule binds the unit itself. BENCHMARK: a wider jurisdiction's target held beside the unit."""

    RULE = "RULE"
    BENCHMARK = "BENCHMARK"


class Verdict(StrEnum):
    NOT_APPLICABLE = "NOT_APPLICABLE"
    NOT_DUE = "NOT_DUE"
    NOT_EVALUATED = "NOT_EVALUATED"
    PASS = "PASS"  # noqa: S105 - a verdict, not a secret
    FAIL = "FAIL"


class OverallVerdict(StrEnum):
    FAIL = "FAIL"
    NOT_EVALUATED = "NOT_EVALUATED"
    PASS = "PASS"  # noqa: S105 - a verdict, not a secret
    NOT_DUE = "NOT_DUE"
    NO_RULE = "NO_RULE"


class Reason(StrEnum):
    """Why there is no verdict. The order is the order of precedence of the reasons of NOT_EVALUATED."""

    OUT_OF_SCOPE = "OUT_OF_SCOPE"
    NO_FIGURE = "NO_FIGURE"
    MISSING_SETTING = "MISSING_SETTING"
    MISSING_PROJECT_ROLE = "MISSING_PROJECT_ROLE"
    MISSING_REPORTED_FIGURE = "MISSING_REPORTED_FIGURE"
    NO_STREET_NETWORK = "NO_STREET_NETWORK"
    MISSING_HOUSEHOLDS = "MISSING_HOUSEHOLDS"
    ZERO_HOUSEHOLDS = "ZERO_HOUSEHOLDS"
    MISSING_POPULATION = "MISSING_POPULATION"
    ZERO_POPULATION = "ZERO_POPULATION"
    MISSING_TOTAL_FLOOR_AREA = "MISSING_TOTAL_FLOOR_AREA"
    ZERO_TOTAL_FLOOR_AREA = "ZERO_TOTAL_FLOOR_AREA"
    NO_FACILITY_INVENTORY = "NO_FACILITY_INVENTORY"
    NO_SERVICE_FACILITY = "NO_SERVICE_FACILITY"
    MISSING_FLOOR_AREA = "MISSING_FLOOR_AREA"
    MISSING_ACTIVITY_AREA = "MISSING_ACTIVITY_AREA"
    MISSING_LAND_AREA = "MISSING_LAND_AREA"
    MISSING_OPENING_HOURS = "MISSING_OPENING_HOURS"
    MISSING_WORKERS = "MISSING_WORKERS"
    MISSING_SOCIAL_ORGANISATIONS = "MISSING_SOCIAL_ORGANISATIONS"
    MISSING_SELF_SERVICE = "MISSING_SELF_SERVICE"
    ZERO_FLOOR_AREA = "ZERO_FLOOR_AREA"
    TOO_FAR_FROM_NETWORK = "TOO_FAR_FROM_NETWORK"
    UNREACHABLE = "UNREACHABLE"


class CoverageMethod(StrEnum):
    """By whose walks coverage was measured; STRAIGHT_LINE where there is no street network."""

    RESIDENCES = "RESIDENCES"
    STREET_POINTS = "STREET_POINTS"
    STRAIGHT_LINE = "STRAIGHT_LINE"


class CoverageReason(StrEnum):
    """Why a share of walking coverage is missing, or not the whole truth."""

    MISSING_BOUNDARY = "MISSING_BOUNDARY"
    NO_STREET_NETWORK = "NO_STREET_NETWORK"
    ZERO_HOUSEHOLDS = "ZERO_HOUSEHOLDS"
    TOO_FAR_FROM_NETWORK = "TOO_FAR_FROM_NETWORK"
    UNREACHABLE = "UNREACHABLE"
    NO_FACILITY_INVENTORY = "NO_FACILITY_INVENTORY"
    MISSING_LOCATION = "MISSING_LOCATION"
    FACILITY_TOO_FAR_FROM_NETWORK = "FACILITY_TOO_FAR_FROM_NETWORK"
    MISSING_HOUSEHOLDS = "MISSING_HOUSEHOLDS"


class PeriodStatus(StrEnum):
    BEFORE = "BEFORE"
    CURRENT = "CURRENT"
    ENDED = "ENDED"


class Note(StrEnum):
    """What a reader of a finding should know beside its figures."""

    RULE_NOTE = "RULE_NOTE"
    PRINTED_STRICTER = "PRINTED_STRICTER"
    LOWER_BOUND = "LOWER_BOUND"
    BROAD_VARIANT_DIFFERS = "BROAD_VARIANT_DIFFERS"
    FINAL_TARGET_OWED = "FINAL_TARGET_OWED"
    UNITS_LEFT_OUT = "UNITS_LEFT_OUT"
    SUM_OF_MEMBERS = "SUM_OF_MEMBERS"
    MIXED_HOUSEHOLD_BASES = "MIXED_HOUSEHOLD_BASES"
    MIXED_FLOOR_AREA_BASES = "MIXED_FLOOR_AREA_BASES"
