"""New residential projects."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Response
from sqlalchemy.orm import Session

from app.bodies import JsonRoute
from app.dependencies import (
    CataloguesDep,
    ContextDep,
    LanguageDep,
    ReadSessionDep,
    ShelfDep,
    TodayDep,
    refuse_unknown_parameters,
)
from app.schemas.project import PROJECT_EXAMPLE, ProjectDocuments
from app.schemas.project_result import ProjectValidationsRead
from app.services.project_validations import validate_projects
from app.services.projects import DEFAULT_GROUPS
from app.services.standards import Shelf
from app.services.terms import Terms
from app.services.wording import Wording

router = APIRouter(
    prefix="/v1/project-validations",
    tags=["Projects"],
    route_class=JsonRoute,
    dependencies=[Depends(refuse_unknown_parameters)],
)

Projects = Annotated[
    ProjectDocuments, Body(openapi_examples={"phases": {"summary": "In two phases", "value": PROJECT_EXAMPLE}})
]


@dataclass(frozen=True)
class ValidationTerms:
    """Builds the terms of a validation from what every such request has; a project may name a day and a standard."""

    session: Session
    shelf: Shelf
    wording: Wording
    today: date

    def read(self) -> Terms:
        """The terms, with the standards there are."""
        standards = self.shelf.read(self.session)
        return Terms(self.today, "effective", DEFAULT_GROUPS, standards, self.wording)


async def get_terms(
    session: ReadSessionDep, shelf: ShelfDep, catalogues: CataloguesDep, today: TodayDep, language: LanguageDep
) -> ValidationTerms:
    """What the terms of a validation are built from."""
    return ValidationTerms(session, shelf, Wording(catalogues, language), today)


@router.post("", response_model=ProjectValidationsRead, summary="Validate new residential projects")
def validate_residential_projects(
    body: Projects, request: Annotated[ValidationTerms, Depends(get_terms)], context: ContextDep, response: Response
) -> Response:
    """Judges one project, or each of up to 1,000, by the rules that bind it, at the plan's final target, and stores
    nothing.

    The answer has a result for each, in order: `EVALUATED` with verdict, findings and remedies, or `INVALID_INPUT` with
    `errors` that point into the body. A bad item keeps no other one back. Of each project up to 1,000 facilities and 20
    phases are read, of a list up to 3,000 phases; up to 20 faults of each are named. `facilities_counted` are places in
    its list, the first being 0; without a list of its own, places in the lists of its phases one after the other. Of
    the receiving community the project's facilities are -1, -2, …
    """
    answer = validate_projects(request.session, body, terms=request.read(), max_vertices=context.max_vertices)
    return Response(answer.model_dump_json(), media_type="application/json", headers=dict(response.headers))
