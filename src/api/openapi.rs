//! The OpenAPI document, collected from the code.
