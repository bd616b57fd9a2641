-- Forms that were issued of a case. Their pages and what they are made of are sealed with the key of the case.
CREATE TABLE issued_forms (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (id),
    form TEXT NOT NULL,
    form_valid_from DATE NOT NULL,
    victim_no INTEGER,
    issuer TEXT NOT NULL,
    year INTEGER NOT NULL,
    number INTEGER NOT NULL CHECK (number > 0),
    number_text TEXT,
    version INTEGER NOT NULL CHECK (version > 0),
    dated DATE NOT NULL,
    issued_at TIMESTAMP NOT NULL,
    issued_by TEXT NOT NULL,
    issued_by_name TEXT NOT NULL,
    case_version INTEGER NOT NULL,
    mark TEXT NOT NULL UNIQUE,
    sha256 TEXT NOT NULL,
    pages INTEGER NOT NULL CHECK (pages > 0),
    has_health INTEGER NOT NULL CHECK (has_health IN (0, 1)),
    has_identity INTEGER NOT NULL CHECK (has_identity IN (0, 1)),
    pdf TEXT,                           -- NULL once the case was destroyed
    paper TEXT,
    UNIQUE (issuer, year, number)
);
CREATE INDEX issued_forms_of_case ON issued_forms (case_id, form);

-- The last number of each authority in each year: moved in the transaction of the form, so that none is left out.
CREATE TABLE form_numbers (
    issuer TEXT NOT NULL,
    year INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (issuer, year)
);
