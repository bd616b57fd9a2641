-- Administrative units by date. A code alone names different units at different times:
-- 7 province codes and more than 2,100 commune codes changed their meaning on 1 July 2025.
CREATE TABLE units (
    level TEXT NOT NULL CHECK (level IN ('province', 'district', 'commune')),
    code TEXT NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE,                  -- exclusive; empty is open
    name TEXT NOT NULL,             -- without the type: 'Cẩm Giàng'
    full_name TEXT NOT NULL,        -- with the type: 'Xã Cẩm Giàng'
    kind TEXT NOT NULL,             -- 'xã', 'phường', 'thị trấn', 'đặc khu', 'huyện', 'tỉnh', …
    province_code TEXT NOT NULL,    -- the unit's province (its own code for a province)
    district_code TEXT,             -- only for communes and districts before 1 July 2025
    source TEXT NOT NULL,
    PRIMARY KEY (level, code, valid_from)
);

-- What became of a unit: whole into one, or divided among several, or merely renamed.
CREATE TABLE unit_successions (
    level TEXT NOT NULL,
    old_code TEXT NOT NULL,
    old_valid_from DATE NOT NULL,
    new_code TEXT NOT NULL,
    new_valid_from DATE NOT NULL,
    extent TEXT NOT NULL,
    effective_on DATE NOT NULL,
    note TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (level, old_code, old_valid_from, new_code, new_valid_from)
);

-- One row for each body of dated data that programs keep in memory. The number grows with every
-- change, in the same transaction, so that every process notices.
CREATE TABLE catalogues (
    name TEXT NOT NULL PRIMARY KEY,
    revision BIGINT NOT NULL
);
INSERT INTO catalogues (name, revision) VALUES ('places', 0), ('directory', 0), ('law', 0);
