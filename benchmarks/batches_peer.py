"""The same three indicators by a polars script: `python batches_peer.py projects.csv facilities.csv out.csv`."""

import sys

import polars as pl

projects_file, facilities_file, out_file = sys.argv[1:]
projects = pl.read_csv(projects_file, schema_overrides={"行政区划代码": pl.String})
facilities = pl.read_csv(facilities_file)
is_service = pl.col("设施类别").is_in(["社区便民服务站", "社区用房"])
is_either = is_service | (pl.col("设施类别") == "便利店")
areas = facilities.group_by("项目编号").agg(
    pl.col("建筑面积(㎡)").filter(is_service).sum().alias("service"),
    pl.col("建筑面积(㎡)").filter(is_either).sum().alias("commerce_and_service"),
    pl.col("居民活动面积(㎡)").filter(is_service).sum().alias("activity"),
)
results = projects.join(areas, on="项目编号", how="left", maintain_order="left").with_columns(
    (pl.col("service") * 100 / pl.col("总户数(户)")).alias("service_area_per_100_households"),
    (pl.col("commerce_and_service") / pl.col("总建筑面积(㎡)")).alias("commercial_and_service_ratio"),
    (pl.col("activity") / pl.col("service")).alias("resident_activity_share"),
)
results.write_csv(out_file)
