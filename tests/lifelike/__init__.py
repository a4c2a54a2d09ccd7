"""A made-up file of new residential projects as planning bureaus send them, with all that is true of it written beside.

`python -m tests.lifelike --seed 1 --out FOLDER` writes 5,000 projects of the divisions of four plans:

projects.csv          GBK, one wide sheet: areas in columns by category, total floor area in 万㎡
projects.xlsx         the same projects on two sheets, projects and facilities
projects_<plan>.gpkg  the same by plan, with sites in the plan's CGCS2000 Gauss-Krüger zone (number in the easting)
sites_<plan>.zip      the same sites as Shapefiles, GBK attributes without .cpg
truth.json            per file: the faults planted (row, column, kind, the code that names it), counts by kind, and the
                      verdicts that a recount in polars comes to

Nothing here uses the readers or the core of the service.
"""
