//! Db: the only door from async code to the database.
