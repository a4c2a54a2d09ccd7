-- A roll-up counted again, on SQLite and on PostgreSQL. It shares nothing with the service but the tables.
-- Parameters: division, on_day, and the targets area_target, activity_target, hours_target. One row comes out.
WITH service (category) AS (
    VALUES ('township_service_centre'), ('community_service_station'), ('party_service_centre'),
           ('village_service_station'), ('community_complex'), ('community_rooms')
), commercial (category) AS (
    VALUES ('food_market'), ('convenience_store'), ('supermarket'), ('restaurant'), ('pharmacy'),
           ('repair_and_laundry'), ('hairdresser'), ('parcel_station'), ('bank_or_post'), ('recycling_point')
), open_facility AS (
    SELECT community_id, floor_area_m2, resident_activity_area_m2, land_area_m2, opening_hours_per_day,
           category IN (SELECT category FROM service) AS is_service,
           category IN (SELECT category FROM commercial) AS is_commercial,
           category = 'elderly_day_care' AS is_day_care
    FROM facility
    WHERE (opened_on IS NULL OR opened_on <= :on_day) AND (closed_on IS NULL OR closed_on > :on_day) AND part_of IS NULL
), facility_sum AS (
    SELECT community_id,
           SUM(CASE WHEN is_service THEN 1 ELSE 0 END) AS stations,
           SUM(CASE WHEN is_service THEN floor_area_m2 ELSE 0 END) AS service_m2,
           SUM(CASE WHEN is_service THEN resident_activity_area_m2 ELSE 0 END) AS activity_m2,
           SUM(CASE WHEN is_commercial THEN floor_area_m2 ELSE 0 END) AS commercial_m2,
           SUM(CASE WHEN is_day_care THEN 1 ELSE 0 END) AS day_care,
           SUM(CASE WHEN is_day_care THEN land_area_m2 ELSE 0 END) AS day_care_land_m2,
           MIN(CASE WHEN is_service THEN opening_hours_per_day END) AS shortest_hours
    FROM open_facility
    GROUP BY community_id
), unit AS (
    -- One line for each community, with its newest snapshot up to the day.
    SELECT CAST(substr(c.code, 10, 3) AS INTEGER) AS committee,
           s.households, s.population, s.urban_population, s.total_floor_area_m2, s.community_workers,
           COALESCE(f.stations, 0) AS stations, COALESCE(f.service_m2, 0) AS service_m2,
           COALESCE(f.activity_m2, 0) AS activity_m2, COALESCE(f.commercial_m2, 0) AS commercial_m2,
           COALESCE(f.day_care, 0) AS day_care, COALESCE(f.day_care_land_m2, 0) AS day_care_land_m2, f.shortest_hours
    FROM community c
    LEFT JOIN statistics s ON s.community_id = c.id AND s.as_of = (
        SELECT MAX(newest.as_of) FROM statistics newest WHERE newest.community_id = c.id AND newest.as_of <= :on_day)
    LEFT JOIN facility_sum f ON f.community_id = c.id
    WHERE c.code LIKE :division || '%'
), judged AS (
    -- What is owed, and whether it is there; one part in 10^9 is forgiven.
    SELECT unit.*,
           committee BETWEEN 1 AND 199 OR committee BETWEEN 400 AND 499 AS is_urban,
           committee BETWEEN 200 AND 399 OR committee BETWEEN 500 AND 599 AS is_rural,
           households * :area_target / 100.0 AS owed_m2,
           service_m2 < households * :area_target / 100.0 * 0.999999999 AS lacks_area,
           service_m2 * :activity_target AS owed_activity_m2,
           stations > 0 AND activity_m2 < service_m2 * :activity_target * 0.999999999 AS lacks_activity,
           shortest_hours < :hours_target * 0.999999999 AS lacks_hours
    FROM unit
)
SELECT COUNT(*) AS communities,
       SUM(CASE WHEN is_urban THEN 1 ELSE 0 END) AS urban,
       SUM(CASE WHEN is_urban AND stations > 0 THEN 1 ELSE 0 END) AS urban_covered,
       SUM(CASE WHEN is_rural THEN 1 ELSE 0 END) AS rural,
       SUM(CASE WHEN is_rural AND stations > 0 THEN 1 ELSE 0 END) AS rural_covered,
       SUM(CASE WHEN day_care > 0 THEN 1 ELSE 0 END) AS with_day_care,
       SUM(households) AS households,
       SUM(population) AS population,
       SUM(urban_population) AS urban_population,
       SUM(community_workers) AS community_workers,
       SUM(total_floor_area_m2) AS total_floor_area_m2,
       SUM(service_m2) AS service_m2,
       SUM(activity_m2) AS activity_m2,
       SUM(commercial_m2) AS commercial_m2,
       SUM(day_care_land_m2) AS day_care_land_m2,
       SUM(stations) AS stations,
       SUM(CASE WHEN lacks_area THEN 0 ELSE 1 END) AS area_passed,
       SUM(CASE WHEN lacks_area THEN 1 ELSE 0 END) AS area_failed,
       SUM(CASE WHEN lacks_area THEN owed_m2 - service_m2 ELSE 0 END) AS area_lacking_m2,
       SUM(CASE WHEN stations = 0 OR lacks_activity THEN 0 ELSE 1 END) AS activity_passed,
       SUM(CASE WHEN lacks_activity THEN 1 ELSE 0 END) AS activity_failed,
       SUM(CASE WHEN lacks_activity THEN owed_activity_m2 - activity_m2 ELSE 0 END) AS activity_lacking_m2,
       SUM(CASE WHEN stations = 0 THEN 1 ELSE 0 END) AS without_station,
       SUM(CASE WHEN stations > 0 AND NOT lacks_hours THEN 1 ELSE 0 END) AS hours_passed,
       SUM(CASE WHEN lacks_hours THEN 1 ELSE 0 END) AS hours_failed,
       SUM(CASE WHEN lacks_hours THEN :hours_target - shortest_hours ELSE 0 END) AS hours_lacking
FROM judged
