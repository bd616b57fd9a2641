//! Days and working days; raw and rolled due moments.
