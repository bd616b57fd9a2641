-- Photographs that follow a notice or a declaration by the address of its receipt. The phone names each, so that one
-- whose answer was lost is not a second one when it is sent again.
CREATE TABLE notice_photos (
    receipt_no TEXT NOT NULL,
    photo_key TEXT NOT NULL,            -- made by whoever sends it
    case_id TEXT NOT NULL REFERENCES cases (id),
    upload_id TEXT NOT NULL,            -- the upload of the latest try; it may be gone
    document_id TEXT,                   -- what became of it
    added_at TIMESTAMP NOT NULL,        -- UTC
    PRIMARY KEY (receipt_no, photo_key)
);
CREATE INDEX notice_photos_by_upload ON notice_photos (upload_id);
CREATE INDEX notice_photos_by_case ON notice_photos (case_id);
