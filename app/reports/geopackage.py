"""Tables as GeoPackages."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyogrio
import pyogrio.raw

CRS = "EPSG:4326"
_CHANGE_DATE = "OGR_CURRENT_DATE"


def write_geopackage(batches: pa.RecordBatchReader, path: Path, *, layer: str, geometry: str | None, on: date) -> None:
    """Write the batches as one layer, `geometry` naming the column of WKB in longitude, latitude if there is one.

    `on` is the date that the file says it was changed on: with a clock in it no two files would be alike.
    """
    pyogrio.set_gdal_config_options({_CHANGE_DATE: f"{on.isoformat()}T00:00:00.000Z"})
    options = {"GEOMETRY_NAME": geometry} if geometry else {}
    pyogrio.raw.write_arrow(
        batches,
        path,
        layer=layer,
        driver="GPKG",
        geometry_name=geometry,
        geometry_type="Unknown" if geometry else None,
        crs=CRS if geometry else None,
        layer_options=options,
    )
