"""Every kind of call through the generated client, in the environment of the client generator: argument 1 is the
address of the service. Every module of the client is imported.

tests/openapi/test_client.py runs it, and reads what it prints.
"""

import importlib
import json
import pkgutil
import sys
from datetime import date
from io import BytesIO

import client
from client.api.assessments import read_community_assessment
from client.api.batches import create_batch, create_batch_from_list, read_batch_template
from client.api.communities import (
    create_community,
    delete_community,
    list_communities,
    read_community,
    replace_community,
    update_community,
)
from client.api.coverage import draw_coverage
from client.api.facilities import create_facility
from client.api.imports import create_import
from client.api.street_networks import create_street_network
from client.models.batch_form import BatchForm
from client.models.batch_form_mapping import BatchFormMapping
from client.models.community_create import CommunityCreate
from client.models.community_replace import CommunityReplace
from client.models.community_update import CommunityUpdate
from client.models.facility_create import FacilityCreate
from client.models.import_form import ImportForm
from client.models.import_kind import ImportKind
from client.models.project_create import ProjectCreate
from client.models.street_network_form import StreetNetworkForm
from client.types import File

PROJECT = {"reference": "LP-1", "division_code": "130824001", "households": 2000}
COMMUNITY = {"code": "522701001001", "name": "Riverside", "statistics": {"as_of": "2023-01-01", "households": 2000}}


def import_all() -> int:
    """How many modules there are."""
    names = [module.name for module in pkgutil.walk_packages(client.__path__, "client.")]
    for name in names:
        importlib.import_module(name)
    return len(names)


def change(service: client.Client) -> list[object]:
    """What is told of a community that is stored, read, changed, replaced, listed and deleted."""
    stored = create_community.sync(client=service, body=CommunityCreate.from_dict(COMMUNITY | {"code": "522701001002"}))
    renamed = update_community.sync(stored.id, client=service, body=CommunityUpdate(name="Hillside"), if_match='"1"')
    whole = CommunityReplace.from_dict({"code": "522701001002", "name": "Old town"})
    replaced = replace_community.sync(stored.id, client=service, body=whole, if_match="*")
    listed = list_communities.sync(client=service, division="522701")
    deleted = delete_community.sync_detailed(stored.id, client=service, if_match="*")
    refused = read_community.sync(stored.id, client=service, accept_language="zh")
    names = [stored.name, renamed.name, replaced.name, *(item.name for item in listed.items)]
    return [*names, deleted.status_code, refused.title]


def upload(service: client.Client) -> dict[str, list[str]]:
    """The files of each job that is ordered, by a form with nothing but its file where nothing else is required."""

    def file(name: str) -> File:
        return File(BytesIO(b"a,b\n1,2\n"), name, "text/csv")

    mapping = BatchFormMapping.from_dict({"a": "reference"})
    jobs = {
        "batch": create_batch.sync(client=service, body=BatchForm(file=file("projects.csv"))),
        "mapped": create_batch.sync(client=service, body=BatchForm(file=file("own.csv"), mapping=mapping)),
        "list": create_batch_from_list.sync(client=service, body=[ProjectCreate.from_dict(PROJECT)]),
        "import": create_import.sync(
            client=service, body=ImportForm(kind=ImportKind.COMMUNITIES, file=file("communities.csv"))
        ),
        "streets": create_street_network.sync(client=service, body=StreetNetworkForm(file=file("streets.csv"))),
    }
    return {name: [given.name for given in job.files] for name, job in jobs.items()}


def assess(service: client.Client) -> dict[str, object]:
    """A finding on a community with one station."""
    community = create_community.sync(client=service, body=CommunityCreate.from_dict(COMMUNITY))
    station = FacilityCreate.from_dict(
        {
            "community_id": community.id,
            "name": "Riverside station",
            "category": "community_service_station",
            "floor_area_m2": 560.0,
        }
    )
    create_facility.sync(client=service, body=station)
    assessment = read_community_assessment.sync(community.id, client=service, on=date(2023, 6, 30))
    (finding,) = [finding for finding in assessment.findings if finding.rule == "service_area_per_100_households"]
    return finding.to_dict()


def main(address: str) -> None:
    modules = import_all()
    service = client.Client(base_url=address, raise_on_unexpected_status=True)
    template = read_batch_template.sync_detailed(client=service)
    picture = draw_coverage.sync(client=service, division="522701")
    told = {
        "modules": modules,
        "changed": change(service),
        "uploaded": upload(service),
        "finding": assess(service),
        "template": template.content[:2].decode(),
        "picture": picture.status,
    }
    sys.stdout.write(json.dumps(told))


main(sys.argv[1])
