/** $1 seller, $2 event. Answers `SeatTypeView`s. */
export const SEAT_TYPES_OF = `
  SELECT type.id, type.name, type.price_minor AS "priceMinor", type.currency, type.capacity,
         (SELECT jsonb_agg(jsonb_build_object('prefix', row.prefix, 'from', row.first, 'to', row.last)
                           ORDER BY row.seats_before)
            FROM seat_rows row WHERE row.seat_type_id = type.id) AS rows
    FROM seat_types type WHERE type.organization_id = $1 AND type.event_id = $2 ORDER BY type.position`;

/** $1 seller, $2 event, $3 seat type, $4 `PlacedRow`s as JSON */
export const INSERT_ROWS = `
  INSERT INTO seat_rows (organization_id, event_id, seat_type_id, prefix, first, last, seats_before)
  SELECT $1, $2, $3, prefix, "from", "to", "seatsBefore"
    FROM jsonb_to_recordset($4) AS row (prefix varchar(10), "from" integer, "to" integer, "seatsBefore" integer)`;
