"""One assessment through the generated client, in the environment of the client generator: argument 1 is the address.

tests/openapi/test_client.py runs it, and reads what it prints.
"""

import json
import sys
from datetime import date

from client import Client
from client.api.assessments import read_community_assessment
from client.api.communities import create_community
from client.api.facilities import create_facility
from client.models.community_create import CommunityCreate
from client.models.facility_create import FacilityCreate


def main(address: str) -> None:
    client = Client(base_url=address, raise_on_unexpected_status=True)
    statistics = {"as_of": "2023-01-01", "households": 2000}
    document = {"code": "522701001001", "name": "Riverside", "statistics": statistics}
    community = create_community.sync(client=client, body=CommunityCreate.from_dict(document))
    station = FacilityCreate.from_dict(
        {
            "community_id": community.id,
            "name": "Riverside station",
            "category": "community_service_station",
            "floor_area_m2": 560.0,
        }
    )
    create_facility.sync(client=client, body=station)
    assessment = read_community_assessment.sync(community.id, client=client, on=date(2023, 6, 30))
    (finding,) = [finding for finding in assessment.findings if finding.rule == "service_area_per_100_households"]
    sys.stdout.write(json.dumps(finding.to_dict()))


main(sys.argv[1])
