//! Remembered keys of requests.
